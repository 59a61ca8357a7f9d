/** A graph as formulas: each cell of its tensors over the cells that come from outside. */
import { constant, type Formula } from "./formula";
import { constantAt, storage, type Graph, type Node, type Tensor } from "./graph";
import type { Operand } from "./op";
import { ravel, unravel } from "./shape";

/** What stands for a cell of a tensor that comes from outside. */
export type Outside = (tensor: Tensor, at: number) => Formula;

/** The formula of any cell of a graph's tensors, with everything that was computed put in its place; each is made once. */
export function inlining(graph: Graph, outside: Outside): (tensor: Tensor, at: number) => Formula {
  const made = new Map<string, Formula>();
  const writers = new Map<Tensor, readonly [Node, string]>();
  for (const node of graph.nodes)
    for (const [name, tensor] of Object.entries(node.outputs)) writers.set(tensor, [node, name]);
  const make = (tensor: Tensor, at: number): Formula => {
    const fixed = constantAt(tensor, at);
    if (fixed !== undefined) return constant(fixed);
    const writer = writers.get(tensor);
    return writer ? bodyOf(writer[0], writer[1], at, inline) : outside(tensor, at);
  };
  const inline = (seen: Tensor, at: number): Formula => {
    const tensor = storage(seen);
    const key = `${tensor.id} ${at}`;
    const formula = made.get(key) ?? make(tensor, at);
    made.set(key, formula);
    return formula;
  };
  return inline;
}

/** The formula by which a node writes a cell, over the formulas of what it reads. */
function bodyOf(node: Node, output: string, at: number, inline: (tensor: Tensor, at: number) => Formula): Formula {
  const operandOf = (tensor: Tensor): Operand => ({
    shape: tensor.shape,
    cell: (index) => inline(tensor, ravel(tensor.shape, index)),
    flat: (position) => inline(tensor, position),
  });
  const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, tensor]) => [name, operandOf(tensor)]));
  const scalars = Object.fromEntries(Object.entries(node.scalars).map(([name, tensor]) => [name, inline(tensor, 0)]));
  return node.op.formula(output, unravel(node.outputs[output].shape, at), inputs, node.attributes, scalars);
}
