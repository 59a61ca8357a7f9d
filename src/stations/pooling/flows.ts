/** The ways of station 8: out of a cell into a street, along it to the corridor, and from there into the output. */
import { cellShare, plus } from "../../story/layout";
import type { CellRef, Current, FlowPath, Vector } from "../../story/picture";
import { cellAt, margin, outputAt, windowCentre, windowSize, type Geometry, type Lane } from "./geometry";
import { candidates, windowAt, type Candidate, type Model } from "./model";

const half = cellShare / 2;
/** How far out of its cell a flow comes before a closed gate stops it. */
const shortWay = 0.62;
/** The same where it leaves straight towards the corridor, before it turns. */
const straightWay = 0.42;
/** Air between O and the streets around it. */
const aside = 0.3;

/** The same point twice makes no corner. */
const distinct = (points: readonly Vector[]): Vector[] =>
  points.filter((point, i) => i === 0 || point.some((x, axis) => Math.abs(x - points[i - 1][axis]) > 1e-6));

const lengthOf = (points: readonly Vector[]): number =>
  points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i][0], y - points[i][1]), 0);

/** Where in the corridor a window's flows turn; those of one column of windows lie side by side. */
function turning({ m, corridor }: Geometry, window: number): number {
  const [r, c] = windowAt(m, window);
  const place = (m.outputColumns - 1 - c) * m.outputRows + r;
  return corridor.from + ((place + 0.5) / m.windows) * (corridor.to - corridor.from);
}

/** The height of the street above a cell's row (−1) or below it (1). Between windows that stand apart each has a lane of its own. */
function street(g: Geometry, lane: Lane, window: number, { tap, row, column }: Candidate, way: -1 | 1): number {
  const [, y] = cellAt(g, lane, row, column);
  const atEdge = way === -1 ? tap[0] === 0 : tap[0] === g.m.kernel - 1;
  return y - way * (atEdge && isOpen(g, row, way) ? laneOf(g, window) : 0.5);
}

/** Whether there is more room beyond a row than the gap between cells: windows stand apart, or I ends there. */
const isOpen = ({ m, apart }: Geometry, row: number, way: -1 | 1): boolean =>
  apart || (m.padding === 0 && row === (way === -1 ? 0 : m.height - 1));

/** How far from the centre of its outer rows the lane of a window runs. */
function laneOf(g: Geometry, window: number): number {
  if (!g.apart) return half + 0.17;
  const [, c] = windowAt(g.m, window);
  return half + margin + 0.05 + (0.12 * (c + 0.5)) / g.m.outputColumns;
}

/** Whether a cell looks straight into the corridor. */
const isStraight = ({ m }: Geometry, { column }: Candidate): boolean => column === m.width - 1 && m.padding === 0;

/** From a cell to the turning of its window. */
function outOf(g: Geometry, lane: Lane, window: number, cell: Candidate): Vector[] {
  const [x, y] = cellAt(g, lane, cell.row, cell.column);
  const turn = turning(g, window);
  if (isStraight(g, cell))
    return [
      [x + half, y, 0],
      [turn, y, 0],
    ];
  const way = cell.tap[0] < g.m.kernel / 2 ? -1 : 1;
  const height = street(g, lane, window, cell, way);
  return [
    [x, y - way * half, 0],
    [x, height, 0],
    [turn, height, 0],
  ];
}

/** From the turning of a window into its output cell: straight into the first column, else along the nearer street. */
function into(g: Geometry, lane: Lane, window: number): Vector[] {
  const { m, output } = g;
  const [r, c] = windowAt(m, window);
  const [x, y] = outputAt(g, lane, r, c);
  const turn = turning(g, window);
  const cell = half * output.pitch;
  if (c === 0)
    return [
      [turn, y, 0],
      [x - cell, y, 0],
    ];
  const way = r < m.outputRows / 2 ? -1 : 1;
  const outside = way === -1 ? r === 0 : r === m.outputRows - 1;
  const near = y - way * (outside ? outsideStreet(g, c) : output.pitch / 2);
  // What comes out above I goes straight on.
  const height = outside && way === -1 ? Math.max(near, cellAt(g, lane, 0, 0)[1] + laneOf(g, window)) : near;
  return [
    [turn, height, 0],
    [x, height, 0],
    [x, y - way * cell, 0],
  ];
}

/** How far from the centre of O's outer rows the street runs that leads to a column. */
function outsideStreet({ m, output, relief }: Geometry, column: number): number {
  const share = m.outputColumns > 2 ? (column - 1) / (m.outputColumns - 2) : 0;
  return half * output.pitch + aside * relief * (1 + 0.6 * share);
}

/** The way of one candidate of a window: as far as all candidates of the window meet, and whole. */
interface Way {
  readonly branch: readonly Vector[];
  readonly whole: readonly Vector[];
  /** How much of the branch and of the whole way lies before the gate. */
  readonly stop: number;
}

/** How far a branch runs into the trunk, so that the track shows no gap where they meet. */
const overlap = 0.16;

function wayOf(g: Geometry, lane: Lane, window: number, cell: Candidate): Way {
  const trunk = into(g, lane, window);
  const out = outOf(g, lane, window, cell);
  const branch = distinct([...out, trunk[0], plus(trunk[0], [overlap, 0, 0])]);
  const stop = Math.min(0.8, (isStraight(g, cell) ? straightWay : shortWay) / lengthOf(branch));
  return { branch, whole: distinct([...out, ...trunk]), stop };
}

type Span = Pick<FlowPath, "start" | "end">;
const first: Span = { start: 0.1, end: 0.5 };
const second: Span = { start: 0.5, end: 0.9 };
/** A way that is there without anything on its way. */
const still: Span = { start: 1, end: 1 };

/** What a pool carries along its ways, by window and cell. */
export interface Cargo {
  readonly current: Current;
  /** What goes through the window as a whole: the output, or the gradient that arrives there. */
  whole(window: number): CellRef;
  /** What goes along one candidate's way. */
  part(window: number, at: number): CellRef;
  /** What opens a candidate's way; undefined where every way is open. */
  gate?(window: number, at: number): CellRef;
}

/** With more ways than this, those of windows that are done would hide the one that runs. */
const mostKept = 40;

/** Whether the ways of windows that are done stay in the picture. */
export const areKept = ({ windows, kernel, pool }: Model): boolean =>
  pool === "max" && windows * kernel * kernel <= mostKept;

/** Whether there is room to show how candidates come out and are stopped: gates would cover the numbers of small cells. */
const hasGates = ({ m, apart }: Geometry): boolean =>
  m.kernel <= 2 ? Math.max(m.height, m.width) <= 8 : apart && m.kernel === 3 && Math.max(m.height, m.width) <= 6;

/** What travels in the moment of a window: every candidate to its gate, the winner on to the output; or the way back. */
export function windowFlows(g: Geometry, lane: Lane, window: number, cargo: Cargo): readonly FlowPath[] {
  if (!cargo.gate) return shared(g, lane, window, cargo);
  const before = window % g.m.windows;
  const earlier = areKept(g.m) ? Array.from({ length: before }, (_, i) => window - before + i) : [];
  const done = earlier.flatMap((each) => winner(g, lane, each, cargo, still));
  if (!hasGates(g)) return [...done, ...winner(g, lane, window, cargo, { start: 0.1, end: 0.9 })];
  return [...done, ...compared(g, lane, window, cargo), ...winner(g, lane, window, cargo, still, "resting")];
}

const directed = (points: readonly Vector[], { current }: Cargo): readonly Vector[] =>
  current === "data" ? points : points.toReversed();

/** Candidates come out and all but one are stopped; what goes on is the output. Backward the other way round. */
function compared(g: Geometry, lane: Lane, window: number, cargo: Cargo): FlowPath[] {
  const { current } = cargo;
  const forward = current === "data";
  const ways = candidates(g.m, window).map((cell) => ({ cell, way: wayOf(g, lane, window, cell) }));
  const branches = ways.map(({ cell, way }): FlowPath => ({
    points: directed(way.branch, cargo),
    current,
    carries: cargo.part(window, cell.at),
    gate: {
      by: cargo.gate!(window, cell.at),
      stop: forward ? way.stop : 1 - way.stop,
      beyond: forward ? "nothing" : "grey",
    },
    seen: "moving",
    ...(forward ? first : second),
  }));
  return [...branches, trunkFlow(g, lane, window, cargo, "moving")];
}

/** The way through between the turning and the output, which all candidates of a window have in common. */
function trunkFlow(g: Geometry, lane: Lane, window: number, cargo: Cargo, seen?: FlowPath["seen"]): FlowPath {
  return {
    points: directed(into(g, lane, window), cargo),
    current: cargo.current,
    carries: cargo.whole(window),
    ...(seen && { seen }),
    ...(cargo.current === "data" ? second : first),
  };
}

/** The way of the one that won, whole; the others are not seen. */
function winner(
  g: Geometry,
  lane: Lane,
  window: number,
  cargo: Cargo,
  span: Span,
  seen?: FlowPath["seen"],
): FlowPath[] {
  return candidates(g.m, window).map((cell): FlowPath => ({
    points: directed(wayOf(g, lane, window, cell).whole, cargo),
    current: cargo.current,
    carries: cargo.whole(window),
    gate: { by: cargo.gate!(window, cell.at), stop: 0, beyond: "nothing" },
    ...(seen && { seen }),
    ...span,
  }));
}

/** With no decision, every way carries its share. */
function shared(g: Geometry, lane: Lane, window: number, cargo: Cargo): FlowPath[] {
  const branches = candidates(g.m, window).map((cell): FlowPath => ({
    points: directed(wayOf(g, lane, window, cell).branch, cargo),
    current: cargo.current,
    carries: cargo.part(window, cell.at),
    ...(cargo.current === "data" ? first : second),
  }));
  return [...branches, trunkFlow(g, lane, window, cargo)];
}

/** Where routes are too many to be drawn one by one: one flow between the window's frame and its output. */
export function frameFlow(g: Geometry, lane: Lane, window: number, cargo: Pick<Cargo, "current" | "whole">): FlowPath {
  const [x, y] = windowCentre(g, lane, window);
  const size = windowSize(g) / 2;
  const [start, ...rest] = into(g, lane, window);
  const points = distinct([[x + size, y, 0], [start[0], y, 0], start, ...rest]);
  return {
    points: cargo.current === "data" ? points : points.toReversed(),
    current: cargo.current,
    carries: cargo.whole(window),
    start: 0.1,
    end: 0.9,
  };
}
