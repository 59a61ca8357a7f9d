/**
 * The formula of one output cell: an expression over cells of the inputs.
 *
 * An op states its formula once. Evaluating it gives the float64 reference, differentiating it the gradient and the
 * weight of every flow, listing its leaves the structure, printing it the equation under the cursor, and accumulating
 * its rounding the tolerance that a float32 result must meet (see `reading`, `leaves` and `notation`).
 */
import type { Rule } from "./rule";

/** The value of one cell of an input. Scalars count as inputs of one cell that follow the tensors. */
export interface Cell {
  readonly kind: "cell";
  readonly input: number;
  readonly at: number;
}
export interface Constant {
  readonly kind: "constant";
  readonly value: number;
}
/** A rule applied to arguments. */
export interface Apply {
  readonly kind: "apply";
  readonly rule: Rule;
  readonly args: readonly Formula[];
  readonly shared?: Shared;
}
/**
 * A lazy indexed reduction over `body(0) … body(n − 1)`: their sum, the largest of them, the place of the largest, or the
 * one that the value of `index` selects.
 */
export interface Over {
  readonly kind: "over";
  readonly n: number;
  readonly body: (k: number) => Formula;
  readonly reduce: "sum" | "largest" | { readonly place: (k: number) => number } | { readonly index: Formula };
  readonly letter: string;
  readonly shared?: Shared;
}
/** A subformula that several cells share: evaluated once per step under `key`, written as `symbol` and defined once below. */
export interface Shared {
  readonly key: string;
  readonly symbol: string;
}
export type Formula = Cell | Constant | Apply | Over;

export const cell = (input: number, at: number): Cell => ({ kind: "cell", input, at });
export const constant = (value: number): Constant => ({ kind: "constant", value });
export const apply = (rule: Rule, ...args: readonly Formula[]): Apply => ({ kind: "apply", rule, args });

/** Σₖ body(k) for k from 0 to n − 1. */
export const over = (n: number, body: (k: number) => Formula, letter = "k"): Over => ({
  kind: "over",
  n,
  body,
  reduce: "sum",
  letter,
});

/** The largest of body(0) … body(n − 1). A tie routes the gradient to the first; NaN wins, of several the last. */
export const largestOver = (n: number, body: (k: number) => Formula, letter = "k"): Over => ({
  ...over(n, body, letter),
  reduce: "largest",
});

/** place(k) of the largest of body(0) … body(n − 1), by the same rule as `largestOver`. Nothing passes back. */
export const placeOver = (n: number, body: (k: number) => Formula, place: (k: number) => number): Over => ({
  ...over(n, body),
  reduce: { place },
});

/** body(index): the candidate that data selects. Its structure is all n candidates; an index outside 0 … n − 1 gives NaN. */
export const pickOver = (index: Formula, n: number, body: (k: number) => Formula): Over => ({
  ...over(n, body),
  reduce: { index },
});

/** The candidate that the value of `index` selects, as in embedding and cross-entropy. */
export const pick = (index: Formula, ...candidates: readonly Formula[]): Over =>
  pickOver(index, candidates.length, (k) => candidates[k]);

/** Marks a subformula that other cells of the same step share. `key` names it among all cells of the output. */
export const shared = <F extends Apply | Over>(symbol: string, key: string, formula: F): F => ({
  ...formula,
  shared: { symbol, key },
});

/** Under which key and symbol a formula is shared, if it is. */
export const sharedOf = (formula: Formula): Shared | undefined =>
  formula.kind === "apply" || formula.kind === "over" ? formula.shared : undefined;
