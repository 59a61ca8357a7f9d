/** The recitation's network under plain SGD. */
import { cell, type Cell, type Formula } from "../../core/formula";
import { Graph } from "../../core/graph";
import { inlining } from "../../core/inlined";
import { stateInput } from "../../core/march";
import { difference } from "../../core/rule";
import { activations, forwardOf } from "../compositions/network";
import { sgd } from "../sgd";
import { descending, parameter, type Loop } from "./loop";
import { absolute } from "./rules";

const parameters = ["x", "y", "w1", "w2", "w3", "lr", "slope"] as const;

/** The activations that the network may have. */
export const networkActivations: readonly string[] = activations.map(({ name }) => name);

const named = (name: (typeof parameters)[number]): Cell => parameter(parameters, name);

/** ŷ and the loss as formulas of the ops that compute them. */
function forward(activation: string): { readonly guess: Formula; readonly loss: Formula } {
  const graph = new Graph();
  const op = activations.find(({ name }) => name === activation)!;
  const [x, y] = [graph.given("x", []), graph.given("y", [])];
  const w = graph.given("w", [3]);
  const scalars = Object.fromEntries(op.scalars.map(({ name }) => [name, graph.scalar(name)]));
  const made = forwardOf(graph, { activation: op, scalars, x, y }, w);
  const inline = inlining(graph, (tensor, at) => {
    if (tensor === w) return cell(stateInput, at);
    return tensor === x ? named("x") : tensor === y ? named("y") : named("slope");
  });
  return { guess: inline(made.y_hat, 0), loss: inline(made.loss, 0) };
}

/** The network's training: measured by |ŷ − y|, and dead where no weight has a gradient any more. */
export function network(activation: string): Loop {
  const { guess, loss } = forward(activation);
  const optimizer = { op: sgd, attributes: {}, scalars: { lr: named("lr") }, given: {} };
  const { next, gradients } = descending(loss, 3, optimizer);
  const miss = difference(guess, named("y"));
  return {
    name: `network ${activation}`,
    parameters,
    start: [named("w1"), named("w2"), named("w3")],
    next,
    measure: absolute(miss),
    side: miss,
    gradients,
  };
}
