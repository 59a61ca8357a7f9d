/** How many plates are drawn in a view: cell by cell where they can be read, else as surfaces. */
import type { Vector } from "../story/picture";
import type { Manner } from "./block";
import { cornersOf, middleOf, type Grid } from "./cells";
import type { Laid } from "./laid";
import type { View } from "./view";
import { seenIndices } from "./visible";

/** From this many device pixels a cell on, its number is worth drawing, as long as no more cells than these are seen. */
const readable = 34;
const mostReadable = 6000;
/** From this many CSS pixels on, cells have gaps and edges. */
const framedFrom = 9;

/** What stands at one index of an axis; everything without one. */
export interface Part {
  readonly axis?: number;
  readonly index?: number;
}

/** The manner, and per axis in the order of drawing the indices of the cells, or of the first cells of sheets. */
export interface Arrangement {
  readonly manner: Manner;
  readonly drawn: readonly (readonly number[])[];
}

export function arrangementOf(grid: Grid, laid: Laid, part: Part, view: View, surfaces: boolean): Arrangement {
  const all = laid.axes.map((axis) =>
    axis === part.axis ? [part.index ?? 0] : Array.from({ length: grid.shape[axis] }, (_, i) => i),
  );
  const cells = surfaces ? readableCells(grid, laid, view, all) : all;
  if (cells) return { manner: "cells", drawn: cells };
  const sheets = all.map((indices, place) => (place < laid.leading ? indices : [0]));
  return { manner: isGrain(grid, view) ? "grain" : "sheets", drawn: sheets };
}

/** The cells on the canvas, where they are large enough to be read and not too many; else undefined. */
function readableCells(grid: Grid, laid: Laid, view: View, all: readonly number[][]): number[][] | undefined {
  if (pixelsAt(grid, middleOf(grid), view) * view.viewport.pixelRatio < readable) return undefined;
  const seen = seenIndices(grid, laid, view).map((list, place) => list.filter((i) => all[place].includes(i)));
  return seen.reduce((n, { length }) => n * length, 1) <= mostReadable ? seen : undefined;
}

/** How wide a cell is seen at a place, CSS pixels. */
const pixelsAt = ({ half }: Grid, place: Vector, view: View): number => 2 * Math.min(...half) * view.unitAt(place);

/** Whether no cell is large enough for gaps and edges. */
const isGrain = (grid: Grid, view: View): boolean =>
  cornersOf(grid).every((corner) => pixelsAt(grid, corner, view) < framedFrom);
