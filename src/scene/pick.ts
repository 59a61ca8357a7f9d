/** Which cell lies under a point: the ray meets the regular grid of each block, without asking the GPU. */
import { ravel } from "../core/shape";
import type { CellRef, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { centreAt, indexAt, type Grid } from "./cells";
import type { ShownBlock } from "./shown";
import { add, cross, dot, lengthOf, subtract, times } from "./vector";
import type { View } from "./view";

interface Hit {
  readonly index: readonly number[];
  readonly distance: number;
}
type Ray = ReturnType<View["ray"]>;

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/**
 * Indices whose cells may lie at a point of their plane: per direction the axes are resolved from the longest pitch
 * down, each to its nearest step.
 */
function nearest(grid: Grid, point: Vector): number[] {
  const axes = [0, 1, 2, 3].filter((axis) => grid.shape[axis] > 1);
  axes.sort((a, b) => lengthOf(grid.pitch[b]) - lengthOf(grid.pitch[a]));
  const index = [0, 0, 0, 0];
  let rest = subtract(point, grid.origin);
  for (const axis of axes) {
    const step = grid.pitch[axis];
    const middle = innerMiddle(grid, axis, axes);
    const share = dot(subtract(rest, middle), step) / dot(step, step);
    index[axis] = clamp(Math.round(share), 0, grid.shape[axis] - 1);
    rest = subtract(rest, times(step, index[axis]));
  }
  return index;
}

/** Half of what shorter steps along the same direction span: an axis of groups points at a group's first cell. */
function innerMiddle(grid: Grid, axis: number, axes: readonly number[]): Vector {
  const step = grid.pitch[axis];
  const inner = axes.filter((other) => {
    const pitch = grid.pitch[other];
    return other !== axis && lengthOf(pitch) < lengthOf(step) && Math.abs(dot(pitch, step)) > 1e-6;
  });
  return inner.reduce<Vector>(
    (sum, other) => add(sum, times(grid.pitch[other], (grid.shape[other] - 1) / 2)),
    [0, 0, 0],
  );
}

/** Where a ray meets the plane of a sheet of plates through a point. */
export function meet(
  grid: Grid,
  { origin, direction }: Ray,
  through: Vector,
): { point: Vector; t: number } | undefined {
  const normal = cross(grid.right, grid.up);
  const slope = dot(direction, normal);
  if (Math.abs(slope) < 1e-9) return undefined;
  const t = dot(subtract(through, origin), normal) / slope;
  return t > 0 ? { point: add(origin, times(direction, t)), t } : undefined;
}

/** The sheets of a block: one for each index along the axes that leave the plates' plane. */
function sheets(grid: Grid): number[][] {
  const normal = cross(grid.right, grid.up);
  return grid.shape.reduce<number[][]>(
    (all, extent, axis) => {
      if (extent === 1 || Math.abs(dot(grid.pitch[axis], normal)) < 1e-6) return all;
      return all.flatMap((index) => Array.from({ length: extent }, (_, i) => index.with(axis, i)));
    },
    [[0, 0, 0, 0]],
  );
}

function hitPlates(grid: Grid, ray: Ray): Hit[] {
  const normal = cross(grid.right, grid.up);
  const leaves = grid.pitch.map((step) => Math.abs(dot(step, normal)) >= 1e-6);
  return sheets(grid).flatMap((sheet) => {
    const met = meet(grid, ray, centreAt(grid, sheet));
    if (!met) return [];
    const index = nearest(grid, met.point).map((i, axis) => (leaves[axis] ? sheet[axis] : i));
    const local = subtract(met.point, centreAt(grid, index));
    const inside = Math.abs(dot(local, grid.right)) <= grid.half[0] && Math.abs(dot(local, grid.up)) <= grid.half[1];
    return inside ? [{ index, distance: met.t }] : [];
  });
}

/** Where a ray enters a voxel; undefined where it passes by. */
function enters({ origin, direction }: Ray, centre: Vector, half: number): number | undefined {
  let [near, far] = [-Infinity, Infinity];
  for (const axis of [0, 1, 2] as const) {
    const inverse = 1 / (direction[axis] || 1e-12);
    const [a, b] = [centre[axis] - half, centre[axis] + half].map((face) => (face - origin[axis]) * inverse);
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near <= far && far > 0 ? near : undefined;
}

function hitVoxels(grid: Grid, ray: Ray): Hit[] {
  const cells = grid.shape.reduce((n, extent) => n * extent, 1);
  return Array.from({ length: cells }, (_, at) => indexAt(grid, at)).flatMap((index) => {
    const distance = enters(ray, centreAt(grid, index), grid.half[0]);
    return distance === undefined ? [] : [{ index, distance }];
  });
}

/** The nearest cell under a point of the canvas, CSS pixels. Later blocks win where several share a place. */
export function cellAt(
  x: number,
  y: number,
  blocks: readonly ShownBlock[],
  view: View,
  frame: Frame,
): CellRef | undefined {
  const ray = view.ray(x, y);
  let best: { hit: Hit; shown: ShownBlock; solid: boolean } | undefined;
  for (const shown of blocks) {
    if (!shown.visible || shown.block.factor) continue;
    for (const hit of shown.grid.voxel ? hitVoxels(shown.grid, ray) : hitPlates(shown.grid, ray)) {
      if (!shown.holds(hit.index)) continue;
      const solid = !shown.block.latent || shown.landed(hit.index, frame);
      if (solid && (!best || hit.distance <= best.hit.distance + 1e-9)) best = { hit, shown, solid };
    }
  }
  if (!best) return undefined;
  return {
    tensor: best.shown.tensor(frame.iteration),
    at: best.shown.grid.from + ravel(best.shown.grid.shape, best.hit.index),
  };
}

/** CSS pixels of the canvas. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a cell lies on the canvas: the box around its plate, or around a voxel's middle. */
export function rectangleOf(cell: CellRef, blocks: readonly ShownBlock[], view: View): Rectangle | undefined {
  const able = blocks.filter(({ block }) => !block.factor && block.tensors.includes(cell.tensor));
  const holding = able.filter((shown) => shown.find(cell.at) !== undefined);
  const shown = holding.find(({ visible }) => visible) ?? holding[0];
  if (!shown) return undefined;
  const { grid } = shown;
  const centre = centreAt(grid, indexAt(grid, cell.at - grid.from));
  const [right, up] = grid.voxel ? [view.right, view.up] : [grid.right, grid.up];
  const seen = [-1, 1].flatMap((x) =>
    [-1, 1].map((y) => view.project(add(centre, add(times(right, x * grid.half[0]), times(up, y * grid.half[1]))))),
  );
  const [xs, ys] = [seen.map((p) => p.x), seen.map((p) => p.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
