/** What the numbers of a run say: who won, where a tie was settled, what the moved pixel changed. */
import { format } from "../../core/numeral";
import { size } from "../../core/shape";
import type { Tensor } from "../../core/graph";
import type { Results } from "../../story/results";
import { allWindows, inBatch } from "./batch";
import { candidates, readers, type Model } from "./model";

/** More numbers than this are not read out. */
export const mostRead = 36;

/**
 * A window whose largest number stands in several cells: the one that won, and those that hold the same and lost, as flat
 * positions in their sample's plane.
 */
export interface Tie {
  readonly window: number;
  readonly value: number;
  readonly winner: number;
  readonly others: readonly number[];
}

const found = new WeakMap<Results, Map<Model, readonly Tie[]>>();

/** The windows of the batch with a tie, in order. NaN equals nothing, so it never ties. */
export function ties(m: Model, results: Results): readonly Tie[] {
  const known = found.get(results) ?? new Map<Model, readonly Tie[]>();
  found.set(results, known);
  const made = known.get(m) ?? allTies(m, results);
  known.set(m, made);
  return made;
}

function allTies(m: Model, results: Results): readonly Tie[] {
  if (!m.indices || !results.ready) return [];
  return allWindows(m).flatMap((window) => tieOf(m, window, results) ?? []);
}

/** The tie of one window; undefined where a single cell holds the largest number. */
export function tieOf(m: Model, window: number, results: Results): Tie | undefined {
  if (!m.indices) return undefined;
  const value = results.value(m.O, window);
  const winner = results.value(m.indices, window);
  const others = candidates(m, window)
    .filter(({ at }) => results.value(m.I, at) === value)
    .map(({ at }) => at % m.cells)
    .filter((flat) => flat !== winner);
  return others.length > 0 ? { window, value, winner, others } : undefined;
}

/** More positions than this are told as a count. */
const mostTold = 3;

/** "11 and 14", "2, 5 and 11", "2, 5 and 7 more". */
export function positionsText(all: readonly number[]): string {
  if (all.length === 1) return String(all[0]);
  if (all.length <= mostTold) return `${all.slice(0, -1).join(", ")} and ${all[all.length - 1]}`;
  return `${all.slice(0, mostTold - 1).join(", ")} and ${all.length - mostTold + 1} more`;
}

/** "flat 11 and 14 both hold 2; the first wins, by convention". */
export const tieText = ({ value, winner, others }: Tie): string =>
  `flat ${positionsText([winner, ...others])} ${others.length === 1 ? "both" : "all"} hold ${format(value)}; the first wins, by convention`;

/** The windows that a cell of I won. */
export const wonBy = (m: Model, at: number, results: Results): readonly number[] =>
  readers(m, at).filter((window) => m.indices && results.value(m.indices, window) === at % m.cells);

/** The outputs that differ once I has moved by one pixel. Two NaN are no difference. */
export const changed = (m: Model, results: Results): readonly number[] =>
  allWindows(m).filter((window) => !Object.is(results.value(m.O, window) + 0, results.value(m.movedO, window) + 0));

/** Whether a window is among the first `done` of its sample. */
export const isAmong = ({ windows }: Model, window: number, done: number): boolean => window % windows < done;

interface Won {
  readonly done: number;
  readonly cells: ReadonlySet<number>;
}
const lastWon = new WeakMap<Results, Map<Model, Won>>();

/** The cells that have won one of the first `done` windows of their sample. Asked for in every frame: the last is kept. */
export function winners(m: Model, done: number, results: Results): ReadonlySet<number> {
  const known = lastWon.get(results) ?? new Map<Model, Won>();
  lastWon.set(results, known);
  const last = known.get(m);
  if (last?.done === done) return last.cells;
  const cells = new Set(wonFirst(m, done, results));
  known.set(m, { done, cells });
  return cells;
}

function wonFirst(m: Model, done: number, results: Results): readonly number[] {
  const { indices } = m;
  if (!indices || !results.ready) return [];
  const over = allWindows(m).filter((window) => isAmong(m, window, done));
  return over.map((window) => inBatch(m, window, results.value(indices, window)));
}

/** A sample's matrix in one line, rows apart by semicolons: "2 2; 1 2". */
export function matrixText(tensor: Tensor, sample: number, results: Results): string {
  const [rows, columns] = tensor.shape.slice(-2);
  const first = sample * rows * columns;
  const row = (r: number): string =>
    Array.from({ length: columns }, (_, c) => format(results.value(tensor, first + r * columns + c))).join(" ");
  return Array.from({ length: rows }, (_, r) => row(r)).join("; ");
}

/** How many cells are not 0. */
export const notZero = (tensor: Tensor, results: Results): number =>
  Array.from({ length: size(tensor.shape) }, (_, at) => results.value(tensor, at)).filter((value) => value !== 0)
    .length;

/** More numbers than this are told as a count. */
const mostListed = 9;

/** "max(1, 2, 2, 1) = 2" or "(1 + 0 + 2 + 1) / 4 = 1"; of many numbers only how many they are. */
export function comparedText(m: Model, window: number, results: Results): string {
  const cells = candidates(m, window);
  const value = format(results.value(m.O, window));
  const many = `${cells.length} numbers`;
  const numbers = cells.map(({ at }) => format(results.value(m.I, at)));
  if (m.pool === "max") return `max(${cells.length > mostListed ? many : numbers.join(", ")}) = ${value}`;
  const sum = cells.length > mostListed ? `the sum of ${many}` : `(${numbers.join(" + ").replaceAll("+ −", "− ")})`;
  return `${sum} / ${divisor(m, window)} = ${value}`;
}

/** Whether a window reaches over the edge of its sample. */
export const reachesOut = (m: Model, window: number): boolean =>
  m.padding > 0 && candidates(m, window).length < m.kernel * m.kernel;

/** Whether any window reaches over the edge of its sample: the first one does, where there is padding. */
export const anyReachesOut = (m: Model): boolean => reachesOut(m, 0);

/** The least and the most that an average divides by. */
export function leastAndMostDivisor(m: Model): readonly [least: number, most: number] {
  const all = m.countsPadding
    ? [m.kernel * m.kernel]
    : Array.from({ length: m.windows }, (_, window) => divisor(m, window));
  return all.reduce<readonly [number, number]>(
    ([least, most], n) => [Math.min(least, n), Math.max(most, n)],
    [all[0], all[0]],
  );
}

/** Of several NaN in a window the last one wins, since each is taken as larger than all before it. */
export function nanText(m: Model, window: number, results: Results): string {
  const many = candidates(m, window).filter(({ at }) => Number.isNaN(results.value(m.I, at))).length > 1;
  return many ? "the last NaN wins" : "NaN wins";
}

/** What an average divides by. */
export const divisor = (m: Model, window: number): number =>
  m.countsPadding ? m.kernel * m.kernel : candidates(m, window).length;

/** What each cell of a window counts in its mean: those in the padding are no cells of I. */
export function countedText(m: Model, window: number): string {
  const part = `1/${divisor(m, window)}`;
  if (!reachesOut(m, window)) return `Each of its ${m.kernel} × ${m.kernel} cells counts ${part}.`;
  const inside = candidates(m, window).length;
  const cells = inside === 1 ? `Its one cell in $I$ counts ${part}` : `Its ${inside} cells in $I$ count ${part} each`;
  return `${cells}; the padding ${m.countsPadding ? "counts as zeros" : "is not counted"}.`;
}
