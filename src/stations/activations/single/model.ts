/** One function: a few cells through it and back, and its curve from the same kernels. */
import { Graph, type Name, type Tensor } from "../../../core/graph";
import type { AnyOp } from "../../../core/op";
import { Tape, type Step } from "../../../core/tape";
import { identity } from "../../../ops/identity";
import { threshold } from "../../../ops/threshold";
import { functions, Scalars, type ActivationFunction, type FunctionName } from "../functions";
import { pointsOf } from "./samples";

/** One function on some numbers, with its slope there. */
export interface Applied {
  readonly y: Tensor;
  readonly slope: Tensor;
}

/** One function on everything that it is tried on. */
export interface Variant {
  readonly cells: Applied & { readonly dx: Tensor };
  readonly curve: Applied;
  readonly probe: Applied;
}

/** The ends of the axes, each as left, right, bottom, top. */
export interface Limits {
  readonly given: Tensor;
  /** The same, written by a step, so that it can be drawn from. */
  readonly shown: Tensor;
}

export interface Single {
  readonly tape: Tape;
  readonly name: FunctionName;
  readonly about: ActivationFunction;
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly samples: Tensor;
  readonly probe: Tensor;
  readonly chosen: Variant;
  readonly relu: Variant;
  readonly leaky: Variant;
  /** max(α, x): the wrong answer. */
  readonly floor: Variant;
  readonly scalars: Scalars;
  readonly slope: Tensor;
  readonly limits: { readonly value: Limits; readonly slope: Limits; readonly near: Limits };
  /** Whether the wrong answer stands beside the right one. */
  readonly compares: boolean;
  /** The step that writes a tensor. */
  writer(tensor: Tensor): Step;
}

/** Cells of x. */
export const cells = 5;
/** Numbers on which claims look, whatever stands in the cells. */
export const probes = [-1, 0, 1, -2, 0.005, 0.3] as const;
/** Where −1 and 0 stand among them. */
export const probeAt = { negative: 0, zero: 1 } as const;

/** How a function is called in the picture. */
interface Letters {
  readonly letter: string;
  readonly gradient: Name;
}

class Builder {
  readonly graph = new Graph();
  readonly tape = new Tape(this.graph);
  readonly scalars = new Scalars(this.graph);
  readonly x = this.graph.given("x", [cells]);
  readonly dy = this.graph.given("dy", [cells]);
  readonly samples = this.graph.given("x along the curve", [pointsOf.curve]);
  readonly probe = this.graph.constant("x to look at", [probes.length], Float32Array.from(probes));

  variant(op: AnyOp, scalars: Readonly<Record<string, Tensor>>, { letter, gradient }: Letters): Variant {
    const on = (input: Tensor, of: string): Applied => {
      const y = this.graph.apply(op, { input }, { scalars, names: `${letter}(${of})` });
      const names = { name: `${letter}′(${of})`, tex: `${letter}'(${of})` };
      return { y, slope: this.#gradient(y, this.graph.filled("1", input.shape, 1), names) };
    };
    const { y, slope } = on(this.x, "x");
    const dx = this.#gradient(y, this.dy, gradient);
    return { cells: { y, slope, dx }, curve: on(this.samples, "curve"), probe: on(this.probe, "probe") };
  }

  /** The gradient of what a function was applied to, for what arrives at its output. */
  #gradient(y: Tensor, output: Tensor, name: Name): Tensor {
    this.tape.forward();
    const node = this.graph.nodes.find(({ outputs }) => outputs["output"] === y)!;
    return this.tape.gradient(node, "input", { output }, name);
  }

  limits(name: string): Limits {
    const given = this.graph.given(`ends of the axes, ${name}`, [4]);
    const shown = this.graph.apply(identity, { input: given }, { names: `axes, ${name}` });
    this.tape.forward();
    return { given, shown };
  }
}

const letters = {
  chosen: { letter: "f", gradient: "dx" },
  floor: { letter: "g", gradient: { name: "dx by g", tex: "dx_g" } },
  relu: { letter: "r", gradient: "dx by ReLU" },
  leaky: { letter: "l", gradient: "dx by leaky ReLU" },
} as const satisfies Record<string, Letters>;

export function single(name: FunctionName): Single {
  const builder = new Builder();
  const { tape, x, dy, samples, probe, scalars } = builder;
  const of = (about: ActivationFunction, as: Letters): Variant => builder.variant(about.op, scalars.of(about), as);
  const slope = scalars.follows("slope", "α", "\\alpha");
  const about = functions[name];
  const chosen = of(about, letters.chosen);
  const floor = builder.variant(threshold, { threshold: slope, value: slope }, letters.floor);
  const made = {
    tape,
    name,
    about,
    x,
    dy,
    samples,
    probe,
    chosen,
    floor,
    relu: name === "relu" ? chosen : of(functions.relu, letters.relu),
    leaky: name === "leaky_relu" ? chosen : of(functions.leaky_relu, letters.leaky),
    scalars,
    slope,
    limits: { value: builder.limits("values"), slope: builder.limits("slopes"), near: builder.limits("up close") },
    compares: name === "leaky_relu",
  };
  return { ...made, writer: (tensor) => tape.writer(tensor) };
}
