/** The recitation's network under plain SGD, with biases or without. */
import { cell, type Cell, type Formula } from "../../core/formula";
import { Graph } from "../../core/graph";
import { inlining } from "../../core/inlined";
import { stateInput } from "../../core/march";
import { difference } from "../../core/rule";
import { activations, forwardOf } from "../compositions/network";
import { sgd } from "../sgd";
import { descending, parameter, type Loop } from "./loop";
import { absolute } from "./rules";

const plain = ["x", "y", "w1", "w2", "w3", "lr", "slope"] as const;
/** Both biases begin at the same number. */
const biased = [...plain, "bias"] as const;

/** What a step of SGD changes, by the parameter that it begins with. */
const trained = { plain: ["w1", "w2", "w3"], biased: ["w1", "w2", "w3", "bias", "bias"] } as const;

/** The activations that the network may have. */
export const networkActivations: readonly string[] = activations.map(({ name }) => name);

const named = (name: (typeof biased)[number]): Cell => parameter(biased, name);

/** ŷ and the loss as formulas of the ops that compute them. */
function forward(activation: string, weights: number): { readonly guess: Formula; readonly loss: Formula } {
  const graph = new Graph();
  const op = activations.find(({ name }) => name === activation)!;
  const [x, y] = [graph.given("x", []), graph.given("y", [])];
  const w = graph.given("w", [weights]);
  const scalars = Object.fromEntries(op.scalars.map(({ name }) => [name, graph.scalar(name)]));
  const made = forwardOf(graph, { activation: op, scalars, x, y }, w);
  const inline = inlining(graph, (tensor, at) => {
    if (tensor === w) return cell(stateInput, at);
    return tensor === x ? named("x") : tensor === y ? named("y") : named("slope");
  });
  return { guess: inline(made.y_hat, 0), loss: inline(made.loss, 0) };
}

/** The network's training: measured by |ŷ − y|, and dead where no weight has a gradient any more. */
export function network(activation: string, kind: keyof typeof trained): Loop {
  const start = trained[kind].map(named);
  const { guess, loss } = forward(activation, start.length);
  const optimizer = { op: sgd, attributes: {}, scalars: { lr: named("lr") }, given: {} };
  const { next, gradients } = descending(loss, start.length, optimizer);
  const miss = difference(guess, named("y"));
  return {
    name: `network ${activation}${kind === "biased" ? ", with biases" : ""}`,
    parameters: kind === "biased" ? biased : plain,
    start,
    next,
    measure: absolute(miss),
    side: miss,
    gradients,
  };
}
