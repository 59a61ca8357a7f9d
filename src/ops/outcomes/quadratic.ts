/** Descent on ½ λ w², by any optimizer. */
import { cell, constant, type Formula } from "../../core/formula";
import { Graph } from "../../core/graph";
import { inlining } from "../../core/inlined";
import { stateInput } from "../../core/march";
import type { AnyOp } from "../../core/op";
import { adam } from "../adam";
import { halfSquaredError } from "../half_squared_error";
import { mul } from "../mul";
import { rmsprop } from "../rmsprop";
import { sgd } from "../sgd";
import { descending, parameter, type Loop, type Optimizer } from "./loop";
import { share } from "./rules";

const parameters = ["w0", "curvature", "lr", "momentum"] as const;

/** The optimizers that may descend; `momentum` is SGD's and RMSprop's μ, and Adam's β₁. */
export const descents = ["sgd", "nesterov", "rmsprop", "adam"] as const;
export type Descent = (typeof descents)[number];

const named = (name: (typeof parameters)[number]): Formula => parameter(parameters, name);

/** The op's scalars at PyTorch's numbers as float32 has them, but for those that are parameters of the loop. */
function scalarsOf(op: AnyOp, given: Readonly<Record<string, Formula>>): Readonly<Record<string, Formula>> {
  const fixed = op.scalars
    .filter(({ optional }) => !optional)
    .map(({ name, initial }) => [name, constant(Math.fround(initial ?? 0))] as const);
  return { ...Object.fromEntries(fixed), lr: named("lr"), ...given };
}

function optimizerOf(descent: Descent): Optimizer {
  const momentum = { momentum: named("momentum") };
  const carried = { momentum: 1 };
  switch (descent) {
    case "sgd":
    case "nesterov":
      return {
        op: sgd,
        attributes: { nesterov: descent === "nesterov" },
        scalars: scalarsOf(sgd, momentum),
        given: carried,
      };
    case "rmsprop":
      return { op: rmsprop, attributes: {}, scalars: scalarsOf(rmsprop, momentum), given: carried };
    case "adam":
      return { op: adam, attributes: {}, scalars: scalarsOf(adam, { beta1: named("momentum") }), given: {} };
  }
}

/** ½ λ w² as the formula of the ops that compute it. */
function loss(): Formula {
  const graph = new Graph();
  const w = graph.given("w", []);
  const curvature = graph.given("λ", []);
  const bowl = graph.apply(halfSquaredError, { input: w, target: graph.filled("0", [], 0) });
  const whole = graph.apply(mul, { a: curvature, b: bowl });
  return inlining(graph, (tensor) => (tensor === w ? cell(stateInput, 0) : named("curvature")))(whole, 0);
}

/** Descent on the parabola: measured by |w / w₀|. */
export function quadratic(descent: Descent): Loop {
  const { zeros, next } = descending(loss(), 1, optimizerOf(descent));
  const w = cell(stateInput, 0);
  return {
    name: `quadratic ${descent}`,
    parameters,
    start: [named("w0"), ...Array.from({ length: zeros }, () => constant(0))],
    next,
    measure: share(w, named("w0")),
    side: w,
    gradients: [],
  };
}
