/** When a number that was written is the one that comes out, and how that one is written. */
import type { Written } from "./written";

/** An answer is written with at most this many digits. */
const mostDigits = 6;
/** A rounded number needs at least this many. */
const leastDigits = 3;
/** What a few steps in float32 may have taken from an answer, beside its size: half a unit in the last digit of 1. */
const lost = 10 ** (1 - mostDigits) / 2;
/** Half a unit in the last place of a float32, beside its size: two ways to round a tie lie that far apart. */
const halfUnit = 2 ** -24;

/** Whether a number can be a count, which has to be met exactly. */
export const isCount = (truth: number | bigint): boolean => typeof truth === "bigint" || Number.isSafeInteger(truth);

/**
 * Whether what was written is the truth. A whole number, and so 0, has to be met exactly. Any other is met by the truth
 * rounded to as many digits as were written, or to three where fewer were: 0.333 and 0.33333 are 1/3, and so is 1/3, but
 * 0.33 is not; −0.1 is −0.0999999, −0.11 is not. Of a tie both roundings count. Digits that float32 may have lost on the
 * way to the truth (from the sixth on) are not held against anyone, so that what the page writes of an answer is right.
 */
export function meets(given: Written, truth: number | bigint): boolean {
  if (typeof truth === "bigint") return given.whole === truth;
  if (!Number.isFinite(truth)) return Object.is(given.value, truth);
  if (isCount(truth)) return given.value === truth || isHeldAs(given, truth);
  const size = Math.abs(truth);
  const rounding = Math.min(given.unit, 10 ** (exponentOf(size) + 1 - leastDigits)) / 2;
  return Math.abs(given.value - truth) <= Math.max(rounding + size * halfUnit, size * lost);
}

/** From 2²⁴ on a float32 cannot hold every whole number: what is given counts as what it is held as. */
const isHeldAs = ({ value }: Written, truth: number): boolean =>
  Math.abs(truth) >= 2 ** 24 && Math.fround(truth) === truth && Number.isInteger(value) && Math.fround(value) === truth;

/** The power of ten of the first digit. */
const exponentOf = (size: number): number => Number(size.toExponential().split("e")[1]);

/** A number in as few digits as tell it from what else would be right, at most six: −0.1 for −0.0999999. */
export function fewDigits(value: number): number {
  for (let digits = 1; digits < mostDigits; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.abs(short - value) <= Math.abs(value) * lost) return short;
  }
  return Number(value.toPrecision(mostDigits));
}
