/** One step of Adam: the running mean of the gradient over the root of that of its square, both freed of their slow start. */
import { AttributeError, only } from "../core/attributes";
import { apply, constant, shared, type Formula } from "../core/formula";
import { defineOp, type Given, type Operand } from "../core/op";
import { difference, product, quotient, sum, binding, type Rule } from "../core/rule";
import { shapeText, ShapeError, type Index } from "../core/shape";
import { squareRoot, stated } from "../core/transcendental";
import code from "../../shaders/adam.wgsl?raw";
import math from "../../shaders/math.wgsl?raw";
import { averaged, casesOf, checkNonnegative, passive, plus, shapeOfAll, updating, weightDecay } from "./optimizer";

const where = "adam";
const shader = { file: "adam.wgsl", code: code + math };

type Name = "param" | "grad" | "exp_avg" | "exp_avg_sq" | "step";
type Scalar = "lr" | "beta1" | "beta2" | "eps" | "weight_decay";
type Scalars = Readonly<Record<Exclude<Scalar, "weight_decay">, Formula>> &
  Readonly<Partial<Record<"weight_decay", Formula>>>;

/**
 * 1 − βᵗ, what the weights of a running mean of t numbers add up to. The kernel takes it as −expm1(t · log β), which
 * multiplies the errors of the logarithm and the product by βᵗ; taken as it is written it carries those of βᵗ.
 */
const weightRule: Rule = {
  name: "weight of a running mean",
  value: ([beta, t]) => 1 - beta ** t,
  partials: ([beta, t]) => [-t * beta ** (t - 1), -(beta ** t) * Math.log(beta)],
  roundoff: ([beta, t], y) => {
    const power = beta ** t;
    const exponent = power === 0 ? 0 : Math.abs(t * Math.log(beta));
    return (exponent * (stated.logarithm + 1) + stated.exponential) * power + stated.expm1 * Math.abs(y);
  },
  // No gradient passes here: this is for float64 alone, whose powers and logarithms err by two units at most.
  partialRoundoff: 5,
  write: ([beta, t]) => ({
    text: `1 − pow(${beta.text}, ${t.text})`,
    tex: `1 - {${beta.tex}}^{${t.tex}}`,
    binds: binding.sum,
  }),
  writePartial: () => undefined,
  wgsl: ([beta, t]) => `-expm1(${t} * logarithm(${beta}))`,
};

const weight = (symbol: string, beta: Formula, t: Formula): Formula =>
  shared(symbol, symbol, apply(weightRule, beta, t));

/** What one cell of each output is made of. */
function parts(index: Index, inputs: Readonly<Record<Name, Operand>>, scalars: Scalars) {
  const { param, grad, exp_avg: mean, exp_avg_sq: square, step } = inputs;
  const { beta1, beta2 } = scalars;
  const slope = plus(grad.cell(index), scalars.weight_decay, param.cell(index));
  return {
    exp_avg: averaged(beta1, mean.cell(index), slope),
    exp_avg_sq: averaged(beta2, square.cell(index), product(slope, slope)),
    step: sum(step.cell([]), constant(1)),
  };
}

function moved(param: Formula, { exp_avg, exp_avg_sq, step }: ReturnType<typeof parts>, scalars: Scalars): Formula {
  const { lr, beta1, beta2, eps } = scalars;
  const rate = quotient(lr, weight("c₁", beta1, step));
  const root = quotient(squareRoot(exp_avg_sq), squareRoot(weight("c₂", beta2, step)));
  return difference(param, product(rate, quotient(exp_avg, sum(root, eps))));
}

/** PyTorch's `betas` as the two scalars that they are. Throws AttributeError. */
function spelled({ betas, ...rest }: Given): Given {
  checkNonnegative(where, rest, ["lr", "eps", "weight_decay"]);
  const given = betas === undefined || betas === null ? rest : { ...rest, ...pairOf(betas) };
  for (const name of ["beta1", "beta2"]) {
    const beta = given[name];
    if (typeof beta === "number" && !(beta >= 0 && beta < 1))
      throw new AttributeError(`${where}: ${name} is ${beta}; 0 or more and less than 1 would fit`);
  }
  return given;
}

function pairOf(betas: unknown): Given {
  const list: readonly unknown[] = Array.isArray(betas) ? betas : [];
  if (list.length !== 2)
    throw new AttributeError(`${where}: betas is ${JSON.stringify(betas)}; two numbers, [0.9, 0.999], would fit`);
  const [beta1, beta2] = list;
  return { beta1, beta2 };
}

/** A step of Adam as tensors of its own: nothing is overwritten. `step` counts the steps before this one. */
export const adam = defineOp<Name, Scalar, Record<string, never>>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",
  inputs: passive([
    { name: "param" },
    { name: "grad" },
    { name: "exp_avg" },
    { name: "exp_avg_sq", nonnegative: true },
    { name: "step", nonnegative: true },
  ]),
  scalars: [
    { name: "lr", symbol: "η", tex: "\\eta", initial: 1e-3 },
    { name: "beta1", symbol: "β₁", tex: "\\beta_1", initial: 0.9 },
    { name: "beta2", symbol: "β₂", tex: "\\beta_2", initial: 0.999 },
    { name: "eps", symbol: "ε", tex: "\\varepsilon", initial: 1e-8 },
    weightDecay,
  ],
  outputs: passive([
    { name: "param", beside: "param" },
    { name: "exp_avg", beside: "exp_avg" },
    { name: "exp_avg_sq" },
    { name: "step" },
  ]),
  attributes(given) {
    only(where, given, []);
    return {};
  },
  spelled,
  start: (param) => ({ exp_avg: param, exp_avg_sq: param, step: [] }),
  shape({ step, ...others }) {
    const shape = shapeOfAll(where, others);
    if (step.length > 0) throw new ShapeError(`${where}: step is ${shapeText(step)}; a scalar would fit`);
    return { param: shape, exp_avg: shape, exp_avg_sq: shape, step: [] };
  },
  formula(output, index, inputs, _attributes, scalars) {
    const made = parts(index, inputs, scalars);
    if (output === "param") return moved(inputs.param.cell(index), made, scalars);
    return made[output as keyof typeof made];
  },
  kernels: {
    forward: [
      updating(shader, "descend", [
        { input: "step" },
        { input: "param" },
        { input: "grad" },
        { output: "param" },
        { input: "exp_avg" },
        { output: "exp_avg" },
        { input: "exp_avg_sq" },
        { output: "exp_avg_sq" },
      ]),
      {
        shader,
        entry: "count",
        binds: [{ input: "step" }, { output: "step" }],
        block: () => [1, 1],
        workgroups: () => [1, 1, 1],
      },
    ],
    gradient: {},
  },
  cases: [
    ...casesOf(["param", "grad", "exp_avg", "exp_avg_sq"], { besides: ["step"], scalars: { beta2: 0.95 } }),
    ...casesOf(["param", "grad", "exp_avg", "exp_avg_sq"], {
      besides: ["step"],
      scalars: { beta1: 0.5, beta2: 0.75, eps: 0.25, weight_decay: 0.5 },
    }),
  ],
});
