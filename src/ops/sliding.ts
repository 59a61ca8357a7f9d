/** Windows that slide over the planes of an image: what ops take for them, which they refuse, and what kernels read. */
import { AttributeError, integers } from "../core/attributes";
import type { Given } from "../core/op";
import { checkShape, shapeText, ShapeError, size, type Index, type Remedy, type Shape } from "../core/shape";
import { isInside, reach, tapped, windows, type Axis } from "./window";

/** Rows, then columns. */
export type Pair = readonly [number, number];

/** How windows slide, by PyTorch's names. */
export interface Sliding {
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** A pair of integers; one integer serves both axes. Throws AttributeError where neither it nor an initial one is given. */
export function pair(where: string, given: Given, name: string, initial?: number | Pair): Pair {
  const fallback = initial === undefined ? [] : [initial].flat();
  const [rows, columns = rows, ...rest] = integers(where, given, name, fallback) ?? [];
  if (rows === undefined) {
    throw new AttributeError(
      Array.isArray(given[name])
        ? `${where}: ${name} is an empty list; one or two whole numbers would fit`
        : `${where}: ${name} is missing; a whole number, or one for rows and one for columns, would fit`,
    );
  }
  if (rest.length > 0) {
    throw new AttributeError(
      `${where}: ${name} is ${JSON.stringify(given[name])}; one whole number or two would fit, for rows and columns`,
    );
  }
  return [rows, columns];
}

/** The two axes along which windows slide over an image, whose last two dimensions are its rows and columns. */
export const axesOf = (image: Shape, sliding: Sliding): readonly [Axis, Axis] => [
  axisAlong(image, sliding, 0),
  axisAlong(image, sliding, 1),
];
const axisAlong = (image: Shape, { kernel_size, stride, padding, dilation }: Sliding, i: 0 | 1): Axis => ({
  extent: image[image.length - 2 + i],
  kernel: kernel_size[i],
  stride: stride[i],
  padding: padding[i],
  dilation: dilation[i],
});

/** How many windows fit along rows and columns. */
export const windowsOf = (image: Shape, sliding: Sliding): Pair => {
  const [rows, columns] = axesOf(image, sliding);
  return [windows(rows), windows(columns)];
};

/** The cells of the plane that the taps of the window at [row, column] read, row by row, without those in the padding. */
export function cellsUnder([rows, columns]: readonly [Axis, Axis], [row, column]: Index): readonly Pair[] {
  return insideOf(rows, row).flatMap((y) => insideOf(columns, column).map((x): Pair => [y, x]));
}
const insideOf = (axis: Axis, window: number): readonly number[] =>
  Array.from({ length: axis.kernel }, (_, tap) => tapped(axis, window, tap)).filter((at) => isInside(axis, at));

/** The words by which kernels know an image and its windows: extents, windows, kernel, stride, padding, dilation. */
export function slidingBlock(image: Shape, sliding: Sliding): readonly number[] {
  const axes = axesOf(image, sliding);
  const each = (read: (axis: Axis) => number): readonly number[] => axes.map(read);
  return [
    ...each(({ extent }) => extent),
    ...each(windows),
    ...each(({ kernel }) => kernel),
    ...each(({ stride }) => stride),
    ...each(({ padding }) => padding),
    ...each(({ dilation }) => dilation),
  ];
}
/** An image as planes of rows and columns. */
export const planesOf = (image: Shape): readonly [number, number, number] => [
  size(image.slice(0, -2)),
  image[image.length - 2],
  image[image.length - 1],
];

// ── refusals ────────────────────────────────────────────────────────────────

/** Refuses what is no image: 4 dimensions, or 3 without a batch. Throws ShapeError. */
export function checkImage(where: string, image: Shape): void {
  checkShape(`${where}: input`, image);
  if (image.length === 3 || image.length === 4) return;
  throw new ShapeError(
    `${where}: input is ${shapeText(image)}; 4 dimensions (batch, channels, rows, columns), or 3 without the batch, would fit`,
  );
}

/** What a pool asks besides: padding of at most half a kernel, and a cell of the image in every window. */
export type Kind = "window" | "pool";

/** Refuses windows that cannot slide over the image. Throws ShapeError, with the single integers that would fit. */
export function checkSliding(where: string, image: Shape, sliding: Sliding, kind: Kind = "window"): void {
  const fault = faultOf(image, sliding, kind);
  if (fault === undefined) return;
  const fits = fitsOf(image, sliding, kind);
  const remedy: Remedy = Object.fromEntries(fits.map(({ name, value }) => [name, value]));
  throw new ShapeError(`${where}: ${fault}; ${adviceOf(fits)} would fit`, remedy);
}

const names = ["kernel_size", "padding", "dilation", "stride"] as const;
const least: Sliding = { kernel_size: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] };
const words = { kernel_size: "kernel", padding: "padding", dilation: "dilation", stride: "stride" } as const;

/** "3" for 3 and 3, else "3 × 2". */
const brief = ([rows, columns]: Pair): string => (rows === columns ? String(rows) : `${rows} × ${columns}`);

function faultOf(image: Shape, sliding: Sliding, kind: Kind): string | undefined {
  const low = names.find((name) => sliding[name].some((value) => value < least[name][0]));
  if (low) return `${low} is ${brief(sliding[low]).replaceAll("-", "−")}, less than ${least[low][0]}`;
  const axes = axesOf(image, sliding);
  if (kind === "pool" && axes.some(({ padding, kernel }) => padding > Math.floor(kernel / 2)))
    return `padding ${brief(sliding.padding)} is more than half of the kernel ${shapeText(sliding.kernel_size)}`;
  const plane = shapeText(image.slice(-2));
  if (axes.some((axis) => windows(axis) < 1))
    return `${spanText(sliding)} does not fit into ${plane} with padding ${brief(sliding.padding)}`;
  if (kind === "pool" && axes.some(hasEmptyWindow))
    return `${spanText(sliding)} steps over all of ${plane}: a window reads padding alone`;
  return undefined;
}

/** Only a dilation wider than the image lets a window step over all of it, and then there are few windows. */
function hasEmptyWindow(axis: Axis): boolean {
  if (axis.dilation <= axis.extent) return false;
  return Array.from({ length: windows(axis) }, (_, window) => window).some(
    (window) => insideOf(axis, window).length === 0,
  );
}

function spanText({ kernel_size, dilation }: Sliding): string {
  const kernel = `kernel ${shapeText(kernel_size)}`;
  if (dilation.every((step) => step === 1)) return kernel;
  const span = kernel_size.map((taps, i) => reach({ kernel: taps, dilation: dilation[i] }));
  return `${kernel} with dilation ${brief(dilation)}, which spans ${shapeText(span)},`;
}

/** An integer that would make the windows fit, were this attribute changed alone, and on which side of it others fit. */
interface Fit {
  readonly name: (typeof names)[number];
  readonly value: number;
  readonly bound: "at most" | "at least";
}

function fitsOf(image: Shape, sliding: Sliding, kind: Kind): readonly Fit[] {
  const most = Math.max(...image.slice(-2), ...names.flatMap((name) => sliding[name].map(Math.abs)));
  const candidates = Array.from({ length: Math.min(2 * most, farthest) + 1 }, (_, n) => n);
  return names.flatMap((name): readonly Fit[] => {
    const fitting = candidates.filter((n) => faultOf(image, { ...sliding, [name]: [n, n] }, kind) === undefined);
    if (fitting.length === 0) return [];
    const [lowest, highest] = [fitting[0], fitting[fitting.length - 1]];
    const exceeds = sliding[name].some((value) => value > highest);
    return [exceeds ? { name, value: highest, bound: "at most" } : { name, value: lowest, bound: "at least" }];
  });
}
/** Beyond this nobody looks for a remedy. */
const farthest = 4096;

/** "a kernel of at most 4 × 4 or a padding of at least 1". */
function adviceOf(fits: readonly Fit[]): string {
  const told = fits.map(
    ({ name, value, bound }) =>
      `a ${words[name]} of ${bound} ${name === "kernel_size" ? `${value} × ${value}` : value}`,
  );
  return told.length > 0 ? told.join(" or ") : "a larger image";
}
