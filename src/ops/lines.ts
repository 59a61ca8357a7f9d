/** Lines: what an op reads together along one axis. A line's cells lie `inner` cells apart; `lines` of them make the tensor. */
import { shared, type Apply, type Over } from "../core/formula";
import { linearGrid, type Binding, type Kernel, type Shader, type Site } from "../core/kernel";
import { size, type Index, type Shape } from "../core/shape";
import { width } from "./reduction";

export interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly inner: number;
}

/** The lines of a tensor along one of its axes; a scalar is a line of one cell. */
export function linesAlong(shape: Shape, axis: number): Lines {
  const length = shape[axis] ?? 1;
  return { lines: size(shape) / length, length, inner: size(shape.slice(axis + 1)) };
}

/** The number of the line along `axis` that a cell lies on. */
export const lineAt = (shape: Shape, axis: number, index: Index): number =>
  shape.reduce((line, extent, at) => (at === axis ? line : line * extent + index[at]), 0);

const subscripts = "₀₁₂₃₄₅₆₇₈₉";
const subscript = (n: number): string => Array.from(String(n), (digit) => subscripts[Number(digit)]).join("");

/** What all cells of a line share, named after the line where there are several: `m`, or `m₃`. */
export const sharedBy = <F extends Apply | Over>(symbol: string, line: number, lines: number, formula: F): F =>
  shared(lines > 1 ? `${symbol}${subscript(line)}` : symbol, `${symbol} ${line}`, formula);

// ── how lines are shared out over threads ───────────────────────────────────

/**
 * - rows: a thread owns whole lines that lie side by side in memory, and walks them by fours
 * - lines: a thread owns a line, wherever its cells lie
 * - parts: several threads share a line, in several dispatches
 */
export type Sharing = "rows" | "lines" | "parts";

/** Rows are walked by fours where no quad holds cells of three of them. */
const quadLength = 4;
/** With fewer lines than this, a thread for each of them does not keep a GPU busy; with `manyLines` it does. */
const fewLines = 128;
const manyLines = 2 ** 14;
/** Lines from this length on are worth splitting. */
const longLine = 128;

/** The ways that suit some lines, the best guess first. */
export function sharingOf({ lines, length, inner }: Lines): readonly [Sharing, ...Sharing[]] {
  const whole = inner === 1 && length >= quadLength ? "rows" : "lines";
  if (length < longLine || lines >= manyLines) return [whole];
  return lines < fewLines ? ["parts"] : [whole, "parts"];
}

/** Rows that a thread owns, so that what it owns begins and ends at a multiple of four cells. */
export const groupOf = (length: number): number => (length % 4 === 0 ? 1 : length % 2 === 0 ? 2 : 4);

/** Lines up to this length are not split. */
const shortLine = 32;

/** Threads that share a line when it is split: about as many as each of them then has cells. */
const partsOf = ({ lines, length }: Lines): number =>
  length <= shortLine || lines >= manyLines ? 1 : Math.ceil(Math.sqrt(length));

/** Cells per thread where a thread owns every so-many-th cell. */
const each = 8;
/** Lines per thread where there are very many, at most: an invocation costs more than a short line. */
const mostLines = 16;
const linesPerThread = (lines: number): number => Math.max(1, Math.min(mostLines, Math.floor(lines / manyLines)));

/** Where the lines of an op's input lie. */
export type LinesOf<A> = (site: Site<A>) => Lines;

/** What tells one kernel over lines from another. */
interface OnLines<A> {
  readonly shader: Shader;
  readonly entry: string;
  readonly binds: readonly Binding[];
  readonly lines: LinesOf<A>;
  /** What a thread owns: a group of rows, a line, a part of a line, or every so-many-th cell. */
  readonly owns: "group" | "line" | "part" | "cells";
  /** Further words for the end of the uniform block. */
  readonly words?: (site: Site<A>) => readonly number[];
  /** Whether there is nothing to run. */
  readonly idle?: (site: Site<A>) => boolean;
}

/** How many threads own lines in this way. */
function threadsOf(place: Lines, owns: OnLines<never>["owns"]): number {
  const { lines, length } = place;
  switch (owns) {
    case "group":
      return Math.ceil(lines / groupOf(length));
    case "line":
      return Math.ceil(lines / linesPerThread(lines));
    case "part":
      return lines * partsOf(place);
    case "cells":
      return Math.ceil((lines * length) / each);
  }
}

/** Cells of the scratch buffers `partial`, two numbers for each part of a line, and `whole`, two for each line. */
export const scratchOfLines = (place: Lines): Readonly<Record<string, number>> => ({
  partial: 2 * place.lines * partsOf(place),
  whole: 2 * place.lines,
});

/** A dispatch over lines; the block holds lines, length, inner, group, parts and threads, as the shaders name them. */
export const onLines = <A>({ shader, entry, binds, lines, owns, words, idle }: OnLines<A>): Kernel<A> => ({
  shader,
  entry,
  binds,
  block(site) {
    const place = lines(site);
    const { lines: count, length, inner } = place;
    const own = [count, length, inner, groupOf(length), partsOf(place), threadsOf(place, owns)];
    return [...own, ...(words?.(site) ?? [])];
  },
  workgroups: (site) => (idle?.(site) ? [0, 1, 1] : linearGrid(threadsOf(lines(site), owns), width)),
  scratch: (site) => (binds.some((bind) => "scratch" in bind) ? scratchOfLines(lines(site)) : {}),
});
