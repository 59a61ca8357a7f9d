/** The three ways to normalize, as one call: which statistics are taken decides everything else. */
import type { Graph, Name, Tensor } from "../../core/graph";
import { batchNorm } from "../../ops/batch_norm";
import { layerNorm } from "../../ops/layer_norm";

/** Batch norm by the batch's own statistics, batch norm by running averages, layer norm. */
export type Method = "training" | "inference" | "layer";

/** What a call reads. Layer norm leaves the running averages and the momentum alone. */
export interface Normalized {
  readonly method: Method;
  /** Samples × features, or more axes after them. */
  readonly input: Tensor;
  readonly weight?: Tensor;
  readonly bias?: Tensor;
  readonly running: Running;
  readonly eps: Tensor;
  readonly momentum: Tensor;
}
/** A mean and a variance for each feature. */
export interface Running {
  readonly mean: Tensor;
  readonly variance: Tensor;
}
interface Outputs {
  readonly output: Tensor;
  /** The running averages that the call leaves behind; layer norm has none. */
  readonly running?: Running;
}

/** Applies the op that a method stands for. Throws ShapeError. */
export function normalize(graph: Graph, what: Normalized, names: Names): Outputs {
  const { method, input, weight, bias, running, eps, momentum } = what;
  const affine = { ...(weight && { weight }), ...(bias && { bias }) };
  if (method === "layer")
    return { output: graph.apply(layerNorm, { input, ...affine }, { scalars: { eps }, names: names.output }) };
  const { output, running_mean, running_var } = graph.applyAll(
    batchNorm,
    { input, ...affine, running_mean: running.mean, running_var: running.variance },
    {
      attributes: { training: method === "training" },
      scalars: { eps, momentum },
      names: {
        output: names.output,
        running_mean: names.mean ?? "running mean, unused",
        running_var: names.variance ?? "running variance, unused",
      },
    },
  );
  return { output, running: { mean: running_mean, variance: running_var } };
}
interface Names {
  readonly output: Name;
  readonly mean?: Name;
  readonly variance?: Name;
}

/** The axis along which the cells that share a statistic lie: samples for batch norm, features for layer norm. */
export const sharedAxis = (method: Method): 0 | 1 => (method === "layer" ? 1 : 0);
