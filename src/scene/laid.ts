/**
 * How a block's axes are laid out for drawing: those that lead from sheet to sheet first, then those that span a sheet,
 * groups before what lies inside them.
 */
import type { Vector } from "../story/picture";
import type { Grid } from "./cells";
import { dot, lengthOf } from "./vector";

/** One axis as a sheet's fragments walk it: a step along right and up, one over its square, and where its parts begin. */
type Steps = readonly [number, number, number, number];
export const noSteps: Steps = [0, 0, 0, 0];

export interface Laid {
  /** The block's axes in the order of drawing. */
  readonly axes: readonly number[];
  /** How many of them lead from sheet to sheet. */
  readonly leading: number;
  /** For each axis; undefined where no surface can show the block. */
  readonly nest: readonly Steps[] | undefined;
  /** The lower left and the upper right corner of a sheet, from the centre of its first cell, along right and up. */
  readonly ends: readonly [number, number, number, number];
}

const slack = 1e-6;

const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((n, extent) => n * extent, 1));

/** Cells from one index to the next along each axis, in the order of drawing. */
export const stepsOf = (grid: Grid, { axes }: Laid): number[] => inOrder(axes, rowMajor(grid.shape));

/** A list by the block's axes, in the order of drawing. */
export const inOrder = <T>(axes: readonly number[], list: readonly T[]): T[] => axes.map((axis) => list[axis]);

const rowMajorAxes = [0, 1, 2, 3];

export function laidOut(grid: Grid): Laid {
  const spans = rowMajorAxes.filter((axis) => grid.shape[axis] > 1 && inPlane(grid, grid.pitch[axis]));
  const leads = rowMajorAxes.filter((axis) => !spans.includes(axis));
  const nested = spans.toSorted((a, b) => lengthOf(grid.pitch[b]) - lengthOf(grid.pitch[a]));
  const axes = [...leads, ...nested];
  const steps = nested.map((axis) => stepsAlong(grid, axis, nested));
  const walkable = steps.filter((step) => step !== undefined);
  const able = !grid.voxel && walkable.length === steps.length;
  return {
    axes: grid.voxel ? rowMajorAxes : axes,
    leading: leads.length,
    nest: able ? [...leads.map(() => noSteps), ...walkable] : undefined,
    ends: endsOf(grid, nested),
  };
}

/** Whether a step stays on one line with the cells' width or height. */
function inPlane({ right, up }: Grid, step: Vector): boolean {
  const size = lengthOf(step);
  return size > slack && Math.max(Math.abs(dot(step, right)), Math.abs(dot(step, up))) > size - slack;
}

/** Undefined where groups overlap or run against what lies inside them. */
function stepsAlong(grid: Grid, axis: number, nested: readonly number[]): Steps | undefined {
  const step = grid.pitch[axis];
  const size = lengthOf(step);
  const inner = nested
    .slice(nested.indexOf(axis) + 1)
    .filter((other) => Math.abs(dot(grid.pitch[other], step)) > slack);
  if (inner.some((other) => dot(grid.pitch[other], step) < 0)) return undefined;
  const cell = 2 * (Math.abs(dot(step, grid.right)) > slack ? grid.half[0] : grid.half[1]);
  const span = cell + inner.reduce((sum, other) => sum + lengthOf(grid.pitch[other]) * (grid.shape[other] - 1), 0);
  if (span > size + slack) return undefined;
  // Half the gap between two groups belongs to each.
  const before = (cell + size - span) / 2;
  return [dot(step, grid.right), dot(step, grid.up), 1 / (size * size), before / size];
}

function endsOf({ pitch, shape, right, up, pitchHalf }: Grid, nested: readonly number[]): Laid["ends"] {
  const ways = [right, up].map((way, side) => {
    const reaches = nested.map((axis) => dot(pitch[axis], way) * (shape[axis] - 1));
    const sum = (sign: 1 | -1): number =>
      reaches.reduce((total, reach) => total + sign * Math.max(0, sign * reach), sign * pitchHalf[side]);
    return [sum(-1), sum(1)];
  });
  return [ways[0][0], ways[1][0], ways[0][1], ways[1][1]];
}
