/** What the results say about order: whether rows are equal, and whether a difference is more than rounding. */
import type { Tensor } from "../../core/graph";
import { float32 } from "../../core/precision";
import { size } from "../../core/shape";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import type { Variant } from "./variants";

/** The largest size among the cells of a tensor. */
export const largest = (results: Results, tensor: Tensor): number =>
  Array.from({ length: size(tensor.shape) }, (_, at) => Math.abs(results.value(tensor, at))).reduce(
    (most, each) => Math.max(most, each),
    0,
  );

/** A row of numbers, in every head. */
function row(results: Results, tensor: Tensor, at: number): readonly number[] {
  const [length, width] = tensor.shape.slice(-2);
  const heads = size(tensor.shape) / length / width;
  return Array.from({ length: heads * width }, (_, i) => {
    const head = Math.floor(i / width);
    return results.value(tensor, (head * length + at) * width + (i % width));
  });
}

/** Whether the rows of both dogs are the same numbers. */
export function sameDogs({ sentence: { dogs } }: Model, results: Results, tensors: readonly Tensor[]): boolean {
  return tensors.every((tensor) => {
    const [first, second] = dogs.map((dog) => row(results, tensor, dog));
    return first.every((number, at) => number === second[at]);
  });
}

/** How many rows of a tensor differ from each other. */
export const differentRows = (results: Results, tensor: Tensor): number =>
  new Set(Array.from({ length: tensor.shape[0] }, (_, at) => row(results, tensor, at).join(" "))).size;

/** A quotient on a GPU may be off by 2.5 units in the last place, each of them one rounding of float32. */
const quotient = 2.5;

/**
 * The most by which rounding alone can move an output when its terms are added in another order: the sum under softmax
 * rounds n − 1 times, the quotient once, the n products and their sum n times, each of two results. The mean over all
 * outputs adds n − 1 sums and a quotient.
 */
export function roundingOf(m: Model, { written: { v } }: Variant, results: Results, pooled = false): number {
  const roundings = m.length - 1 + quotient + m.length + (pooled ? m.length - 1 + quotient : 0);
  return 2 * roundings * float32.unit * largest(results, v);
}

/** What a shuffle of the tokens does to the outputs. */
export const effects = ["invariant", "equivariant", "neither"] as const;

/** Whether the outputs stay as they are, move along with the tokens, or change, but for rounding. */
export function effectOf(m: Model, of: Variant, results: Results): (typeof effects)[number] {
  const bound = roundingOf(m, of, results);
  const { written, shuffled, moved } = of;
  const stays = Array.from({ length: size(written.output.shape) }, (_, at) => at).every(
    (at) => Math.abs(results.value(written.output, at) - results.value(shuffled.output, at)) <= bound,
  );
  if (stays) return "invariant";
  return largest(results, moved) <= bound ? "equivariant" : "neither";
}

/** Whether the mean over all outputs survives the shuffle, but for rounding. */
export const meanStays = (m: Model, of: Variant, results: Results): boolean =>
  largest(results, of.pooledMoved) <= roundingOf(m, of, results, true);
