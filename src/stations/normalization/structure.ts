/** Who depends on whom, whatever the numbers: read off the formulas' leaves. */
import { formulaOf, Graph, operandsOf, type Node, type Tensor } from "../../core/graph";
import { leaves } from "../../core/leaves";
import { size } from "../../core/shape";
import { normalize, type Method } from "./normalize";

/** One output by the inputs of its call: the cells that it may read of each. */
export function readsOf(node: Node, at: number): readonly (readonly [tensor: Tensor, cell: number])[] {
  const operands = operandsOf(node);
  const found = new Map<string, readonly [Tensor, number]>();
  leaves(formulaOf(node, "output", at), (input, cell) => {
    found.set(`${input} ${cell}`, [operands[input], cell]);
  });
  return [...found.values()];
}

const structures = new WeakMap<Node, Float32Array>();

/** Outputs × cells of the input: 1 where an output may change with a cell. Read once per call of an op. */
export function structureOf(node: Node): Float32Array {
  const known = structures.get(node);
  if (known) return known;
  const input = node.inputs["input"];
  const [outputs, cells] = [size(node.outputs["output"].shape), size(input.shape)];
  const mask = new Float32Array(outputs * cells);
  for (let r = 0; r < outputs; r++)
    for (const [tensor, cell] of readsOf(node, r)) if (tensor === input) mask[r * cells + cell] = 1;
  structures.set(node, mask);
  return mask;
}

/** A call of its own, for questions that no number answers. */
export function sampleCall(method: Method, samples: number, features: number): Node {
  const graph = new Graph();
  const vector = (name: string): Tensor => graph.given(name, [features]);
  normalize(
    graph,
    {
      method,
      input: graph.given("x", [samples, features]),
      running: { mean: vector("running mean"), variance: vector("running variance") },
      eps: graph.scalar("ε"),
      momentum: graph.scalar("momentum"),
    },
    { output: "y" },
  );
  return graph.nodes[0];
}

/** How many outputs may change with one cell; undefined where a single sample has nothing to train on. */
export function reachOf(
  method: Method,
  { samples, features }: { readonly samples: number; readonly features: number },
): number | undefined {
  if (method === "training" && samples === 1) return undefined;
  const cells = samples * features;
  return structureOf(sampleCall(method, samples, features)).filter((bit, at) => bit === 1 && at % cells === 0).length;
}

/** Whether an output may change with another sample. */
export function couplesSamples(node: Node): boolean {
  const [, features] = node.inputs["input"].shape;
  const cells = size(node.inputs["input"].shape);
  return structureOf(node).some(
    (bit, at) => bit === 1 && Math.floor(Math.floor(at / cells) / features) !== Math.floor((at % cells) / features),
  );
}
