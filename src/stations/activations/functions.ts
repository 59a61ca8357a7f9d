/** The nine functions of station 2: their ops, how they are written, and what decides at exactly 0. */
import type { Graph, Tensor } from "../../core/graph";
import type { AnyOp } from "../../core/op";
import { elu } from "../../ops/elu";
import { gelu } from "../../ops/gelu";
import { identity } from "../../ops/identity";
import { leakyRelu } from "../../ops/leaky_relu";
import { relu } from "../../ops/relu";
import { sigmoid } from "../../ops/sigmoid";
import { silu } from "../../ops/silu";
import { softplus } from "../../ops/softplus";
import { tanh } from "../../ops/tanh";
import type { Knobs } from "../../story/station";

export type FunctionName =
  "relu" | "leaky_relu" | "elu" | "gelu" | "silu" | "sigmoid" | "tanh" | "softplus" | "identity";

/** One function, as the picture and the lesson speak of it. */
export interface ActivationFunction {
  readonly op: AnyOp;
  readonly label: string;
  /** The function of x, as TeX. */
  readonly tex: string;
  /** Its slope, as TeX. */
  readonly slopeTex: string;
  /** What is special about it, in a sentence. */
  readonly told: string;
  /** The knob behind each of its scalars; the others keep their initial number. */
  readonly turned: Readonly<Record<string, string>>;
  /** Whether people can work it out in their heads. */
  readonly easy: boolean;
}

export const functions: Readonly<Record<FunctionName, ActivationFunction>> = {
  relu: {
    op: relu,
    label: "ReLU",
    tex: "\\max(0, x)",
    slopeTex: "1 \\text{ if } x > 0 \\text{, else } 0",
    told: "ReLU lets positive numbers pass and turns all others into 0. Where it is 0 its slope is 0 too, and no gradient gets through. At exactly 0 there is a corner without a slope: PyTorch takes 0.",
    turned: {},
    easy: true,
  },
  leaky_relu: {
    op: leakyRelu,
    label: "leaky ReLU",
    tex: "\\max(\\alpha x, x)",
    slopeTex: "1 \\text{ if } x > 0 \\text{, else } \\alpha",
    told: "Leaky ReLU multiplies negative numbers by a small slope. They stay small, but their gradient never becomes exactly 0. At exactly 0 PyTorch takes the slope of the negative side.",
    turned: { negative_slope: "slope" },
    easy: true,
  },
  elu: {
    op: elu,
    label: "ELU",
    tex: "x \\text{ if } x > 0 \\text{, else } \\alpha\\,(e^x - 1)",
    slopeTex: "1 \\text{ if } x > 0 \\text{, else } \\alpha e^x",
    told: "ELU bends down smoothly towards −α. Far to the left its slope fades away. With α = 1 both sides meet at 0 with slope 1; with any other α there is a corner, and PyTorch takes α there.",
    turned: { alpha: "alpha" },
    easy: false,
  },
  gelu: {
    op: gelu,
    label: "GELU",
    tex: "x\\,\\Phi(x)",
    slopeTex: "\\Phi(x) + x\\,\\varphi(x)",
    told: "GELU weighs x by the share of the normal distribution below it. It dips a little below 0 before it fades out, so left of the dip its slope is negative. It is smooth: at 0 the slope is ½.",
    turned: {},
    easy: false,
  },
  silu: {
    op: silu,
    label: "SiLU",
    tex: "x\\,\\sigma(x)",
    slopeTex: "\\sigma(x)\\,(1 + x\\,(1 - \\sigma(x)))",
    told: "SiLU, also called swish, weighs x by its own sigmoid. Like GELU it dips below 0 and comes back. It is smooth: at 0 the slope is ½.",
    turned: {},
    easy: false,
  },
  sigmoid: {
    op: sigmoid,
    label: "sigmoid",
    tex: "\\frac{1}{1 + e^{-x}}",
    slopeTex: "\\sigma(x)\\,(1 - \\sigma(x))",
    told: "The sigmoid squeezes every number between 0 and 1. Its slope is largest at 0, and even there it is only ¼: every sigmoid on the way back takes at least three quarters of the gradient.",
    turned: {},
    easy: false,
  },
  tanh: {
    op: tanh,
    label: "tanh",
    tex: "\\tanh(x)",
    slopeTex: "1 - \\tanh^2(x)",
    told: "tanh squeezes every number between −1 and 1. Around 0 it passes things on almost unchanged, with slope 1; far out it is flat, and the gradient fades.",
    turned: {},
    easy: false,
  },
  softplus: {
    op: softplus,
    label: "softplus",
    tex: "\\log(1 + e^x)",
    slopeTex: "\\sigma(x)",
    told: "Softplus is a ReLU whose corner has been rounded off. Its slope is the sigmoid: ½ at 0 and never exactly 0 in exact arithmetic.",
    turned: {},
    easy: false,
  },
  identity: {
    op: identity,
    label: "identity",
    tex: "x",
    slopeTex: "1",
    told: "The identity changes nothing, forward or backward. A stack of layers with it is one single matrix: without a bend somewhere, depth buys nothing.",
    turned: {},
    easy: true,
  },
};

/** Scalars of an op that knobs move, and the others at their initial number. */
export class Scalars {
  readonly #graph: Graph;
  readonly #made = new Map<Tensor, (knobs: Knobs) => number>();
  readonly #byKnob = new Map<string, Tensor>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The scalars for one call of a function. Functions that follow the same knob share its scalar. */
  of({ op, turned }: Pick<ActivationFunction, "op" | "turned">): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(
      op.scalars.map(({ name, symbol, tex, initial = 0 }) => {
        const knob = turned[name];
        return [name, knob === undefined ? this.#make(symbol, tex, () => initial) : this.follows(knob, symbol, tex)];
      }),
    );
  }

  /** The scalar that follows a knob. */
  follows(knob: string, symbol: string, tex: string): Tensor {
    const known = this.#byKnob.get(knob);
    if (known) return known;
    const made = this.#make(symbol, tex, (knobs) => Number(knobs[knob]));
    this.#byKnob.set(knob, made);
    return made;
  }

  /** A scalar that always holds the same. */
  fixed(symbol: string, value: number): Tensor {
    return this.#make(symbol, symbol, () => value);
  }

  #make(symbol: string, tex: string, value: (knobs: Knobs) => number): Tensor {
    const scalar = this.#graph.scalar({ name: symbol, tex });
    this.#made.set(scalar, value);
    return scalar;
  }

  /** What goes in. */
  feed(knobs: Knobs): readonly (readonly [Tensor, Float32Array])[] {
    return Array.from(this.#made, ([tensor, value]) => [tensor, Float32Array.of(value(knobs))] as const);
  }
}
