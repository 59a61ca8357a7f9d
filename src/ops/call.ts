/** One call of one op or composition, from plain numbers to a tape: what goldens, laws and the page's own `run` compute. */
import { checkInputs, differentiableInputs, type Node, type Tensor } from "../core/graph";
import { isDifferentiable, type AnyOp, type Given, type OutputSpec } from "../core/op";
import { sameShape, shapeText, ShapeError, type Shape } from "../core/shape";
import { Tape } from "../core/tape";
import type { AnyComposition } from "./compositions/composition";
import { add } from "./add";
import { callableNamed } from "./index";
import { checkIndices, Table, type Numbers } from "./numbers";
import { split } from "./scalars";

export type { Numbers } from "./numbers";

export interface OpCall {
  /** An op or a composition, or its name in the registry. */
  readonly op: string | AnyOp | AnyComposition;
  /** Structure and scalars together, as PyTorch takes them. */
  readonly attrs?: Given;
  readonly inputs: Readonly<Record<string, Numbers>>;
  /** Gradients that arrive, by output; gradients leave by every differentiable input when there are any. */
  readonly upstream?: Readonly<Record<string, Numbers>>;
}

type Tensors = Readonly<Record<string, Tensor>>;

export interface Recorded {
  readonly tape: Tape;
  /** The numbers of every tensor that comes from outside, the scalars included, as the GPU stores them. */
  readonly feed: ReadonlyMap<Tensor, Float32Array>;
  /** The same with scalars as they were given: what the float64 reference starts from. */
  readonly exact: ReadonlyMap<Tensor, ArrayLike<number>>;
  readonly outputs: Tensors;
  /** The gradient of each differentiable input; empty without upstream. */
  readonly grads: Tensors;
}

/** Whether it is made of ops instead of formulas. */
export const isComposition = (what: AnyOp | AnyComposition): what is AnyComposition => "apply" in what;

/** Records the call on a tape of its own. Throws ShapeError and AttributeError, saying what would fit. */
export function record(call: OpCall): Recorded {
  const what = typeof call.op === "string" ? callableNamed(call.op) : call.op;
  const table = new Table();
  const tape = new Tape(table.graph);
  const given = laid(table, what, call.inputs);
  const { outputs, grads } = isComposition(what)
    ? recordComposition(what, tape, table, given, call)
    : recordOp(what, tape, table, given, call);
  return { tape, feed: table.feed, exact: table.exact, outputs, grads };
}

/** A tensor per input of the call. */
function laid(table: Table, what: AnyOp | AnyComposition, inputs: OpCall["inputs"]): Tensors {
  return mapped(inputs, (numbers, name) => {
    const type = what.inputs.find((spec) => spec.name === name)?.type;
    return table.tensor(`${what.name}: ${name}`, name, numbers, type && { type });
  });
}

const mapped = <T, U>(each: Readonly<Record<string, T>>, make: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(each).map(([name, value]) => [name, make(value, name)]));

const titled = (name: string): { name: string; tex: string } => ({
  name: `∂L/∂${name}`,
  tex: `\\partial L/\\partial ${name}`,
});

/** What both kinds of call leave behind. */
type Ends = Pick<Recorded, "outputs" | "grads">;

// ── an op ───────────────────────────────────────────────────────────────────

function recordOp(op: AnyOp, tape: Tape, table: Table, given: Tensors, { attrs = {}, inputs, upstream }: OpCall): Ends {
  const { structure, scalars } = split(op, attrs);
  const moving = mapped(scalars, (value, name) => table.scalar(name, value));
  const all = { ...beginning(op, tape, given, attrs), ...given };
  const outputs = tape.graph.applyAll(op, all, { attributes: structure, scalars: moving });
  checkIndices(op, inputs);
  tape.forward();
  const [node] = tape.graph.nodes;
  return { outputs, grads: upstream ? opGradients(tape, table, node, upstream) : {} };
}

/** The state that an optimizer begins with, 0 throughout. */
function beginning({ start }: AnyOp, { graph }: Tape, { param }: Tensors, attrs: Given): Tensors {
  if (!start || !param) return {};
  return mapped(start(param.shape, attrs), (shape, name) => graph.filled(name, shape ?? [], 0));
}

/** Records the gradient of every differentiable input; an output without upstream receives zeros. */
function opGradients(tape: Tape, table: Table, node: Node, upstream: OpCall["inputs"]): Tensors {
  const arrived = arrivals(table, node.op, node.outputs, upstream);
  const arriving = mapped(differentiable(node.op.outputs, node.outputs), (output, name) => {
    return arrived.get(output) ?? table.graph.filled(titled(name), output.shape, 0);
  });
  return Object.fromEntries(
    differentiableInputs(node).map((input) => [input, tape.gradient(node, input, arriving, titled(input))]),
  );
}

// ── a composition ───────────────────────────────────────────────────────────

function recordComposition(
  what: AnyComposition,
  tape: Tape,
  table: Table,
  given: Tensors,
  { attrs = {}, upstream }: OpCall,
): Ends {
  checkInputs(what, given);
  const { attributes, scalars } = what.read(attrs);
  const outputs = what.apply(
    tape,
    given,
    attributes,
    mapped(scalars, (value, name) => table.scalar(name, value)),
  );
  tape.forward();
  return { outputs, grads: upstream ? gradients(tape, table, what, given, outputs, upstream) : {} };
}

/** One backward pass from every output at which a gradient arrives. What no output depends on gets zeros. */
function gradients(
  tape: Tape,
  table: Table,
  what: AnyComposition,
  given: Tensors,
  outputs: Tensors,
  upstream: OpCall["inputs"],
): Tensors {
  const wanted = Object.fromEntries(
    what.inputs.filter((spec) => isDifferentiable(spec) && given[spec.name]).map(({ name }) => [name, given[name]]),
  );
  const starts = arrivals(table, what, outputs, upstream);
  const found = tape.backward(starts, { of: Object.values(wanted) }, add);
  return mapped(wanted, (tensor, name) => found.get(tensor) ?? tape.graph.filled(titled(name), tensor.shape, 0));
}

// ── what arrives ────────────────────────────────────────────────────────────

/** The outputs that a gradient may arrive at, of those that are there. */
const differentiable = (specs: readonly OutputSpec[], outputs: Tensors): Tensors =>
  Object.fromEntries(
    specs.filter((spec) => isDifferentiable(spec) && spec.name in outputs).map(({ name }) => [name, outputs[name]]),
  );

/** A tensor per gradient that arrives, by the output where it does. Throws ShapeError. */
function arrivals(
  table: Table,
  what: Pick<AnyOp, "name" | "outputs">,
  outputs: Tensors,
  upstream: OpCall["inputs"],
): ReadonlyMap<Tensor, Tensor> {
  const open = differentiable(what.outputs, outputs);
  return new Map(
    Object.entries(upstream).map(([name, numbers]) => {
      if (!(name in open)) throw stranger(what, name, Object.keys(open));
      const where = `${what.name}: the upstream of ${name}`;
      const { name: title, tex } = titled(name);
      const tensor = table.tensor(where, title, numbers, { tex });
      checkUpstream(what.name, name, numbers.shape, open[name].shape);
      return [open[name], tensor] as const;
    }),
  );
}

const stranger = (what: Pick<AnyOp, "name">, name: string, open: readonly string[]): ShapeError =>
  new ShapeError(
    `${what.name}: no gradient arrives at ${name}; ${open.length > 0 ? open.join(", ") : "no output"} would fit`,
  );

function checkUpstream(where: string, name: string, given: Shape, shape: Shape): void {
  if (sameShape(given, shape)) return;
  throw new ShapeError(
    `${where}: the upstream of ${name} is ${shapeText(given)}, the output is ${shapeText(shape)}; equal shapes would fit`,
  );
}
