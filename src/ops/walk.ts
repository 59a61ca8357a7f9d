/**
 * How a kernel walks several tensors at once: along which axes, and how far each tensor moves per step along them. Axes
 * of extent 1 fall away and neighbours that every tensor walks as one are merged, so that a kernel divides as rarely as
 * the shapes allow: two operands of one shape are walked along a single axis.
 */
import { maxRank, strides, type Shape } from "../core/shape";

export interface Walk {
  readonly extents: readonly number[];
  /** Per tensor, cells per step along each axis. */
  readonly strides: readonly (readonly number[])[];
}

/** Cells per step along each axis of `to` in a tensor of shape `from` that broadcasts to it; 0 where it stays. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = strides(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : own[axis - lead]));
}

/** The shortest walk over `extents` with these strides per tensor. */
export function walk(extents: Shape, ...each: readonly (readonly number[])[]): Walk {
  const kept: number[] = [];
  const merged: number[][] = each.map(() => []);
  extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const joins = kept.length > 0 && each.every((own, t) => merged[t].at(-1) === own[axis] * extent);
    if (joins) kept[kept.length - 1] *= extent;
    else kept.push(extent);
    each.forEach((own, t) => (joins ? merged[t].splice(-1, 1, own[axis]) : merged[t].push(own[axis])));
  });
  return { extents: kept, strides: merged };
}

/** A row of `maxRank` words as the uniform block holds it: two vec4, which must start at a multiple of four words. */
export const row = (numbers: readonly number[]): number[] => [
  ...numbers,
  ...Array.from({ length: maxRank - numbers.length }, () => 0),
];

/** The rows of a walk: its extents, then the strides of each tensor. */
export const rows = ({ extents, strides: each }: Walk): number[] => [row(extents), ...each.map(row)].flat();
