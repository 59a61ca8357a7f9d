/** What station 6 computes: the two-neuron network, its backward pass and its SGD steps, unrolled into one tape. */
import { Graph, type Name, type Node, type Tensor } from "../../core/graph";
import { subscript } from "../../core/numeral";
import type { AnyOp } from "../../core/op";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { halfSquaredError } from "../../ops/half_squared_error";
import { identity } from "../../ops/identity";
import { leakyRelu } from "../../ops/leaky_relu";
import { mul } from "../../ops/mul";
import { relu } from "../../ops/relu";
import { sgd } from "../../ops/sgd";
import { outcomes, type MapChoice, type Outcomes } from "./outcomes";

export type Activation = "relu" | "leaky_relu" | "identity";
const activations: Readonly<Record<Activation, AnyOp>> = { relu, leaky_relu: leakyRelu, identity };

/** The numbers that a step of SGD changes. */
export type Weight = "w1" | "w2" | "w3" | "b1" | "b2";

/** One of the two neurons in one iteration. */
export interface Neuron {
  readonly weight: Tensor;
  readonly bias?: Tensor;
  /** w·x, where a bias follows; z itself otherwise. */
  readonly scaled: Tensor;
  readonly z: Tensor;
  readonly a: Tensor;
  /** The activation's slope at z: its gradient kernel on a 1. */
  readonly slope: Tensor;
}

/** Everything of one SGD step. */
export interface Iteration {
  readonly weights: Readonly<Partial<Record<Weight, Tensor>>>;
  readonly neurons: readonly [Neuron, Neuron];
  readonly sum: Tensor;
  readonly prediction: Tensor;
  readonly loss: Tensor;
  readonly gradient: ReadonlyMap<Tensor, Tensor>;
  /** The weights after this step. */
  readonly next: Readonly<Partial<Record<Weight, Tensor>>>;
}

/** Part (d): the activation replaced in the backward pass only, and in both passes. */
export interface Replacement {
  readonly relu: Iteration;
  readonly kept: { readonly w1: Tensor; readonly w2: Tensor; readonly prediction: Tensor };
  readonly both: Iteration;
}

/** Kaiming draws tried at once: after one SGD step, what each of them has left. */
export interface Survey {
  readonly draws: number;
  readonly weights: readonly [Tensor, Tensor, Tensor];
  /** The activations after the step, one per draw. */
  readonly after: readonly [Tensor, Tensor];
}

export interface Model {
  readonly tape: Tape;
  readonly activation: Activation;
  readonly biased: boolean;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly rate: Tensor;
  readonly slope: Tensor;
  readonly one: Tensor;
  readonly iterations: readonly Iteration[];
  readonly replacement: Replacement;
  readonly survey: Survey;
  /** What whole trainings come to. */
  readonly outcomes: Outcomes;
  /** The step that writes a tensor. */
  writer(tensor: Tensor): Step;
}

/** How many SGD steps are computed, whatever part of them is played: the plot's width. */
export const horizon = 25;
const draws = 100;

class Builder {
  readonly graph = new Graph();
  readonly tape = new Tape(this.graph);
  readonly x = this.graph.given("x", []);
  readonly y = this.graph.given("y", []);
  readonly rate = this.graph.scalar({ name: "lr", tex: "\\eta" });
  readonly slope = this.graph.scalar({ name: "slope", tex: "\\alpha" });
  readonly one = this.graph.filled("1", [], 1);

  weights(shape: readonly number[], biased: boolean): Partial<Record<Weight, Tensor>> {
    const names: readonly Weight[] = biased ? ["w1", "w2", "w3", "b1", "b2"] : ["w1", "w2", "w3"];
    return Object.fromEntries(names.map((name) => [name, this.graph.given(weightName(name), shape)]));
  }

  /** One forward and backward pass, with the slopes, and the update where `trained`. */
  iteration(weights: Partial<Record<Weight, Tensor>>, activation: Activation, trained: boolean): Iteration {
    const neurons = [1, 2].map((n) => this.#neuron(weights, n, activation)) as [
      Omit<Neuron, "slope">,
      Omit<Neuron, "slope">,
    ];
    const [one, two] = neurons;
    const sum = this.graph.apply(add, { a: one.a, b: two.a }, { names: { name: "(a₁ + a₂)", tex: "(a_1 + a_2)" } });
    const prediction = this.graph.apply(mul, { a: sum, b: weights.w3! }, { names: { name: "ŷ", tex: "\\hat y" } });
    const loss = this.graph.apply(halfSquaredError, { input: prediction, target: this.y }, { names: "L" });
    this.tape.forward();
    const wanted = Object.values(weights);
    const gradient = this.tape.backward(loss, { of: wanted }, add);
    const sloped = neurons.map((neuron, i) => ({ ...neuron, slope: this.#slope(neuron, i + 1) })) as unknown as [
      Neuron,
      Neuron,
    ];
    const next = trained ? this.#update(weights, gradient) : {};
    return { weights, neurons: sloped, sum, prediction, loss, gradient, next };
  }

  #neuron(weights: Partial<Record<Weight, Tensor>>, n: number, activation: Activation): Omit<Neuron, "slope"> {
    const weight = weights[`w${n}` as Weight]!;
    const bias = weights[`b${n}` as Weight];
    const name = (letter: string): Name => ({ name: `${letter}${subscript(n)}`, tex: `${letter}_${n}` });
    const scaled = this.graph.apply(
      mul,
      { a: weight, b: this.x },
      { names: bias ? { name: `w${subscript(n)}x`, tex: `w_${n}x` } : name("z") },
    );
    const z = bias ? this.graph.apply(add, { a: scaled, b: bias }, { names: name("z") }) : scaled;
    const scalars: Readonly<Record<string, Tensor>> = activation === "leaky_relu" ? { negative_slope: this.slope } : {};
    const a = this.graph.apply(activations[activation], { input: z }, { names: name("a"), scalars });
    return { weight, ...(bias && { bias }), scaled, z, a };
  }

  #slope({ a, z }: Omit<Neuron, "slope">, n: number): Tensor {
    const name = { name: `slope at ${z.name}`, tex: `\\mathrm{act}'(z_${n})` };
    return this.tape.gradient(this.nodeOf(a), "input", { output: this.graph.filled("1", a.shape, 1) }, name);
  }

  #update(
    weights: Partial<Record<Weight, Tensor>>,
    gradient: ReadonlyMap<Tensor, Tensor>,
  ): Partial<Record<Weight, Tensor>> {
    return Object.fromEntries(
      Object.entries(weights).map(([name, param]) => [
        name,
        this.tape.update(
          sgd,
          { param, grad: gradient.get(param)! },
          { scalars: { lr: this.rate }, names: weightName(name as Weight) },
        ),
      ]),
    );
  }

  nodeOf(output: Tensor): Node {
    return this.graph.nodes.find((node) => Object.values(node.outputs).includes(output))!;
  }
}

const weightName = (name: Weight): Name => ({
  name: `${name[0]}${subscript(Number(name[1]))}`,
  tex: `${name[0]}_${name[1]}`,
});

export function model(activation: Activation, biased: boolean, choice?: MapChoice): Model {
  const builder = new Builder();
  const { tape, x, y, rate, slope, one } = builder;
  const iterations: Iteration[] = [];
  let weights = builder.weights([], biased);
  for (let step = 0; step < horizon; step++) {
    const iteration = builder.iteration(weights, activation, true);
    iterations.push(iteration);
    weights = iteration.next;
  }
  const { w1, w2 } = iterations[0].weights;
  const made = {
    tape,
    activation,
    biased,
    x,
    y,
    rate,
    slope,
    one,
    iterations,
    replacement: replacement(builder, iterations[0].weights),
    survey: survey(builder),
    outcomes: outcomes(builder.graph, { activation, biased }, { w1: w1!, w2: w2! }, choice),
  };
  tape.forward();
  return { ...made, writer: (tensor) => tape.writer(tensor) };
}

/** A gradient as it would be with a slope of 1 in the backward pass only. */
const slopeOne = (letter: string, n: number, factor = ""): Name => ({
  name: `∂L/∂${letter}${subscript(n)}${factor}, slope 1`,
  tex: `\\partial L/\\partial ${letter}_${n}${factor}\\big|_{\\text{slope }1}`,
});

/** Both readings of part (d), from the current weights: ReLU forward, then a slope of 1 either in one pass or in both. */
function replacement(builder: Builder, weights: Partial<Record<Weight, Tensor>>): Replacement {
  const forward = builder.iteration(weights, "relu", false);
  const both = builder.iteration(weights, "identity", false);
  const kept = ([1, 2] as const).map((n) => {
    const { z, a, scaled } = both.neurons[n - 1];
    // The identity's gradient kernel on what ReLU's forward pass sent back, then the same way on to the weight.
    const throughSlope = builder.tape.gradient(
      builder.nodeOf(a),
      "input",
      { output: forward.gradient.get(forward.neurons[n - 1].a)! },
      slopeOne("z", n),
    );
    const throughBias =
      z === scaled
        ? throughSlope
        : builder.tape.gradient(builder.nodeOf(z), "a", { output: throughSlope }, slopeOne("w", n, "x"));
    return builder.tape.gradient(builder.nodeOf(scaled), "a", { output: throughBias }, slopeOne("w", n));
  });
  return {
    relu: forward,
    kept: { w1: kept[0], w2: kept[1], prediction: forward.gradient.get(forward.prediction)! },
    both,
  };
}

/** A hundred Kaiming draws side by side: one tensor per weight, one SGD step, and one more forward pass. */
function survey(builder: Builder): Survey {
  const { graph, tape, x, y, rate } = builder;
  const weights = [1, 2, 3].map((n) => graph.given(`Kaiming draws of w${subscript(n)}`, [draws])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const targets = graph.apply(mul, { a: graph.filled("ones", [draws], 1), b: y }, { names: "y, once per draw" });
  const forward = ([w1, w2]: readonly Tensor[]): [Tensor, Tensor] => {
    const made = [w1, w2].map((w) =>
      graph.apply(
        relu,
        { input: graph.apply(mul, { a: w, b: x }, { names: "z of each draw" }) },
        { names: "a of each draw" },
      ),
    );
    return made as [Tensor, Tensor];
  };
  const [a1, a2] = forward(weights);
  const sum = graph.apply(add, { a: a1, b: a2 }, { names: "sum of each draw" });
  const prediction = graph.apply(mul, { a: sum, b: weights[2] }, { names: "ŷ of each draw" });
  const loss = graph.apply(halfSquaredError, { input: prediction, target: targets }, { names: "L of all draws" });
  tape.forward();
  const gradient = tape.backward(loss, { of: weights }, add);
  const next = weights.map((param) =>
    tape.update(sgd, { param, grad: gradient.get(param)! }, { scalars: { lr: rate }, names: `${param.name}, after` }),
  );
  const after = forward(next);
  tape.forward();
  return { draws, weights, after };
}
