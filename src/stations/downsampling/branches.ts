/** The two ways to halve an image, applied to one image or to a batch of them. */
import type { Graph, Node, Tensor } from "../../core/graph";
import { avgPool2d } from "../../ops/avg_pool2d";
import { conv2d } from "../../ops/conv2d";
import { maxPool2d } from "../../ops/max_pool2d";

export type Pool = "max" | "average" | "blur";

export interface Weights {
  /** The filter that both convolutions share. */
  readonly filter: Tensor;
  /** The fixed filter of the blur. */
  readonly blur: Tensor;
}

/** What a branch makes: images × 1 × rows × columns. */
export interface Made {
  readonly output: Tensor;
  readonly node: Node;
}

const last = (graph: Graph): Node => graph.nodes[graph.nodes.length - 1];

/** A convolution with a window of 3 × 3 and a ring of padding. */
export function convolved(graph: Graph, input: Tensor, weight: Tensor, stride: number, names: string): Made {
  const output = graph.apply(conv2d, { input, weight }, { attributes: { stride, padding: 1 }, names });
  return { output, node: last(graph) };
}

/** The pool that halves a map. */
export function pooled(graph: Graph, input: Tensor, pool: Pool, blur: Tensor, names: string): Made {
  if (pool === "blur") return convolved(graph, input, blur, 2, names);
  const attributes = { kernel_size: 2, stride: 2 };
  if (pool === "average")
    return { output: graph.apply(avgPool2d, { input }, { attributes, names }), node: last(graph) };
  const { output } = graph.applyAll(
    maxPool2d,
    { input },
    { attributes, names: { output: names, indices: `winners of ${names}` } },
  );
  return { output, node: last(graph) };
}
