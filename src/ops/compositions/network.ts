/** The recitation's small network, and how it learns: z = w·x, a = act(z), ŷ = w₃ Σ a, L = ½ (ŷ − y)². */
import { AttributeError, integer, only, real } from "../../core/attributes";
import type { Graph, Tensor } from "../../core/graph";
import type { AnyOp, Given } from "../../core/op";
import type { Tape } from "../../core/tape";
import { add } from "../add";
import { halfSquaredError } from "../half_squared_error";
import { identity } from "../identity";
import { leakyRelu } from "../leaky_relu";
import { mul } from "../mul";
import { narrow } from "../narrow";
import { relu } from "../relu";
import { split } from "../scalars";
import { sgd } from "../sgd";
import { sum } from "../sum";
import { defineComposition } from "./composition";
import { stacked } from "./sequence";

const where = "recitation_network";

/** The activations that the network may have. */
export const activations: readonly AnyOp[] = [relu, identity, leakyRelu];

interface NetworkAttributes extends Readonly<Record<string, unknown>> {
  readonly x: number;
  readonly y: number;
  /** w₁, w₂ and w₃ before the first step. */
  readonly w: readonly number[];
  readonly activation: string;
  readonly steps: number;
}

function activationOf(name: unknown): AnyOp {
  const found = activations.find((op) => op.name === name);
  if (found) return found;
  const known = activations.map((op) => op.name).join(", ");
  throw new AttributeError(
    `${where}: activation is ${name === undefined ? "missing" : JSON.stringify(name)}; ${known} would fit`,
  );
}

function weights({ w }: Given): readonly number[] {
  const list: readonly unknown[] = Array.isArray(w) ? w : [];
  if (list.length !== 3)
    throw new AttributeError(
      `${where}: w is ${w === undefined ? "missing" : JSON.stringify(w)}; three numbers, w₁, w₂ and w₃, would fit`,
    );
  return list.map((weight, at) => real(where, { [`w[${at}]`]: weight }, `w[${at}]`, undefined));
}

const known = ["x", "y", "w", "lr", "activation", "steps", "negative_slope"];

function read(given: Given) {
  only(where, given, known);
  const [x, y] = ["x", "y"].map((name) => real(where, given, name, undefined));
  const steps = integer(where, given, "steps", 5);
  if (steps < 1) throw new AttributeError(`${where}: steps is ${steps}; 1 or more would fit`);
  const activation = activationOf(given["activation"]);
  const { negative_slope } = given;
  const slope = split(activation, negative_slope === undefined ? {} : { negative_slope }).scalars;
  const attributes: NetworkAttributes = { x, y, w: weights(given), activation: activation.name, steps };
  return { attributes, scalars: { ...slope, lr: real(where, given, "lr", undefined) } };
}

/** What one step computes, by the names of the outputs. */
type Moment = Readonly<Record<"w" | "z" | "a" | "y_hat" | "loss" | "grad", Tensor>>;

/** What stays the same at every step. */
export interface Network {
  readonly activation: AnyOp;
  readonly scalars: Readonly<Record<string, Tensor>>;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The forward pass at three weights w, or five with b₁ and b₂ behind them: z and a of both neurons, ŷ, and the loss. */
export function forwardOf(
  graph: Graph,
  { activation, scalars, x, y }: Network,
  w: Tensor,
): Readonly<Record<"z" | "a" | "y_hat" | "loss", Tensor>> {
  const part = (start: number, length: number, names: string): Tensor =>
    graph.apply(narrow, { input: w }, { attributes: { dim: 0, start, length }, names });
  const biased = w.shape[0] === 5;
  const scaled = graph.apply(mul, { a: part(0, 2, "w₁, w₂"), b: x }, { names: biased ? "w·x" : "z" });
  const z = biased ? graph.apply(add, { a: scaled, b: part(3, 2, "b₁, b₂") }, { names: "z" }) : scaled;
  const a = graph.apply(activation, { input: z }, { scalars, names: "a" });
  const total = graph.apply(sum, { input: a }, { names: "Σ a" });
  const guess = graph.apply(mul, { a: graph.view(part(2, 1, "w₃"), []), b: total }, { names: "ŷ" });
  const loss = graph.apply(halfSquaredError, { input: guess, target: y }, { names: "L" });
  return { z, a, y_hat: guess, loss };
}

/** Forward and backward at these weights. */
function moment(tape: Tape, network: Network, w: Tensor): Moment {
  const made = forwardOf(tape.graph, network, w);
  tape.forward();
  const grad = tape.backward(made.loss, { of: [w] }, add).get(w);
  if (!grad) throw new Error(`${where}: no gradient reaches ${w.name}`);
  return { w, ...made, grad };
}

const outputs = ["w", "z", "a", "y_hat", "loss", "grad"] as const;

/** Every quantity at every step of gradient descent, the steps along the first axis. */
export const recitationNetwork = defineComposition<never, NetworkAttributes>({
  name: where,
  source: "https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html",
  inputs: [],
  outputs: outputs.map((name) => ({ name, differentiable: false })),
  takes: known,
  read,
  apply(tape, _inputs, { x, y, w, activation, steps }, scalars) {
    const { graph } = tape;
    const network: Network = {
      activation: activationOf(activation),
      scalars,
      x: graph.constant("x", [], [x]),
      y: graph.constant("y", [], [y]),
    };
    let param = graph.constant("w", [3], w);
    const moments: Moment[] = [];
    for (let step = 0; step < steps; step++) {
      const now = moment(tape, network, param);
      moments.push(now);
      // The last step's weights are asked for by no one.
      if (step + 1 < steps) param = tape.update(sgd, { param, grad: now.grad }, { scalars, names: "w" });
    }
    return Object.fromEntries(
      outputs.map((name) => [
        name,
        stacked(
          graph,
          moments.map((each) => each[name]),
          name,
        ),
      ]),
    );
  },
  cases: activations.map(({ name }) => ({
    shapes: {},
    attributes: { x: 1.5, y: 2, w: [1, -0.5, 3], lr: 0.1, activation: name, steps: 2 },
  })),
});
