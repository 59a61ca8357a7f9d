/** One step of RMSprop: the gradient over the root of its running mean square. */
import { only } from "../core/attributes";
import type { Formula } from "../core/formula";
import { defineOp, type Operand } from "../core/op";
import { difference, product, quotient, sum } from "../core/rule";
import type { Index } from "../core/shape";
import { squareRoot } from "../core/transcendental";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/rmsprop.wgsl?raw";
import {
  averaged,
  carriesMomentum,
  casesOf,
  checkNonnegative,
  momentum,
  passive,
  plus,
  shapeOfAll,
  updating,
  weightDecay,
} from "./optimizer";

const where = "rmsprop";
const shader = { file: "rmsprop.wgsl", code: code + math };

type Name = "param" | "grad" | "square_avg" | "momentum_buffer";
type Scalar = "lr" | "alpha" | "eps" | "momentum" | "weight_decay";
type Scalars = Readonly<Record<"lr" | "alpha" | "eps", Formula>> &
  Readonly<Partial<Record<"momentum" | "weight_decay", Formula>>>;

/** What one cell of each output is made of. */
function parts(index: Index, inputs: Readonly<Record<Name, Operand>>, { alpha, eps, ...scalars }: Scalars) {
  const { param, grad, square_avg: average } = inputs;
  const { momentum_buffer: before } = inputs as Readonly<Partial<Record<Name, Operand>>>;
  const slope = plus(grad.cell(index), scalars.weight_decay, param.cell(index));
  const square = averaged(alpha, average.cell(index), product(slope, slope));
  const scaled = quotient(slope, sum(squareRoot(square), eps));
  return { square, buffer: plus(scaled, scalars.momentum, before?.cell(index)) };
}

const binds = [
  { input: "param" },
  { input: "grad" },
  { output: "param" },
  { input: "square_avg" },
  { output: "square_avg" },
] as const;

/** param − lr · slope / (√square_avg + eps), or along a momentum buffer of these: nothing is overwritten. */
export const rmsprop = defineOp<Name, Scalar, Record<string, never>>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html",
  inputs: passive([
    { name: "param" },
    { name: "grad" },
    { name: "square_avg", nonnegative: true },
    { name: "momentum_buffer", optional: true },
  ]),
  scalars: [
    { name: "lr", symbol: "η", tex: "\\eta", initial: 1e-2 },
    { name: "alpha", symbol: "α", tex: "\\alpha", initial: 0.99 },
    { name: "eps", symbol: "ε", tex: "\\varepsilon", initial: 1e-8 },
    momentum,
    weightDecay,
  ],
  outputs: passive([{ name: "param", beside: "param" }, { name: "square_avg" }, { name: "momentum_buffer" }]),
  attributes(given) {
    only(where, given, []);
    return {};
  },
  spelled(given) {
    checkNonnegative(where, given, ["lr", "alpha", "eps", "momentum", "weight_decay"]);
    return given;
  },
  start: (param, { momentum: factor }) => ({ square_avg: param, ...(factor ? { momentum_buffer: param } : {}) }),
  shape(inputs) {
    const shape = shapeOfAll(where, inputs);
    return { param: shape, square_avg: shape, ...("momentum_buffer" in inputs && { momentum_buffer: shape }) };
  },
  formula(output, index, inputs, _attributes, scalars) {
    const { square, buffer } = parts(index, inputs, scalars);
    if (output === "square_avg") return square;
    if (output === "momentum_buffer") return buffer;
    return difference(inputs.param.cell(index), product(scalars.lr, buffer));
  },
  kernels: {
    forward: [
      updating(shader, "descend", binds, { runs: (site) => !carriesMomentum(site) }),
      updating(shader, "accelerate", [...binds, { input: "momentum_buffer" }, { output: "momentum_buffer" }], {
        runs: carriesMomentum,
      }),
    ],
    gradient: {},
  },
  cases: [
    ...casesOf(["param", "grad", "square_avg"]),
    ...casesOf(["param", "grad", "square_avg"], { scalars: { alpha: 0.5, eps: 0.25, weight_decay: 0.5 } }),
    ...casesOf(["param", "grad", "square_avg", "momentum_buffer"], { scalars: { momentum: 0.5, weight_decay: 0.25 } }),
  ],
});
