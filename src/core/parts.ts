/** Long sums by parts, so that no turn of long work takes longer than some milliseconds. */
import type { Formula } from "./formula";

/** Terms of a long sum between two turns: some milliseconds. */
export const longestPart = 2 ** 12;

/** A long sum by parts: the taps of its parts are the taps of the whole. Anything else as it is. */
export function* partsOf(formula: Formula): Generator<Formula, void, undefined> {
  if (formula.kind !== "over" || formula.reduce !== "sum" || formula.shared || formula.n <= longestPart)
    return yield formula;
  const { n, body } = formula;
  for (let from = 0; from < n; from += longestPart)
    yield { ...formula, n: Math.min(longestPart, n - from), body: (k) => body(from + k) };
}
