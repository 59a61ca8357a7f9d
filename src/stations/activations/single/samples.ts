/** The numbers that go in: the cells, the points of the curves, and the ends of the axes. */
import type { Tensor } from "../../../core/graph";
import type { Edits, Knobs } from "../../../story/station";
import type { Single } from "./model";

/** Points from end to end; at 0 and at the floor a curve may jump, so there each is cut by a point that is no number. */
const even = 321;
const jumps = 2;
const perJump = 3;
export const pointsOf = { curve: even + jumps * perJump } as const;

const cellsOfX = [-2, -0.5, 0, 0.5, 2];
const cellsOfDy = [1, 2, 4, -1, 0.5];

function edited(data: readonly number[], edits: Readonly<Record<number, number>> = {}): Float32Array {
  return Float32Array.from(data, (value, at) => edits[at] ?? value);
}

/** The ends of the x axis lie at ±this: so far that all cells are in sight. */
function reachOf(x: Float32Array): number {
  const sizes = [...x].map(Math.abs).filter(Number.isFinite);
  const largest = Math.max(...sizes, 0);
  return largest <= 4 ? 4 : Math.ceil(largest * 1.1);
}

/** Points from −reach to reach, with a gap right behind each jump. */
function samples(reach: number, floor: number): Float32Array {
  const line = Array.from({ length: even }, (_, i) => (2 * i * reach) / (even - 1) - reach);
  const behind = reach * 1e-4;
  const points = [0, floor].reduce<readonly number[]>((before, jump) => {
    const at = before.findIndex((x) => x > jump);
    const cut = at < 0 ? before.length : at;
    return [...before.slice(0, cut), jump, Number.NaN, jump + behind, ...before.slice(cut)];
  }, line);
  return Float32Array.from(points);
}

/** Below this slope the close-up would have no height. */
const leastSlope = 0.002;
/** What lies below 0, as a share of what lies above. */
export const below = { value: 0.4, slope: 0.2, near: 2 } as const;

export function feedSingle(m: Single, knobs: Knobs, edits: Edits): Map<Tensor, Float32Array> {
  const x = edited(cellsOfX, edits["x"]);
  const reach = reachOf(x);
  const slope = Number(knobs["slope"]);
  const steepest = m.name === "elu" ? Math.max(1, Number(knobs["alpha"])) : 1;
  const near = Math.max(slope, leastSlope) * 0.6 * reach;
  const ends = (top: number, share: number): Float32Array => Float32Array.of(-reach, reach, -share * top, top);
  return new Map([
    [m.x, x],
    [m.dy, edited(cellsOfDy, edits["dy"])],
    [m.samples, samples(reach, slope)],
    [m.limits.value.given, ends(reach, below.value)],
    [m.limits.slope.given, ends(1.25 * steepest, below.slope)],
    [m.limits.near.given, ends(near, below.near)],
    ...m.scalars.feed(knobs),
  ]);
}
