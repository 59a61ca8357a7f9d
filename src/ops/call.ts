/** One call of one op, from plain numbers to a tape: what goldens, laws and the page's own `run` compute. */
import { AttributeError, real } from "../core/attributes";
import { differentiableInputs, Graph, type Node, type Tensor } from "../core/graph";
import { isDifferentiable, type AnyOp, type Given } from "../core/op";
import { checkShape, sameShape, shapeText, ShapeError, size, type Shape } from "../core/shape";
import { Tape } from "../core/tape";
import { opNamed } from "./index";

/** A tensor as people hand it over: numbers in row-major order. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

export interface OpCall {
  /** An op, or its name in the registry. */
  readonly op: string | AnyOp;
  /** Structure and scalars together, as PyTorch takes them. */
  readonly attrs?: Given;
  readonly inputs: Readonly<Record<string, Numbers>>;
  /** Gradients that arrive, by output; gradients leave by every differentiable input when there are any. */
  readonly upstream?: Readonly<Record<string, Numbers>>;
}

export interface Recorded {
  readonly tape: Tape;
  /** The numbers of every tensor that comes from outside, the scalars included, as the GPU stores them. */
  readonly feed: ReadonlyMap<Tensor, Float32Array>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The gradient of each differentiable input; empty without upstream. */
  readonly grads: Readonly<Record<string, Tensor>>;
}

/** Records the call on a tape of its own. Throws ShapeError and AttributeError, saying what would fit. */
export function record({ op: asked, attrs = {}, inputs, upstream }: OpCall): Recorded {
  const op = typeof asked === "string" ? opNamed(asked) : asked;
  const feed = new Map<Tensor, Float32Array>();
  const graph = new Graph();
  const given = fill(graph, feed, op, inputs);
  const { structure, scalars } = split(op, attrs);
  const moving = Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => {
      const tensor = graph.scalar(name);
      feed.set(tensor, Float32Array.of(value));
      return [name, tensor];
    }),
  );
  const outputs = graph.applyAll(op, given, { attributes: structure, scalars: moving });
  const tape = new Tape(graph);
  tape.forward();
  const grads = upstream ? backward(tape, feed, graph.nodes[0], upstream) : {};
  return { tape, feed, outputs, grads };
}

/** Names a tensor per input of the call and feeds its numbers. */
function fill(
  graph: Graph,
  feed: Map<Tensor, Float32Array>,
  op: AnyOp,
  inputs: Readonly<Record<string, Numbers>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, numbers]) => {
      const data = checked(`${op.name}: ${name}`, numbers);
      const type = op.inputs.find((spec) => spec.name === name)?.type;
      const tensor = graph.given(name, numbers.shape, type);
      feed.set(tensor, data);
      return [name, tensor];
    }),
  );
}

/** The numbers as float32, after their count and kind were checked. */
function checked(where: string, numbers: Numbers): Float32Array {
  const { shape, data } = numbers;
  if (!Array.isArray(shape)) throw new ShapeError(`${where} has no shape; a list of extents such as [2, 3] would fit`);
  checkShape(where, shape);
  if (data.length !== size(shape)) {
    throw new ShapeError(`${where} has ${data.length} numbers, its shape ${shapeText(shape)} holds ${size(shape)}`);
  }
  const at = Array.from(data).findIndex((value: unknown) => typeof value !== "number");
  if (at >= 0) throw new ShapeError(`${where} holds ${JSON.stringify(data[at])} at position ${at}; numbers would fit`);
  return Float32Array.from(data);
}

/** Tells the scalars of a call from its structure. */
function split(op: AnyOp, attrs: Given): { structure: Given; scalars: Record<string, number> } {
  const names = op.scalars.map((spec) => spec.name);
  const scalars = Object.fromEntries(
    op.scalars.map(({ name, initial }) => [name, real(op.name, attrs, name, initial)]),
  );
  const structure = Object.fromEntries(Object.entries(attrs).filter(([name]) => !names.includes(name)));
  try {
    op.attributes(structure);
  } catch (error) {
    if (error instanceof AttributeError && names.length > 0)
      throw new AttributeError(`${error.message}; besides these, it takes the numbers ${names.join(", ")}`);
    throw error;
  }
  return { structure, scalars };
}

/** Records the gradient of every differentiable input; an output without upstream receives zeros. */
function backward(
  tape: Tape,
  feed: Map<Tensor, Float32Array>,
  node: Node,
  upstream: Readonly<Record<string, Numbers>>,
): Record<string, Tensor> {
  const arriving = arrivals(tape.graph, feed, node, upstream);
  return Object.fromEntries(
    differentiableInputs(node).map((input) => [
      input,
      tape.gradient(node, input, arriving, { name: `∂L/∂${input}`, tex: `\\partial L/\\partial ${input}` }),
    ]),
  );
}

function arrivals(
  graph: Graph,
  feed: Map<Tensor, Float32Array>,
  node: Node,
  upstream: Readonly<Record<string, Numbers>>,
): Record<string, Tensor> {
  const { op } = node;
  const names = op.outputs.filter(isDifferentiable).map((spec) => spec.name);
  const stranger = Object.keys(upstream).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new ShapeError(
      `${op.name}: no gradient arrives at ${stranger}; ${names.length > 0 ? names.join(", ") : "no output"} would fit`,
    );
  }
  return Object.fromEntries(
    names.map((name) => {
      const { shape } = node.outputs[name];
      const title = { name: `∂L/∂${name}`, tex: `\\partial L/\\partial ${name}` };
      if (!(name in upstream)) return [name, graph.filled(title, shape, 0)];
      const data = checked(`${op.name}: the upstream of ${name}`, upstream[name]);
      checkUpstream(op, name, upstream[name].shape, shape);
      const tensor = graph.given(title, shape);
      feed.set(tensor, data);
      return [name, tensor];
    }),
  );
}

function checkUpstream(op: AnyOp, name: string, given: Shape, shape: Shape): void {
  if (sameShape(given, shape)) return;
  throw new ShapeError(
    `${op.name}: the upstream of ${name} is ${shapeText(given)}, the output is ${shapeText(shape)}; equal shapes would fit`,
  );
}
