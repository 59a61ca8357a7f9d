/** How station 9 writes what is measured. */
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import type { Branch } from "./places";

/** A share as a percentage of at most three digits; what is not finite in words. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "0 of 0";
  if (!Number.isFinite(share)) return "∞: there was nothing before";
  const hundredths = share * 100;
  return `${hundredths === 0 || hundredths >= 10 ? Math.round(hundredths) : Number(hundredths.toPrecision(2))} %`;
}

/** The chosen shift, in pixels. */
export const shiftOf = (m: Model, results: Results): number => results.value(m.shift, 0);

/** The change at a shift, in words. */
export const changeText = (m: Model, branch: Branch, shift: number, results: Results): string =>
  percent(results.value(m[branch].change, shift));

/** One level of grey of a picture with 256 of them: what is smaller cannot be seen in one. */
const level = 1 / 255;

/** Whether the image has any contrast that could come out. */
const hasContrast = (m: Model, results: Results): boolean => results.value(m.contrastIn, 0) >= level;

/** How much of the contrast comes out, in words. */
export const contrastText = (m: Model, branch: Branch, results: Results): string =>
  hasContrast(m, results) ? percent(results.value(m[branch].contrast, 0)) : "none goes in";

/** Whether a pattern is left that could be seen. */
export const isPatterned = (m: Model, branch: Branch, results: Results): boolean =>
  hasContrast(m, results) && results.value(m[branch].contrast, 0) * results.value(m.contrastIn, 0) >= level;

/** How many cells hold something other than 0. */
export const countNonzero = (tensor: Tensor, results: Results): number =>
  Array.from({ length: size(tensor.shape) }, (_, at) => results.value(tensor, at)).filter((number) => number !== 0)
    .length;

/** What the pool is called. */
export const poolName = ({ pool }: Model): string => (pool === "blur" ? "blur" : `${pool} pool`);

export const branchName = (m: Model, branch: Branch): string =>
  branch === "A" ? "strided convolution" : `convolution + ${poolName(m)}`;
