/** The Jacobian by the gradient kernel: the batch goes through once per output, and each copy sends back a single 1. */
import { type Graph, type Node, type Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { mul } from "../../ops/mul";
import { transpose } from "../../ops/transpose";
import { normalize, type Normalized } from "./normalize";
import { structureOf } from "./structure";

export interface Unrolled {
  /** ∂y/∂x as samples × features (of the output) × samples × features (of the input). */
  readonly jacobian: Tensor;
  /** 1 where an entry may differ from 0 for some batch. */
  readonly mask: Tensor;
  /** What is sent back: a 1 from one output of each copy. */
  readonly upstream: Tensor;
  /** The upstream's numbers. */
  readonly ones: Float32Array;
}

/** Records the copies, their gradient and the Jacobian made of it. `what` is the call without a bias, which adds nothing. */
export function rowsOfJacobian(tape: Tape, what: Normalized): Unrolled {
  const shape = what.input.shape;
  const mask = tape.graph.given("not always zero", [...shape, ...shape]);
  const name = { name: "∂y/∂x", tex: "\\partial y/\\partial x" };
  const made = what.method === "layer" ? bySamples(tape, what) : byChannels(tape, what);
  return { ...made, mask, jacobian: tape.graph.view(made.jacobian, mask.shape, name) };
}

type Made = Omit<Unrolled, "mask">;
const rows = { name: "J rows", tex: "J" };
const upstreamName = { name: "unit upstreams", tex: "E" };
const copiesName = { name: "x, once per output", tex: "x" };
const outputName = { output: "y, once per output" };

/** Layer norm takes its statistics along the last axis: copies stand before it. */
function bySamples(tape: Tape, what: Normalized): Made {
  const { graph } = tape;
  const { shape } = what.input;
  const r = size(shape);
  const input = graph.apply(
    mul,
    { a: graph.view(what.input, [1, ...shape]), b: graph.filled("ones", [r, 1, 1], 1) },
    { names: copiesName },
  );
  normalize(graph, { ...what, input }, outputName);
  const node = recorded(tape);
  const upstream = graph.given(upstreamName, [r, ...shape]);
  const jacobian = tape.gradient(node, "input", { output: upstream }, rows);
  return { jacobian, upstream, ones: units(r, (copy) => copy * r + copy) };
}

/** Batch norm takes its statistics per channel: the channels of each copy are channels of their own. */
function byChannels(tape: Tape, what: Normalized): Made {
  const { graph } = tape;
  const [samples, features] = what.input.shape;
  const r = samples * features;
  const flat = [samples, r * features];
  const copies = graph.apply(
    mul,
    { a: graph.view(what.input, [samples, 1, features]), b: graph.filled("ones", [1, r, 1], 1) },
    { names: copiesName },
  );
  normalize(graph, { ...what, ...repeated(graph, what, r), input: graph.view(copies, flat) }, outputName);
  const node = recorded(tape);
  const upstream = graph.given(upstreamName, flat);
  const back = tape.gradient(node, "input", { output: upstream }, { name: "J columns", tex: "J" });
  const jacobian = graph.apply(
    transpose,
    { input: graph.view(back, [samples, r, features]) },
    { attributes: { dim0: 0, dim1: 1 }, names: rows },
  );
  tape.forward();
  const at = (copy: number): number => (Math.floor(copy / features) * r + copy) * features + (copy % features);
  return { jacobian, upstream, ones: units(r, at) };
}

/** What belongs to each channel, once per copy. */
function repeated(
  graph: Graph,
  { weight, running }: Normalized,
  copies: number,
): Pick<Normalized, "weight" | "running"> {
  const [features] = running.mean.shape;
  const ones = graph.filled("ones", [copies, 1], 1);
  const each = (tensor: Tensor): Tensor => {
    const wide = graph.apply(
      mul,
      { a: graph.view(tensor, [1, features]), b: ones },
      { names: `${tensor.name}, once per output` },
    );
    return graph.view(wide, [copies * features]);
  };
  const all = { mean: each(running.mean), variance: each(running.variance) };
  return { running: all, ...(weight && { weight: each(weight) }) };
}

function recorded(tape: Tape): Node {
  tape.forward();
  return tape.graph.nodes.at(-1)!;
}

/** A matrix of zeros with a 1 for each copy; `r` cells in each. */
function units(r: number, at: (copy: number) => number): Float32Array {
  const data = new Float32Array(r * r);
  for (let copy = 0; copy < r; copy++) data[at(copy)] = 1;
  return data;
}

/** The structure of ∂y/∂x: which entries may differ from 0. */
export const structureOfJacobian = (y: Tensor, { graph }: Tape): Float32Array =>
  structureOf(graph.nodes.find((node) => node.outputs["output"] === y)!);
