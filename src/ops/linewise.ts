/**
 * A walk as lines of cells: its last axis, and all others as their number. A thread finds its place once a line instead of
 * once a cell, and takes the cells of a line by fours.
 */
import { linearGrid, type Grid } from "../core/kernel";
import { size } from "../core/shape";
import { eachOf, quadsOf } from "./quads";
import { width } from "./reduction";
import { row, type Walk } from "./walk";

/** How a walk is cut into lines, and who takes which: thread (i, j) the quads i, i + across and so on of `deep` lines from j · deep on. */
export interface Linewise {
  /** Cells, and quads, of a line. */
  readonly extent: number;
  readonly quads: number;
  readonly lines: number;
  readonly across: number;
  readonly deep: number;
  /** The axes that count the lines. */
  readonly outer: Walk;
  /** Per tensor, cells per step along a line. */
  readonly steps: readonly number[];
}

/** Threads side by side on a line, if it is long enough: what they read then lies side by side too. */
const beside = 4;

/** The lines of a walk; one of a single cell where it has no axes. */
export function linewise({ extents, strides }: Walk): Linewise {
  const extent = extents.at(-1) ?? 1;
  const outer: Walk = { extents: extents.slice(0, -1), strides: strides.map((own) => own.slice(0, -1)) };
  const [quads, lines] = [quadsOf(extent), size(outer.extents)];
  const each = eachOf(quads * lines);
  const across = Math.min(quads, Math.max(Math.ceil(quads / each), beside));
  const deep = Math.max(1, Math.floor((each * across) / quads));
  return { extent, quads, lines, across, deep, outer, steps: strides.map((own) => own.at(-1) ?? 0) };
}

/**
 * Whether every line begins at a quad, in the row-major result and in every tensor that is read along it; what stays
 * along a line may begin anywhere.
 */
export const isAligned = ({ extent, lines, outer, steps }: Linewise, offset = 0): boolean =>
  (lines === 1 || extent % 4 === 0) &&
  steps.every(
    (step, t) => step === 0 || (step === 1 && offset % 4 === 0 && outer.strides[t].every((stride) => stride % 4 === 0)),
  );

/** Extent, quads, lines, across, deep, and how many axes count the lines. */
export const lineCounts = ({ extent, quads, lines, across, deep, outer }: Linewise): readonly number[] => [
  extent,
  quads,
  lines,
  across,
  deep,
  outer.extents.length,
];

/** The rows of the axes that count the lines: extents, then the strides of each tensor. */
export const outerRows = ({ outer }: Linewise): readonly number[] =>
  [row(outer.extents), ...outer.strides.map(row)].flat();

/** The workgroups of a thread per (i, j). */
export const lineGrid = ({ across, deep, lines }: Linewise): Grid =>
  linearGrid(across * Math.ceil(lines / deep), width);

/** The workgroups where a single line is dealt out to them by runs of quads that lie side by side. */
export const quadGrid = ({ quads }: Linewise): Grid => linearGrid(Math.ceil(quads / eachOf(quads)), width);
