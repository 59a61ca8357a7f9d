/** Scaled dot-product attention with a temperature, its inner tensors kept: what every branch of the station applies. */
import type { Graph, Name, Tensor } from "../../core/graph";
import { causalMask } from "../../ops/causal_mask";
import { joined, parted, scaleFor } from "../../ops/compositions/attention";
import { div } from "../../ops/div";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";
import { softmax } from "../../ops/softmax";
import { transpose } from "../../ops/transpose";

/** What an attention is given besides q, k and v. */
export interface Attending {
  readonly heads: number;
  /** Whether a token sees only itself and what came before it. */
  readonly causal: boolean;
  /** A single number that the scores are divided by. */
  readonly temperature: Tensor;
}

/** With one head scores and weights are queries × keys, with several heads × queries × keys. */
export interface Attended {
  /** Scaled, and divided by the temperature; not masked yet. */
  readonly scores: Tensor;
  readonly weights: Tensor;
  readonly output: Tensor;
}

/** softmax(q kᵀ / (√d τ)) v, with names from `named`. */
export function attend(
  graph: Graph,
  { q, k, v }: Readonly<Record<"q" | "k" | "v", Tensor>>,
  { heads, causal, temperature }: Attending,
  named: (letter: string) => Name,
): Attended {
  const [queries, keys, values] = [q, k, v].map((input) => parted(graph, input, heads));
  const turned = graph.apply(
    transpose,
    { input: keys },
    { attributes: { dim0: -2, dim1: -1 }, names: { name: "Kᵀ", tex: "K^{\\mathsf T}" } },
  );
  const names = { name: "QKᵀ", tex: "QK^{\\mathsf T}" };
  const products = graph.apply(matmul, { a: queries, b: turned }, { names });
  const scaled = graph.apply(
    mul,
    { a: products, b: scaleFor(graph, queries.shape.at(-1) ?? 1) },
    { names: { name: "QKᵀ/√d", tex: "QK^{\\mathsf T}\\!/\\sqrt d" } },
  );
  const scores = graph.apply(div, { a: scaled, b: temperature }, { names: named("S") });
  const seen = causal ? graph.apply(causalMask, { input: scores }, { names: "S, masked" }) : scores;
  const weights = graph.apply(softmax, { input: seen }, { attributes: { dim: -1 }, names: named("A") });
  const mixed = graph.apply(matmul, { a: weights, b: values }, { names: named("O") });
  return { scores, weights, output: heads === 1 ? mixed : joined(graph, mixed, named("O")) };
}
