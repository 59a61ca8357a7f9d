/** A training loop as formulas: how its state begins, how one step moves it, and what is watched of it. */
import { cell, type Cell, type Formula } from "../../core/formula";
import { Graph, type Tensor } from "../../core/graph";
import { inlining } from "../../core/inlined";
import { stateInput } from "../../core/march";
import type { AnyOp, Given } from "../../core/op";
import { pulled } from "../../core/pulled";
import { size } from "../../core/shape";

/** The input whose cells are the loop's parameters, in their order. */
export const parameterInput = 1;

/** Formulas over the cells of the state and of the parameters. */
export interface Loop {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly start: readonly Formula[];
  readonly next: readonly Formula[];
  /** How far there is still to go: what the outcome is measured by. */
  readonly measure: Formula;
  /** What changes its sign whenever the minimum is passed. */
  readonly side: Formula;
  /** The gradients that are all 0 where training has died; none where it cannot die. */
  readonly gradients: readonly Formula[];
}

/** A cell of the parameters, by name. */
export const parameter = (parameters: readonly string[], name: string): Cell => {
  const at = parameters.indexOf(name);
  if (at < 0) throw new Error(`training loop: no parameter is named ${name}; ${parameters.join(", ")} would fit`);
  return cell(parameterInput, at);
};

/** How an optimizer is called. */
export interface Optimizer {
  readonly op: AnyOp;
  readonly attributes: Given;
  /** Its scalars that are parameters of the loop, or fixed. */
  readonly scalars: Readonly<Record<string, Formula>>;
  /** What it is given besides, as far as that decides with what state it begins. */
  readonly given: Given;
}

/**
 * One step of an optimizer on a loss that is differentiated here: the state is the weights, then the optimizer's own,
 * which begins at 0. Every output of the optimizer stands in for the input of its name.
 */
export function descending(
  loss: Formula,
  weights: number,
  { op, attributes, scalars, given }: Optimizer,
): { readonly zeros: number; readonly next: readonly Formula[]; readonly gradients: readonly Formula[] } {
  const shape = weights === 1 ? [] : [weights];
  const own = Object.entries(op.start?.(shape, given) ?? {});
  const graph = new Graph();
  const inputs: Record<string, Tensor> = { param: graph.given("param", shape), grad: graph.given("grad", shape) };
  for (const [name, extents] of own) inputs[name] = graph.given(name, extents ?? []);
  const knobs = Object.fromEntries(Object.keys(scalars).map((name) => [name, graph.scalar(name)]));
  const outputs = graph.applyAll(op, inputs, { attributes, scalars: knobs });
  const places = placesOf(["param", ...own.map(([name]) => name)], inputs);
  const gradients = pulled(
    loss,
    Array.from({ length: weights }, (_, at) => cell(stateInput, at)),
  );
  const inline = inlining(graph, (tensor, at) => {
    const [name] = Object.entries({ ...inputs, ...knobs }).find(([, each]) => each === tensor)!;
    if (name === "grad") return gradients[at];
    return name in knobs ? scalars[name] : cell(stateInput, places.get(name)! + at);
  });
  const next = [...places.keys()].flatMap((name) =>
    Array.from({ length: size(inputs[name].shape) }, (_, at) => inline(outputs[name], at)),
  );
  return { zeros: next.length - weights, next, gradients };
}

/** Where the cells of each input begin within the state. */
function placesOf(names: readonly string[], inputs: Readonly<Record<string, Tensor>>): ReadonlyMap<string, number> {
  let from = 0;
  return new Map(
    names.map((name) => {
      const place = [name, from] as const;
      from += size(inputs[name].shape);
      return place;
    }),
  );
}
