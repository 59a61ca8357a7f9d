/** Numbers of this station in words: as they were set, and with the digits that tell them apart. */
import type { Tensor } from "../../core/graph";
import { format, precise, shortest } from "../../core/numeral";
import type { Results } from "../../story/results";

/** A number as it was set: 2.1, where float32 holds 2.0999999. */
export const settledValue = (results: Results, tensor: Tensor, at = 0): number => shortest(results.value(tensor, at));

/** What is left of the rounding of a few operations on such numbers is no difference. */
export const settled = (x: number): number => Number(x.toPrecision(12));

const usual = 4;

/** A number beside another that it must not be mistaken for: 1.00004 beside 1, and not "1 > 1". */
export function beside(other: number, x: number): string {
  const told = (digits: number): boolean => x.toPrecision(digits) !== other.toPrecision(digits);
  if (x === other || told(usual)) return format(x);
  const digits = [5, 6, 7, 8, 9, 10, 11].find(told) ?? 12;
  return precise(Number(x.toPrecision(digits)), 17);
}

/** A number of a sentence, where there is room for four digits however small it is. */
export const inDigits = (x: number): string =>
  Math.abs(x) < 1e-6 || Math.abs(x) >= 1e5 ? format(x) : precise(Number(x.toPrecision(usual)), 17);

/** How two numbers lie. */
export const relation = (a: number, b: number): "<" | ">" | "=" => (a < b ? "<" : a > b ? ">" : "=");
