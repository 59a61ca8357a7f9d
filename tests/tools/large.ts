/** Steps that are too large for every cell, and what a broken kernel would have written. */
import { laying, summing } from "../../src/core/contracted";
import { contractionOf, runsOf, type Contraction } from "../../src/core/contraction";
import { Graph, type Node, type Tensor } from "../../src/core/graph";
import type { AnyOp, Given } from "../../src/core/op";
import { normal } from "../../src/core/random";
import { reader } from "../../src/core/reader";
import { size, type Shape } from "../../src/core/shape";
import { Tape, type Step } from "../../src/core/tape";
import { finished } from "../../src/core/work";
import type { Effort } from "../../src/gpu/verify";

/** So little that the product and the convolution below are projected and sampled. */
export const little: Effort = { most: 1e4, mostOfGradient: 1e4, products: 1e6, sample: 1024 };

export interface Large {
  readonly tape: Tape;
  readonly feed: Map<Tensor, Float32Array>;
}

/** A call of an op with the gradient of each of its inputs, and the tensors that it is given. */
export function recordLarge(
  op: AnyOp,
  shapes: Readonly<Record<string, Shape>>,
  attributes: Given = {},
): { readonly tape: Tape; readonly given: readonly Tensor[] } {
  const graph = new Graph();
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, graph.given(name, shape)]));
  const output = graph.apply(op, inputs, { attributes });
  const tape = new Tape(graph);
  tape.forward();
  const upstream = graph.given("upstream", output.shape);
  for (const input of Object.keys(inputs)) tape.gradient(graph.nodes[0], input, { output: upstream }, `∂${input}`);
  return { tape, given: [...Object.values(inputs), upstream] };
}

/** Such a call on normal numbers, and what an honest kernel makes of them forward. */
export function large(op: AnyOp, shapes: Readonly<Record<string, Shape>>, attributes: Given = {}): Large {
  const { tape, given } = recordLarge(op, shapes, attributes);
  const random = normal(1);
  const feed = new Map<Tensor, Float32Array>();
  for (const tensor of given) feed.set(tensor, Float32Array.from({ length: size(tensor.shape) }, random));
  const made = { tape, feed };
  const [forward] = tape.steps;
  feed.set(forward.writes[0], written(made, forward));
  return made;
}

export const product = (op: AnyOp): Large => large(op, { a: [300, 301], b: [301, 299] });
export const convolution = (op: AnyOp): Large =>
  large(op, { input: [1, 16, 40, 41], weight: [24, 16, 3, 3], bias: [24] }, { padding: 1 });

export const contractionIn = (node: Node): Contraction => {
  const contraction = contractionOf(node);
  if (!contraction) throw new Error(`${node.op.name} states no contraction`);
  return contraction;
};

/** What an honest kernel writes: the sums in float64, rounded once. `loops` may leave a part of them out. */
export function written(
  { feed }: Large,
  step: Step,
  loops: (contraction: Contraction) => Contraction = (whole) => whole,
): Float32Array {
  const made = finished(laying(step, loops(contractionIn(step.node)), reader(feed)));
  const sums = finished(summing(made));
  const numbers = new Float32Array(size(made.tensor.shape));
  for (const { at, place, length } of runsOf(made.tensor.shape, made.part.margin))
    numbers.set(sums.subarray(place, place + length), at);
  return numbers;
}

/** Cells as a kernel sees them: rows and columns of the last two axes, within one plane of all. */
export interface Spot {
  readonly plane: number;
  readonly row: number;
  readonly column: number;
}
export interface Extents {
  readonly planes: number;
  readonly rows: number;
  readonly columns: number;
}

/** Numbers with those changed that a fault is about. */
export function broken(
  numbers: Float32Array,
  shape: Shape,
  hits: (spot: Spot, extents: Extents) => boolean,
  change: (value: number, at: number) => number,
): Float32Array {
  const [rows, columns] = shape.length < 2 ? [1, size(shape)] : shape.slice(-2);
  const extents = { planes: numbers.length / (rows * columns), rows, columns };
  return numbers.map((value, at) => {
    const row = Math.floor(at / columns) % rows;
    const spot = { plane: Math.floor(at / (rows * columns)), row, column: at % columns };
    return hits(spot, extents) ? Math.fround(change(value, at)) : value;
  });
}
