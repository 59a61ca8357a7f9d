/** The pool of station 8, by what its knobs say. */
import type { Graph, Tensor } from "../../core/graph";
import { avgPool2d } from "../../ops/avg_pool2d";
import { maxPool2d } from "../../ops/max_pool2d";

export type Pool = "max" | "average";

/** What the structure knobs say. */
export interface Structure {
  /** How many samples are pooled at once. */
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly pool: Pool;
  /** Whether an average divides by the cells of its window in the padding too. */
  readonly countsPadding: boolean;
}

/** Applies the pool to planes, rows and columns last: the output, and the indices where the largest is taken. Throws ShapeError. */
export function applied(
  graph: Graph,
  { kernel, stride, padding, pool, countsPadding }: Structure,
  input: Tensor,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, Tensor>> {
  const attributes = { kernel_size: kernel, stride, padding };
  if (pool === "max") return graph.applyAll(maxPool2d, { input }, { attributes, names });
  return graph.applyAll(
    avgPool2d,
    { input },
    { attributes: { ...attributes, count_include_pad: countsPadding }, names },
  );
}
