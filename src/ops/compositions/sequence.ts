/** Taking a sequence apart along its first axis and putting one together, by halves: few steps read any one tensor. */
import type { Graph, Name, Tensor } from "../../core/graph";
import { concat } from "../concat";
import { narrow } from "../narrow";

/** The positions along the first axis, that axis left out: T × … becomes T tensors. */
export function positionsOf(graph: Graph, sequence: Tensor, name: (position: number) => Name): readonly Tensor[] {
  const runs = (run: Tensor, from: number): readonly Tensor[] => {
    const [length, ...shape] = run.shape;
    if (length === 1) return [graph.view(run, shape, name(from))];
    const half = Math.ceil(length / 2);
    return [...runs(part(graph, run, 0, half), from), ...runs(part(graph, run, half, length - half), from + half)];
  };
  return runs(sequence, 0);
}

/** `length` positions of the first axis from `start` on. */
const part = (graph: Graph, input: Tensor, start: number, length: number): Tensor =>
  graph.apply(narrow, { input }, { attributes: { dim: 0, start, length }, names: input });

/** Tensors of one shape as the positions of a new first axis. There must be one at least. */
export function stacked(graph: Graph, tensors: readonly Tensor[], name: Name): Tensor {
  const [first] = tensors;
  if (tensors.length === 1) return graph.view(first, [1, ...first.shape], name);
  const half = Math.ceil(tensors.length / 2);
  const a = stacked(graph, tensors.slice(0, half), name);
  const b = stacked(graph, tensors.slice(half), name);
  return graph.apply(concat, { a, b }, { attributes: { dim: 0 }, names: name });
}
