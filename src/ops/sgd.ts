/** One step of stochastic gradient descent, with momentum where there is a buffer for it. */
import { AttributeError, flag, only } from "../core/attributes";
import type { Formula } from "../core/formula";
import { defineOp, type Given, type Operand } from "../core/op";
import { difference, product } from "../core/rule";
import type { Index } from "../core/shape";
import code from "../../shaders/sgd.wgsl?raw";
import {
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

const where = "sgd";
const shader = { file: "sgd.wgsl", code };

interface SgdAttributes extends Readonly<Record<string, unknown>> {
  /** Whether the step looks ahead along the momentum. */
  readonly nesterov: boolean;
}
type Name = "param" | "grad" | "momentum_buffer";
type Scalars = Readonly<Partial<Record<"momentum" | "weight_decay", Formula>>>;

/** The gradient with weight decay, and the buffer after the step: μ·buffer + that; at first the buffer is 0. */
function accelerated(index: Index, inputs: Readonly<Record<Name, Operand>>, scalars: Scalars) {
  const {
    param,
    grad,
    momentum_buffer: before,
  } = inputs as Readonly<Record<"param" | "grad", Operand>> & Readonly<Partial<Record<Name, Operand>>>;
  const slope = plus(grad.cell(index), scalars.weight_decay, param.cell(index));
  return { slope, buffer: plus(slope, scalars.momentum, before?.cell(index)) };
}

function spelled(given: Given): Given {
  checkNonnegative(where, given, ["lr", "momentum", "weight_decay"]);
  if (given["nesterov"] === true && !given["momentum"])
    throw new AttributeError(`${where}: nesterov looks ahead along a momentum, which is 0; one above 0 would fit`);
  return given;
}

/** param − lr · (grad + λ·param), or along the momentum buffer, as tensors of their own: nothing is overwritten. */
export const sgd = defineOp<Name, "lr" | "momentum" | "weight_decay", SgdAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
  inputs: passive([{ name: "param" }, { name: "grad" }, { name: "momentum_buffer", optional: true }]),
  scalars: [{ name: "lr", symbol: "η", tex: "\\eta", initial: 1e-3 }, momentum, weightDecay],
  outputs: passive([
    { name: "param", beside: "param" },
    { name: "momentum_buffer", beside: "grad" },
  ]),
  attributes(given) {
    only(where, given, ["nesterov"]);
    return { nesterov: flag(where, given, "nesterov", false) };
  },
  spelled,
  start: (param, { momentum: factor }) => (factor ? { momentum_buffer: param } : {}),
  shape(inputs) {
    const shape = shapeOfAll(where, inputs);
    return { param: shape, ...("momentum_buffer" in inputs && { momentum_buffer: shape }) };
  },
  formula(output, index, inputs, { nesterov }, { lr, ...scalars }) {
    const { slope, buffer } = accelerated(index, inputs, scalars);
    if (output === "momentum_buffer") return buffer;
    const along = nesterov ? plus(slope, scalars.momentum, buffer) : buffer;
    return difference(inputs.param.cell(index), product(lr, along));
  },
  kernels: {
    forward: [
      updating(shader, "descend", [{ input: "param" }, { input: "grad" }, { output: "param" }], {
        words: ({ attributes }) => [Number(attributes.nesterov)],
        runs: (site) => !carriesMomentum(site),
      }),
      updating(
        shader,
        "accelerate",
        [
          { input: "param" },
          { input: "grad" },
          { output: "param" },
          { input: "momentum_buffer" },
          { output: "momentum_buffer" },
        ],
        { words: ({ attributes }) => [Number(attributes.nesterov)], runs: carriesMomentum },
      ),
    ],
    gradient: {},
  },
  cases: [
    ...casesOf(["param", "grad"]),
    ...casesOf(["param", "grad"], { attributes: { nesterov: true }, scalars: { momentum: 0.5, weight_decay: 0.25 } }),
    ...casesOf(["param", "grad", "momentum_buffer"], { scalars: { momentum: 0.5 } }),
    ...casesOf(["param", "grad", "momentum_buffer"], {
      attributes: { nesterov: true },
      scalars: { momentum: 0.75, weight_decay: 0.5 },
    }),
  ],
});
