/** Whether an output is right: every cell within its bound of the float64 value. */

/** What a row must come to, and how far float32 arithmetic in any order of summation may stray from it. */
export interface Expectation {
  readonly values: Float64Array;
  readonly bounds: Float64Array;
}

/** Undefined where the output is right; else a sentence that says where it is not. */
export function fault(output: ArrayLike<number>, { values, bounds }: Expectation): string | undefined {
  if (output.length !== values.length) return `${output.length} numbers; ${values.length} were expected`;
  for (let at = 0; at < values.length; at++) {
    // Written so that NaN fails.
    if (!(Math.abs(output[at] - values[at]) <= bounds[at])) {
      return `cell ${at} is ${output[at]}; ${values[at]} ± ${bounds[at].toExponential(1)} was expected`;
    }
  }
  return undefined;
}
