/** What an exhibit computes: one op, and its Jacobian made row by row by the op's own gradient kernel. */
import { formulasOf, Graph, operandsOf, type Name, type Node, type Tensor } from "../../../core/graph";
import { leaves } from "../../../core/leaves";
import { isDifferentiable } from "../../../core/op";
import { size } from "../../../core/shape";
import { Tape, type Step } from "../../../core/tape";
import { concat } from "../../../ops/concat";
import { matmul } from "../../../ops/matmul";
import { outputOf, type Exhibit } from "./exhibits";

/** The tensors of an exhibit, and the steps that are played. */
export interface Shown {
  readonly exhibit: Exhibit;
  readonly tape: Tape;
  readonly node: Node;
  /** The input that the Jacobian is taken by, and what comes out. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dx: Tensor;
  readonly dy: Tensor;
  /** Outputs × inputs, both flattened row by row. */
  readonly rows: number;
  readonly columns: number;
  readonly jacobian: Tensor;
  readonly mask: Tensor;
  /** 1 where an output may depend on an input, by row-major position of the Jacobian. */
  readonly structure: Float32Array;
  /** vec(dy)ᵀ·J, the long way. */
  readonly long: Tensor;
  readonly forward: Step;
  readonly gradient: Step;
  readonly longStep: Step;
}

/** A name that is more than a letter stands upright in TeX. */
export const inTex = (name: string): string => (name.length === 1 ? name : `\\text{${name.replaceAll("_", "\\_")}}`);
const called = (name: string): Name => ({ name, tex: inTex(name) });

export function shownOf(exhibit: Exhibit): Shown {
  const graph = new Graph();
  const tape = new Tape(graph);
  const node = applied(graph, exhibit);
  const [forward] = tape.forward();
  const [x, y] = [node.inputs[exhibit.input], node.outputs[outputOf(exhibit.op)!]];
  const dy = graph.given({ name: `d${y.name}`, tex: `d${y.tex}` }, y.shape);
  const dx = gradient(tape, node, exhibit, dy, { name: `d${x.name}`, tex: `d${x.tex}` });
  const [rows, columns] = [size(y.shape), size(x.shape)];
  const jacobian = stacked(tape, node, exhibit, y, columns);
  const long = graph.apply(
    matmul,
    { a: graph.view(dy, [1, rows]), b: jacobian },
    { names: { name: `vec(${dy.name})ᵀ·J`, tex: `\\mathrm{vec}(${dy.tex})^{\\mathsf T} J` } },
  );
  const [longStep] = tape.forward().slice(-1);
  const mask = graph.given("not always zero", [rows, columns]);
  const structure = structureBy(node, x, y);
  const steps = { forward, gradient: tape.writer(dx), longStep };
  return { exhibit, tape, node, x, y, dx, dy, rows, columns, jacobian, mask, structure, long, ...steps };
}

/** The op on given tensors, with scalars of its own where the case gives optional ones. */
function applied(graph: Graph, { op, at }: Exhibit): Node {
  const specs = op.inputs.filter(({ name }) => name in at.shapes);
  const inputs = Object.fromEntries(
    specs.map(({ name, type }) => [name, graph.given(called(name), at.shapes[name], type)]),
  );
  const scalars = Object.fromEntries(
    op.scalars
      .filter(({ name }) => at.scalars && name in at.scalars)
      .map(({ name, symbol, tex }) => [name, graph.scalar({ name: symbol, tex })]),
  );
  const names = Object.fromEntries(op.outputs.map(({ name }) => [name, called(outputName(op.inputs, name))]));
  graph.applyAll(op, inputs, { ...(at.attributes && { attributes: at.attributes }), scalars, names });
  return graph.nodes.at(-1)!;
}

/** An output that bears an input's name is the new one. */
const outputName = (inputs: readonly { readonly name: string }[], name: string): string =>
  inputs.some((input) => input.name === name) ? `new ${name}` : name;

/** What returns to the input when `upstream` arrives at the output, and nothing at the others. */
function gradient(tape: Tape, node: Node, { op, input }: Exhibit, upstream: Tensor, name: Name): Tensor {
  const output = outputOf(op)!;
  const others = op.outputs.filter((spec) => isDifferentiable(spec) && spec.name in node.outputs);
  const arriving = Object.fromEntries(
    others.map((spec) => {
      const zeros = (): Tensor => tape.graph.filled(`no ${spec.name}`, node.outputs[spec.name].shape, 0);
      return [spec.name, spec.name === output ? upstream : zeros()];
    }),
  );
  return tape.gradient(node, input, arriving, name);
}

/** Row r is what the gradient kernel returns for a 1 that output r alone sends back. */
function stacked(tape: Tape, node: Node, exhibit: Exhibit, y: Tensor, columns: number): Tensor {
  const { graph } = tape;
  const outputs = size(y.shape);
  const parts = Array.from({ length: outputs }, (_, r) => {
    const unit = graph.constant(
      `a 1 at output ${r}`,
      y.shape,
      Array.from({ length: outputs }, (_1, k) => +(k === r)),
    );
    return graph.view(gradient(tape, node, exhibit, unit, `row ${r}`), [1, columns]);
  });
  const name = { name: `∂${y.name}/∂${exhibit.input}`, tex: `\\partial ${y.tex}/\\partial ${inTex(exhibit.input)}` };
  return graph.view(joined(tape, parts), [outputs, columns], name);
}

/** One under another, half by half. */
function joined(tape: Tape, parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const middle = Math.ceil(parts.length / 2);
  const [a, b] = [joined(tape, parts.slice(0, middle)), joined(tape, parts.slice(middle))];
  const whole = tape.graph.apply(concat, { a, b }, { attributes: { dim: 0 }, names: "rows" });
  tape.forward();
  return whole;
}

/** Where an output may depend on an input, from the leaves of its formula. */
function structureBy(node: Node, x: Tensor, y: Tensor): Float32Array {
  const which = operandsOf(node).indexOf(x);
  const [name] = Object.entries(node.outputs).find(([, tensor]) => tensor === y)!;
  const formula = formulasOf(node, name);
  const [outputs, inputs] = [size(y.shape), size(x.shape)];
  const mask = new Float32Array(outputs * inputs);
  for (let r = 0; r < outputs; r++)
    leaves(formula(r), (input, at) => {
      if (input === which) mask[r * inputs + at] = 1;
    });
  return mask;
}
