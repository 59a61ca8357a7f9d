/**
 * How far float32 may stray. The bounds
 * follow from the formulas. n additions in any order lose at most γ(n) = nu/(1 − nu) of the sum of the absolute terms, with
 * u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapters 3 and 4). Division, exp and inverseSqrt may be
 * wrong by what WGSL allows them (2.5, 3 + 2|x| and 2 units in the last place, of at most 2u each). Smaller than 2⁻¹²⁶ may
 * be flushed to zero.
 */
import type { Expectation } from "../check";

/** Half the distance from 1 to the next float32: what one rounding may lose, relative. */
export const u = 2 ** -24;
/** Smaller numbers may be flushed to zero. */
export const smallest = 2 ** -126;
/** What n roundings in a row may lose. */
export const gamma = (n: number): number => (n * u) / (1 - n * u);
/** Relative, as WGSL allows it. */
export const division = 5 * u;
/** Relative, of inverseSqrt. */
export const inverseRoot = 4 * u;
/** Relative, of exp(x). */
export const exponential = (x: number): number => (3 + 2 * Math.abs(x)) * 2 * u;

/** A value, and how far float32 may stray from it. */
export interface Cell {
  readonly value: number;
  readonly bound: number;
}

/** An expectation, cell by cell. */
export const cells = (count: number, cellAt: (at: number) => Cell): Expectation => {
  const values = new Float64Array(count);
  const bounds = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const { value, bound } = cellAt(at);
    values[at] = value;
    bounds[at] = bound + smallest;
  }
  return { values, bounds };
};

/** The mean of a term over `length` cells. */
export const mean = (from: number, length: number, term: (at: number) => number): number => {
  let total = 0;
  for (let at = from; at < from + length; at++) total += term(at);
  return total / length;
};

/** Σ a·b and Σ |a·b|, cell by cell: what every sum of products fills. */
export class Products {
  readonly values: Float64Array;
  readonly #sizes: Float64Array;
  readonly #terms: number;

  constructor(count: number, terms: number) {
    this.values = new Float64Array(count);
    this.#sizes = new Float64Array(count);
    this.#terms = terms;
  }

  add(at: number, term: number): void {
    this.values[at] += term;
    this.#sizes[at] += Math.abs(term);
  }

  /** Every product rounds once, and so does every addition. */
  get expectation(): Expectation {
    const bounds = this.#sizes.map((sum) => gamma(this.#terms) * sum + this.#terms * smallest);
    return { values: this.values, bounds };
  }
}
