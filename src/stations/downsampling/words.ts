/** How station 9 writes what is measured. */
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import type { Branch } from "./places";
import { compared, halved, movedBy } from "./sizes";

/** A finite share as a percentage of at most three digits. */
function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths === 0 || hundredths >= 10 ? Math.round(hundredths) : Number(hundredths.toPrecision(2))} %`;
}

/** The chosen shift, in pixels. */
export const shiftOf = (m: Model, results: Results): number => results.value(m.shift, 0);

/** What stands for a number that cannot be had. */
const unknown = "unknown: a number is not finite";
export const isUnknown = (text: string): boolean => text === unknown;

/** The change at a shift, in words. */
export function changeText(m: Model, branch: Branch, shift: number, results: Results): string {
  const share = results.value(m[branch].change, shift);
  if (Number.isFinite(share)) return percent(share);
  if (isSame(m, branch, shift, results)) return "none";
  return share === Infinity ? "all of it: all was 0 before" : unknown;
}

/** Whether a shift does no more than move the output along; where a number is NaN before and after, it is the same. */
export function isSame(m: Model, branch: Branch, shift: number, results: Results): boolean {
  const { outputs } = m[branch];
  const at = (s: number, row: number, column: number): number =>
    results.value(outputs, (s * halved + row) * halved + column);
  const stays = (row: number, column: number): boolean => {
    const [now, before] = [at(shift, row, column), at(0, row, column - movedBy(shift))];
    return now === before || (Number.isNaN(now) && Number.isNaN(before));
  };
  const places = Array.from({ length: halved * compared.count }, (_, k) => k);
  return places.every((k) => stays(Math.floor(k / compared.count), compared.first + (k % compared.count)));
}

/** One level of grey of a picture with 256 of them: what is smaller cannot be seen in one. */
export const level = 1 / 255;

/** How much of the contrast comes out at the chosen shift, in words. */
export function contrastText(m: Model, branch: Branch, results: Results): string {
  const shift = shiftOf(m, results);
  const [goesIn, left] = [m.contrastIn, m[branch].contrast].map((tensor) => results.value(tensor, shift));
  if (goesIn < level) return "none goes in";
  return Number.isFinite(left) && Number.isFinite(goesIn) ? percent(left) : unknown;
}

/** How many cells hold something other than 0. */
export const countNonzero = (tensor: Tensor, results: Results): number =>
  Array.from({ length: size(tensor.shape) }, (_, at) => results.value(tensor, at)).filter((number) => number !== 0)
    .length;

/** What the pool is called. */
export const poolName = ({ pool }: Model): string => (pool === "blur" ? "blur" : `${pool} pool`);

export const branchName = (m: Model, branch: Branch): string =>
  branch === "A" ? "strided convolution" : `convolution + ${poolName(m)}`;
