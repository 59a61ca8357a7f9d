/** Where the lanes of a score lie on the scrubber, and how time and place answer each other. */
import type { Lane, Score, Seconds } from "../story/score";

export interface LaneBox {
  readonly lane: Lane;
  readonly x: number;
  readonly width: number;
}
/** A name above lanes, as far as there is room for it. */
export interface LaneName {
  readonly text: string;
  readonly x: number;
  /** The hue's owner; undefined where the name is one of a whole step. */
  readonly lane?: Lane;
}

const wideGap = 4;
const nearestTicks = 5;
/** Pixels: as wide as letters are on average, and what keeps a name apart from the next. */
const letter = 7;
const apart = 6;
const strides = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Lanes as wide as their duration, 4 px apart; many lanes are only 1 px apart within a step. */
export function layLanes(score: Score, width: number): LaneBox[] {
  const { lanes } = score;
  const tight = lanes.length > 12 ? 1 : wideGap;
  const gaps: number[] = lanes.map((lane, at) =>
    at === 0 ? 0 : lanes[at - 1].iteration === lane.iteration ? tight : wideGap,
  );
  const free = Math.max(0, width - gaps.reduce((sum, gap) => sum + gap, 0));
  const perSecond = score.duration > 0 ? free / score.duration : 0;
  let x = 0;
  return lanes.map((lane, at) => {
    x += gaps[at];
    const box = { lane, x, width: (lane.end - lane.start) * perSecond };
    x += box.width;
    return box;
  });
}

/** Where a time lies; at the seam of two lanes, the end of the first. */
export function placeOf(boxes: readonly LaneBox[], time: Seconds, side: "end" | "start" = "end"): number {
  const inside = boxes.find(({ lane }) => (side === "end" ? time <= lane.end : time < lane.end)) ?? boxes.at(-1);
  if (!inside) return 0;
  const { lane, x, width } = inside;
  const share = lane.end > lane.start ? (time - lane.start) / (lane.end - lane.start) : 0;
  return x + width * Math.min(1, Math.max(0, share));
}

/** The time at a place; gaps belong to the lane before them. */
export function timeAt(boxes: readonly LaneBox[], place: number): Seconds {
  const box = boxes.findLast(({ x }) => x <= place) ?? boxes[0];
  if (!box) return 0;
  const share = box.width > 0 ? Math.min(1, Math.max(0, (place - box.x) / box.width)) : 1;
  return box.lane.start + share * (box.lane.end - box.lane.start);
}

/** Where ticks stand: every one, or every 2nd, 5th, 10th, so that none are closer than 5 px. */
export function placeTicks(boxes: readonly LaneBox[], ticks: readonly Seconds[]): number[] {
  const places = ticks.map((tick) => placeOf(boxes, tick, "start"));
  for (const stride of strides) {
    const kept = places.filter((_, at) => at % stride === 0);
    if (kept.every((place, at) => at === 0 || place - kept[at - 1] >= nearestTicks)) return kept;
  }
  return [];
}

/** Lane names where they all fit; else one name per step, of which every 2nd, 5th … stays; else those that fit. */
export function nameLanes(boxes: readonly LaneBox[]): LaneName[] {
  const fits = ({ lane, width }: LaneBox): boolean => roomFor(lane.name) <= width + wideGap;
  const several = (boxes.at(-1)?.lane.iteration ?? 0) > 0;
  if (several && !boxes.every(fits)) return nameSteps(boxes);
  return boxes
    .filter((box, at) => fits(box) || reachesOver(boxes, at))
    .map(({ lane, x }) => ({ text: lane.name, x, lane }));
}

/** Whether a name ends before the next lane begins. */
const reachesOver = (boxes: readonly LaneBox[], at: number): boolean => {
  const next = boxes[at + 1];
  const room = (next ? next.x : Infinity) - boxes[at].x;
  return next !== undefined && roomFor(boxes[at].lane.name) <= room;
};

const roomFor = (text: string): number => text.length * letter + apart;

function nameSteps(boxes: readonly LaneBox[]): LaneName[] {
  const starts = boxes.filter(({ lane }, at) => at === 0 || boxes[at - 1].lane.iteration !== lane.iteration);
  for (const stride of strides) {
    const kept = starts.filter((_, at) => at % stride === 0);
    const names = kept.map(({ lane, x }) => ({ text: `step ${lane.iteration + 1}`, x }));
    if (names.every((name, at) => at === 0 || name.x - names[at - 1].x >= roomFor(names[at - 1].text))) return names;
  }
  return [];
}
