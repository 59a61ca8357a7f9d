/** The parts that all three convolutions of station 7 are made of: products, running sums, and operands turned or spread. */
import type { Graph, Node, Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import { cumsum } from "../../ops/cumsum";
import { flip } from "../../ops/flip";
import { mul } from "../../ops/mul";
import { transpose } from "../../ops/transpose";
import { unfold } from "../../ops/unfold";

/** The products of a convolution and their running sums: samples × groups × outputs of a group × taps × positions. */
export interface Summed {
  readonly products: Tensor;
  readonly running: Tensor;
}

/** How a window slides, each as rows and columns. */
export interface Sliding {
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
}

/** More cells than this of one auxiliary tensor are not recorded: the sums then arrive whole. */
export const mostAuxiliary = 65_536;

/**
 * The products behind conv2d(input, weight), input [N, C, H, W], and their running sums along the taps; undefined where
 * there are too many.
 */
export function summed(
  graph: Graph,
  input: Tensor,
  weight: Tensor,
  sliding: Sliding,
  name: string,
): Summed | undefined {
  const [samples, channels] = input.shape;
  const [outputs, perGroup, high, wide] = weight.shape;
  const { groups, ...window } = sliding;
  const attributes = { ...window, kernel_size: [high, wide] };
  const positions = unfold.shape({ input: input.shape }, unfold.attributes(attributes))["output"][2];
  const taps = perGroup * high * wide;
  const most = Math.max(samples * outputs * taps, samples * channels * high * wide) * positions;
  if (most > mostAuxiliary) return undefined;
  const patches = graph.apply(unfold, { input }, { attributes, names: `windows of ${name}` });
  const products = graph.apply(
    mul,
    {
      a: graph.view(patches, [samples, groups, 1, taps, positions]),
      b: graph.view(weight, [1, groups, outputs / groups, taps, 1]),
    },
    { names: `products of ${name}` },
  );
  const running = graph.apply(
    cumsum,
    { input: products },
    { attributes: { dim: 3 }, names: `running sums of ${name}` },
  );
  return { products, running };
}

/** The filter turned by 180° with its two channel axes exchanged within each group: [C, outputs / groups, K, K]. */
export function turned(graph: Graph, weight: Tensor, groups: number): Tensor {
  const [outputs, perGroup, high, wide] = weight.shape;
  const exchanged = graph.apply(
    transpose,
    { input: graph.view(weight, [groups, outputs / groups, perGroup, high, wide]) },
    { attributes: { dim0: 1, dim1: 2 }, names: { name: "F, its channels exchanged", tex: "F^{\\leftrightarrow}" } },
  );
  return graph.apply(
    flip,
    { input: graph.view(exchanged, [groups * perGroup, outputs / groups, high, wide]) },
    { attributes: { dims: [2, 3] }, names: { name: "F turned", tex: "F^{\\circlearrowleft}" } },
  );
}

/** The node that wrote a tensor. */
export const writerOf = (graph: Graph, tensor: Tensor): Node =>
  graph.nodes.find((node) => Object.values(node.outputs).includes(tensor))!;

/** An upstream gradient with zeros between its cells and a border around them, and which of its cells may differ from 0. */
export interface Spread {
  readonly spread: Tensor;
  readonly mask: Tensor;
  /** A given tensor, and the numbers that it needs. */
  readonly oneHot: Tensor;
  readonly numbers: Float32Array;
}

/**
 * dO [C, h, w], or a batch of it, laid out on [C, height, width]: cell y of it at row y · stride + first, what falls outside left out. Made
 * by the verified gradient of a convolution whose kernel holds a single 1: its windows send each cell to one place.
 */
export function spreadOut(
  tape: Tape,
  dO: Tensor,
  to: readonly [height: number, width: number],
  stride: number,
  first: number,
): Spread {
  const { graph } = tape;
  const [channels, ...from] = dO.shape.slice(-3);
  const [at, padding] = first >= 0 ? [first, 0] : [0, -first];
  const kernel = to.map((extent, axis) => extent + 2 * padding - (from[axis] - 1) * stride);
  const oneHot = graph.given({ name: "unit filter", tex: "E" }, [channels, 1, ...kernel]);
  const numbers = new Float32Array(size(oneHot.shape));
  const [high, wide] = kernel;
  for (let channel = 0; channel < channels; channel++) numbers[(channel * high + at) * wide + at] = 1;
  const blank = graph.filled({ name: "room for the spread", tex: "Z" }, [...dO.shape.slice(0, -2), ...to], 0);
  const output = graph.apply(
    conv2d,
    { input: blank, weight: oneHot },
    { attributes: { stride, padding, groups: channels }, names: { name: "picked", tex: "P" } },
  );
  tape.forward();
  const node = writerOf(graph, output);
  const ones = graph.filled({ name: "ones", tex: "\\mathbf{1}" }, dO.shape, 1);
  const spread = tape.gradient(node, "input", { output: dO }, { name: "dO spread", tex: "dO^{\\text{spread}}" });
  const mask = tape.gradient(node, "input", { output: ones }, { name: "cells of dO", tex: "M" });
  return { spread, mask, oneHot, numbers };
}
