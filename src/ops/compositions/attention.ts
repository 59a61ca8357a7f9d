/** Scaled dot-product attention: every row of the output is a mean of the rows of v, weighted by how q meets k. */
import { AttributeError, flag, integer, only } from "../../core/attributes";
import type { Graph, Name, Tensor } from "../../core/graph";
import { float64 } from "../../core/precision";
import { broadcast, shapeText, ShapeError, type Shape } from "../../core/shape";
import { causalMask } from "../causal_mask";
import { matmul } from "../matmul";
import { mul } from "../mul";
import { softmax } from "../softmax";
import { transpose } from "../transpose";
import { defineComposition } from "./composition";

const where = "scaled_dot_product_attention";

interface AttentionAttributes extends Readonly<Record<string, unknown>> {
  /** Whether a position sees only itself and what came before it. */
  readonly causal: boolean;
  /** How many heads share the width: each attends on its own part of it. */
  readonly num_heads: number;
}
type Inputs = Readonly<Record<"q" | "k" | "v", Tensor>>;

const wide = (name: string, tensor: Tensor): string => `${name} is ${shapeText(tensor.shape)}`;

/** Refuses what does not fit together, in this composition's words. Throws ShapeError. */
function check({ q, k, v }: Inputs, heads: number): void {
  for (const [name, tensor] of Object.entries({ q, k, v })) {
    if (tensor.shape.length < 2)
      throw new ShapeError(`${where}: ${wide(name, tensor)}; two dimensions or more, length × width, would fit`);
    if ((tensor.shape.at(-1) ?? 1) % heads !== 0)
      throw new ShapeError(`${where}: ${wide(name, tensor)}; a width that ${heads} heads can share would fit`);
  }
  if (q.shape.at(-1) !== k.shape.at(-1))
    throw new ShapeError(
      `${where}: ${wide("q", q)}, ${wide("k", k)}, their widths (last extents) differ; equal ones would fit`,
    );
  if (k.shape.at(-2) !== v.shape.at(-2))
    throw new ShapeError(
      `${where}: ${wide("k", k)}, ${wide("v", v)}, their lengths (last extents but one) differ; equal ones would fit`,
    );
  broadcast(`${where}: the batches of q, k and v`, ...[q, k, v].map(({ shape }): Shape => shape.slice(0, -2)));
}

/** … × length × width as … × heads × length × (width / heads). */
export function parted(graph: Graph, input: Tensor, heads: number): Tensor {
  if (heads === 1) return input;
  const [length, width] = input.shape.slice(-2);
  const whole = graph.view(input, [...input.shape.slice(0, -2), length, heads, width / heads]);
  return graph.apply(transpose, { input: whole }, { attributes: { dim0: -3, dim1: -2 }, names: input });
}

/** The way back: heads side by side. */
export function joined(graph: Graph, input: Tensor, name: Name): Tensor {
  const [heads, length, width] = input.shape.slice(-3);
  const whole = graph.apply(transpose, { input }, { attributes: { dim0: -3, dim1: -2 }, names: name });
  return graph.view(whole, [...input.shape.slice(0, -3), length, heads * width], name);
}

/** 1 / √width, a root and a quotient away from what it stands for. */
export function scaleFor(graph: Graph, width: number): Tensor {
  const scale = 1 / Math.sqrt(width);
  return graph.constant({ name: "1/√d", tex: "1/\\sqrt{d}" }, [], [scale], [2 * float64.unit * scale]);
}

/** softmax(q kᵀ / √d), one row per row of q. */
function weightsOf(graph: Graph, q: Tensor, k: Tensor, causal: boolean): Tensor {
  const turned = graph.apply(transpose, { input: k }, { attributes: { dim0: -2, dim1: -1 }, names: "kᵀ" });
  const products = graph.apply(matmul, { a: q, b: turned }, { names: "q kᵀ" });
  const scale = scaleFor(graph, q.shape.at(-1) ?? 1);
  const scores = graph.apply(mul, { a: products, b: scale }, { names: "scores" });
  const seen = causal ? graph.apply(causalMask, { input: scores }, { names: "scores seen" }) : scores;
  return graph.apply(softmax, { input: seen }, { attributes: { dim: -1 }, names: "weights" });
}

/** softmax(q kᵀ / √d) v. Several heads each take their part of the width, and their outputs stand side by side again. */
export const attention = defineComposition<"q" | "k" | "v", AttentionAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html",
  inputs: [{ name: "q" }, { name: "k" }, { name: "v" }],
  outputs: [{ name: "output" }, { name: "weights" }],
  takes: ["causal", "num_heads"],
  read(given) {
    only(where, given, ["causal", "num_heads"]);
    const heads = integer(where, given, "num_heads", 1);
    if (heads < 1) throw new AttributeError(`${where}: num_heads is ${heads}; 1 or more would fit`);
    return { attributes: { causal: flag(where, given, "causal", false), num_heads: heads }, scalars: {} };
  },
  apply({ graph }, inputs, { causal, num_heads: heads }) {
    check(inputs, heads);
    const [q, k, v] = [inputs.q, inputs.k, inputs.v].map((input) => parted(graph, input, heads));
    const weights = weightsOf(graph, q, k, causal);
    const output = graph.apply(matmul, { a: weights, b: v }, { names: "output" });
    return { output: heads === 1 ? output : joined(graph, output, "output"), weights };
  },
  cases: [
    { shapes: { q: [5, 4], k: [5, 4], v: [5, 4] }, attributes: { causal: true } },
    { shapes: { q: [1, 1], k: [1, 1], v: [1, 1] } },
    { shapes: { q: [3, 2], k: [7, 2], v: [7, 5] } },
    { shapes: { q: [3, 2], k: [7, 2], v: [7, 5] }, attributes: { causal: true } },
    { shapes: { q: [2, 3, 5, 4], k: [2, 3, 5, 4], v: [2, 3, 5, 2] }, attributes: { causal: true } },
    { shapes: { q: [2, 5, 6], k: [2, 4, 6], v: [2, 4, 9] }, attributes: { num_heads: 3 } },
    { shapes: { q: [5, 6], k: [5, 6], v: [5, 4] }, attributes: { num_heads: 2, causal: true } },
  ],
});
