/** Shapes and row-major indexing. A scalar has shape []. */

export type Shape = readonly number[];
export type Index = readonly number[];

/** Attributes that would make a call fit, each on its own. */
export type Remedy = Readonly<Record<string, number>>;

/** Shapes or attributes that do not fit together. The message reads "where: what is, what is wrong; what would fit". */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  readonly remedy: Remedy;

  constructor(message: string, remedy: Remedy = {}) {
    super(message);
    this.remedy = remedy;
  }
}

/** The greatest number of dimensions that a tensor may have: what a kernel's uniform block has room for. */
export const maxRank = 8;

/** Number of cells. */
export const size = (shape: Shape): number => shape.reduce((n, extent) => n * extent, 1);

/** As people write it: `2 × 3`, and `scalar` for []. */
export const shapeText = (shape: Shape): string => (shape.length === 0 ? "scalar" : shape.join(" × "));

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis]);

/** Row-major position of a multi-index. */
export const ravel = (shape: Shape, index: Index): number =>
  shape.reduce((flat, extent, axis) => flat * extent + index[axis], 0);

/** Multi-index of a row-major position. */
export function unravel(shape: Shape, flat: number): number[] {
  const index = Array.from<number>({ length: shape.length });
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = flat % shape[axis];
    flat = Math.floor(flat / shape[axis]);
  }
  return index;
}

/** How far apart, in cells, neighbours along each axis lie in row-major order. */
export const strides = (shape: Shape): number[] => shape.map((_, axis) => size(shape.slice(axis + 1)));

/** As it was handed over: "2" is text. JSON has no word for NaN and the infinities. */
const extentText = (extent: unknown): string => (typeof extent === "string" ? JSON.stringify(extent) : String(extent));

/** Refuses extents that are no whole number above 0, and more than `maxRank` dimensions. PyTorch allows an extent of 0; Backflow does not. */
export function checkShape(where: string, shape: Shape): void {
  if (shape.length > maxRank) {
    throw new ShapeError(`${where}: ${shape.length} dimensions; at most ${maxRank} fit`);
  }
  for (const extent of shape) {
    if (!Number.isInteger(extent) || extent < 1) {
      throw new ShapeError(
        `${where}: the shape [${shape.map(extentText).join(", ")}] has an extent of ${extentText(extent)}; whole numbers of 1 or more would fit`,
      );
    }
  }
}

/** The shape that operands broadcast to, aligned at the last dimension, as in PyTorch. Throws ShapeError. */
export function broadcast(where: string, ...shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const extent = Math.max(...extents);
    if (extents.some((e) => e !== 1 && e !== extent)) {
      throw new ShapeError(
        `${where}: ${shapes.map(shapeText).join(" and ")} do not broadcast, the extents ${extents.join(" and ")} differ; equal extents or 1 would fit`,
      );
    }
    return extent;
  });
}

/** The index into an operand of shape `from` that a cell of the broadcast shape reads. */
export const broadcastIndex = (from: Shape, index: Index): number[] =>
  from.map((extent, axis) => (extent === 1 ? 0 : index[axis + index.length - from.length]));

/** A dimension counted from the end when it is negative, as in PyTorch. Throws ShapeError when it does not exist. */
export function axisOf(where: string, shape: Shape, dim: number): number {
  const axis = dim < 0 ? dim + shape.length : dim;
  if (!Number.isInteger(dim) || axis < 0 || axis >= shape.length) {
    throw new ShapeError(
      `${where}: dim ${dim} does not exist in ${shapeText(shape)}; ` +
        (shape.length === 0 ? "a scalar has none" : `${-shape.length} to ${shape.length - 1} would fit`),
    );
  }
  return axis;
}
