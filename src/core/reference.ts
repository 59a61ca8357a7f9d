/**
 * The float64 reference: a tape run from end to end from its formulas, for its values alone or with the bounds that a cell
 * inherits from all the steps before it.
 */
import { expecting, type Expected } from "./expected";
import { storage, type Tensor } from "./graph";
import { float32, float64, type Precision } from "./precision";
import { reader, type ReadTensor, type Values } from "./reader";
import type { Tape } from "./tape";
import { finished, type Work } from "./work";

/** Runs a tape from end to end in float64 and returns every tensor's values, the given ones included. */
export const runReference = (tape: Pick<Tape, "steps">, given: Values): Map<Tensor, Float64Array> =>
  finished(runningReference(tape, given));

/** The same in turns of one output cell each. */
export function* runningReference(tape: Pick<Tape, "steps">, given: Values): Work<Map<Tensor, Float64Array>> {
  const values = new Map<Tensor, Float64Array>();
  for (const [tensor, data] of given) values.set(tensor, Float64Array.from(data));
  const read = reader(values);
  for (const step of tape.steps) {
    for (const expected of yield* expecting(step, read)) values.set(expected.tensor, expected.values);
  }
  return values;
}

/** Runs a tape from end to end in float64; each tensor that it writes comes with bounds that hold from end to end. */
export const runInheriting = (
  tape: Pick<Tape, "steps">,
  given: Values,
  precision: Precision = float32,
): Map<Tensor, Expected> => finished(runningInheriting(tape, given, precision));

/**
 * The same in turns of one output cell each. The bound of a cell covers what any of the steps before it may have lost in
 * `precision`, and that given numbers and fills were rounded to float32 on the way there.
 */
export function* runningInheriting(
  tape: Pick<Tape, "steps">,
  given: Values,
  precision: Precision = float32,
): Work<Map<Tensor, Expected>> {
  const values = new Map(given);
  const found = new Map<Tensor, Expected>();
  const read = reader(values);
  const doubt = doubter(read, found, precision);
  for (const step of tape.steps) {
    for (const expected of yield* expecting(step, read, precision, undefined, doubt)) {
      values.set(expected.tensor, expected.values);
      found.set(expected.tensor, expected);
    }
  }
  return found;
}

/** What a cell may be off by: its bound where a step wrote it, else what it loses where it is rounded to float32. */
function doubter(read: ReadTensor, found: ReadonlyMap<Tensor, Expected>, precision: Precision): ReadTensor {
  const rounds = precision.unit > float64.unit;
  return (tensor, at) => {
    const written = found.get(storage(tensor));
    if (written) return written.bounds[at];
    const value = read(tensor, at);
    const computed = storage(tensor).constant?.doubts?.[at] ?? 0;
    return computed + (rounds && Number.isFinite(value) ? Math.abs(Math.fround(value) - value) : 0);
  };
}
