/** Where a block's cells stand, as numbers for shaders and for picking: at most four axes, leading ones filled with 1. */
import type { Block, Body, Vector } from "../story/picture";
import { add, dot, lengthOf, times } from "./vector";
import type { View } from "./view";

const rank = 4;
const nowhere: Vector = [0, 0, 0];

export interface Grid {
  /** Extents of four axes. */
  readonly shape: readonly number[];
  readonly pitch: readonly Vector[];
  readonly origin: Vector;
  /** The row-major position of its first cell in the tensor. */
  readonly from: number;
  readonly right: Vector;
  readonly up: Vector;
  /** Half the width and the height of a cell. */
  readonly half: readonly [number, number];
  /** Half the pitch along right and up: how far a cell reaches when there is no room for gaps. */
  readonly pitchHalf: readonly [number, number];
  readonly voxel: boolean;
  /** Height of a number, world units. */
  readonly em: number;
  /** Numbers are written where a unit is seen in at least this many pixels. */
  readonly written: number;
}

const padded = <T>(list: readonly T[], filler: T): T[] => [
  ...Array.from<T>({ length: rank - list.length }).fill(filler),
  ...list,
];

/** Per-axis factors of an arrival or a running sum, on four axes. */
export const onFourAxes = (list: readonly number[]): number[] => padded(list, 0);

export function gridOf(block: Block): Grid {
  const { name } = block.tensors[0];
  const shape = block.place.extents ?? block.tensors[0].shape;
  if (shape.length > rank)
    throw new Error(
      `scene: ${name} has ${shape.length} axes, a picture draws at most ${rank}; a view of fewer would fit`,
    );
  const pitch = padded(block.place.pitch, nowhere);
  const { right, up, half } = spanOf(block.body);
  const reach = (axis: Vector, own: number): number =>
    Math.max(
      own,
      Math.min(...pitch.map((step) => Math.abs(dot(step, axis))).filter((p) => p > 2 * own - 1e-6), 2.4 * own) / 2,
    );
  return {
    shape: padded(shape, 1),
    pitch,
    origin: block.place.origin,
    from: block.from ?? 0,
    right,
    up,
    half,
    pitchHalf: [reach(right, half[0]), reach(up, half[1])],
    voxel: block.body.kind === "voxel",
    em: emOf(block.body),
    written: block.group === "outcomes" ? Infinity : (block.written ?? 0),
  };
}

function spanOf(body: Body): { right: Vector; up: Vector; half: readonly [number, number] } {
  if (body.kind === "voxel") return { right: [1, 0, 0], up: [0, 1, 0], half: [body.size / 2, body.size / 2] };
  return { right: body.right, up: body.up, half: [body.width / 2, body.height / 2] };
}

/** 0.34 of a square cell; a wide one takes the larger figures that its height has room for. */
const emOf = (body: Body): number =>
  body.kind === "voxel"
    ? 0.42 * body.size
    : Math.min(0.34 * Math.max(body.width, body.height), 0.46 * Math.min(body.width, body.height));

export const cellsIn = (grid: Grid): number => grid.shape.reduce((n, extent) => n * extent, 1);

/** The centre of a cell by its four indices. */
export const centreAt = (grid: Grid, index: readonly number[]): Vector =>
  grid.pitch.reduce((sum, step, axis) => add(sum, times(step, index[axis])), grid.origin);

/** The four indices of a row-major position, counted from the first cell. */
export function indexAt(grid: Grid, at: number): number[] {
  const index = Array.from<number>({ length: rank });
  let rest = at;
  for (let axis = rank - 1; axis >= 0; axis--) {
    index[axis] = rest % grid.shape[axis];
    rest = Math.floor(rest / grid.shape[axis]);
  }
  return index;
}

/** The outermost points of a block, for framing. */
export function cornersOf(grid: Grid): Vector[] {
  const out = grid.voxel ? ([0, 0, grid.half[0]] as const) : nowhere;
  const around = [-1, 1].flatMap((x) =>
    [-1, 1].flatMap((y) => {
      const corner = add(times(grid.right, x * grid.half[0]), times(grid.up, y * grid.half[1]));
      return grid.voxel ? [add(corner, out), add(corner, times(out, -1))] : [corner];
    }),
  );
  const ends = Array.from({ length: 2 ** rank }, (_, bits) =>
    centreAt(
      grid,
      grid.shape.map((extent, axis) => ((bits >> axis) & 1) * (extent - 1)),
    ),
  );
  return ends.flatMap((end) => around.map((corner) => add(end, corner)));
}

/** The middle of a block, or of what stands at one index of an axis. */
export const middleOf = (grid: Grid, fixed?: { readonly axis: number; readonly index: number }): Vector =>
  centreAt(
    grid,
    grid.shape.map((extent, axis) => (axis === fixed?.axis ? fixed.index : (extent - 1) / 2)),
  );

/**
 * Indices along an axis from the farthest to the nearest as the eye sees them: drawn in this order no cell of a regular
 * block covers a nearer one.
 */
export function farFirst(grid: Grid, axis: number, indices: readonly number[], eye: Vector): number[] {
  const step = grid.pitch[axis];
  const size = lengthOf(step);
  const towards = size === 0 ? 0 : (dot(eye, step) - dot(grid.origin, step)) / (size * size);
  return indices.toSorted((a, b) => Math.abs(b - towards) - Math.abs(a - towards));
}

/** Half of what upright figures have of a cell, across and up, and their height: less where the cell is seen at a slant. */
export function roomOf({ half, em, written, right, up, voxel }: Grid, view: View): readonly [number, number, number] {
  if (view.unit < written) return [0, 0, 0];
  if (voxel || view.flat || view.perspective) return [...half, em];
  const seen = ([way, size]: readonly [Vector, number]): readonly [number, number] => [
    dot(way, view.right) * size,
    dot(way, view.up) * size,
  ];
  const [[ax, ay], [bx, by]] = [seen([right, half[0]]), seen([up, half[1]])];
  const area = Math.abs(ax * by - ay * bx);
  const reach = (a: number, b: number): number => area / Math.max(Math.abs(a), Math.abs(b), 1e-9);
  const [across, tall] = [reach(ay, by), reach(ax, bx)];
  return [across, tall, em * Math.min(1, across / half[0], tall / half[1])];
}
