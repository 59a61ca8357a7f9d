/** Where a block's cells stand, as numbers for shaders and for picking: at most four axes, leading ones filled with 1. */
import type { Block, Body, Vector } from "../story/picture";
import { add, dot, lengthOf, times } from "./vector";

const rank = 4;
const nowhere: Vector = [0, 0, 0];

export interface Grid {
  /** Extents of four axes. */
  readonly shape: readonly number[];
  readonly pitch: readonly Vector[];
  readonly origin: Vector;
  readonly right: Vector;
  readonly up: Vector;
  /** Half the width and the height of a cell. */
  readonly half: readonly [number, number];
  /** Half the pitch along right and up: how far a cell reaches when there is no room for gaps. */
  readonly pitchHalf: readonly [number, number];
  readonly voxel: boolean;
  /** Height of a number, world units. */
  readonly em: number;
}

const padded = <T>(list: readonly T[], filler: T): T[] => [
  ...Array.from<T>({ length: rank - list.length }).fill(filler),
  ...list,
];

/** Per-axis factors of an arrival or a running sum, on four axes. */
export const onFourAxes = (list: readonly number[]): number[] => padded(list, 0);

export function gridOf(block: Block): Grid {
  const { shape, name } = block.tensors[0];
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
    right,
    up,
    half,
    pitchHalf: [reach(right, half[0]), reach(up, half[1])],
    voxel: block.body.kind === "voxel",
    em: emOf(block.body),
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

/** The four indices of a row-major position. */
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

/** The middle of a block. */
export const middleOf = (grid: Grid): Vector =>
  centreAt(
    grid,
    grid.shape.map((extent) => (extent - 1) / 2),
  );

/**
 * Per axis, the indices from the farthest to the nearest as the eye sees them: drawn in this order no cell of a regular
 * block covers a nearer one.
 */
export function paintOrder(grid: Grid, eye: Vector): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    grid.shape.flatMap((extent, axis) => {
      const step = grid.pitch[axis];
      const size = lengthOf(step);
      const towards = size === 0 ? 0 : (dot(eye, step) - dot(grid.origin, step)) / (size * size);
      const all = Array.from({ length: extent }, (_, i) => i);
      return all.toSorted((a, b) => Math.abs(b - towards) - Math.abs(a - towards));
    }),
  );
}
