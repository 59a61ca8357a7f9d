/** An outcome map: one whole training for each pixel, two of whose parameters run along the map's axes. */
import { AttributeError, integer, oneOf, only } from "../core/attributes";
import type { Formula } from "../core/formula";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp, type Given, type Operand } from "../core/op";
import type { Choice } from "../core/recipe";
import { shapeText, ShapeError, size, type Index } from "../core/shape";
import math from "../../shaders/math.wgsl?raw";
import rules from "../../shaders/rules.wgsl?raw";
import code from "../../shaders/training_outcomes.wgsl?raw";
import { loopFor, loopNames, loopParameters, variantOf, variants, type LoopName, type Variant } from "./outcomes/loops";
import { leastFlips, watchedSteps } from "./outcomes/outcome";
import { resultOf, type ResultName } from "./outcomes/result";
import { descents } from "./outcomes/quadratic";
import { networkActivations } from "./outcomes/network";
import { printLoop } from "./outcomes/printed";
import { passive } from "./optimizer";

const where = "training_outcomes";

/** The most steps of one training: more would keep a GPU busy for too long. */
const mostSteps = 1000;

interface OutcomeAttributes extends Readonly<Record<string, unknown>>, Variant {
  readonly steps: number;
  /** The parameters that run along the columns and along the rows. */
  readonly across: string;
  readonly up: string;
}
type Name = "across" | "up" | "settings";

function read(given: Given): OutcomeAttributes {
  only(where, given, ["of", "optimizer", "activation", "steps", "across", "up"]);
  const of = oneOf(where, given, "of", loopNames, "quadratic");
  const parameters = loopParameters(of);
  const steps = integer(where, given, "steps", 200);
  if (steps < 1 || steps > mostSteps)
    throw new AttributeError(`${where}: steps is ${steps}; 1 to ${mostSteps} would fit`);
  const across = oneOf(where, given, "across", parameters, of === "quadratic" ? "lr" : "w1");
  const up = oneOf(where, given, "up", parameters, of === "quadratic" ? "curvature" : "w2");
  if (across === up)
    throw new AttributeError(`${where}: across and up are both ${across}; two different parameters would fit`);
  return {
    of,
    optimizer: oneOf(where, given, "optimizer", of === "quadratic" ? descents : ["sgd"], "sgd"),
    activation: oneOf(
      where,
      given,
      "activation",
      of === "quadratic" ? ["none"] : networkActivations,
      of === "quadratic" ? "none" : "relu",
    ),
    steps,
    across,
    up,
  };
}

function shapeOf({ across, up, settings }: Readonly<Record<Name, readonly number[]>>, of: LoopName) {
  for (const [name, shape] of Object.entries({ across, up }))
    if (shape.length !== 1 || size(shape) === 0)
      throw new ShapeError(
        `${where}: ${name} is ${shapeText(shape)}; one dimension with a cell for each pixel would fit`,
      );
  const n = loopParameters(of).length;
  if (settings.length !== 1 || settings[0] !== n)
    throw new ShapeError(
      `${where}: settings is ${shapeText(settings)}; ${n} would fit, for ${loopParameters(of).join(", ")}`,
    );
  const shape = [up[0], across[0]];
  return { measure: shape, flips: shape, outcome: shape };
}

/** The parameters of one pixel: its own for those that run along the axes. */
function parametersOf(
  [row, column]: Index,
  { across, up, settings }: Readonly<Record<Name, Operand>>,
  attributes: OutcomeAttributes,
): readonly Formula[] {
  return loopParameters(attributes.of).map((name, at) => {
    if (name === attributes.across) return across.flat(column);
    return name === attributes.up ? up.flat(row) : settings.flat(at);
  });
}

const kernelFor = (variant: Variant): Kernel<OutcomeAttributes> => ({
  shader: { file: "training_outcomes.wgsl", code: code + printLoop(loopFor(variant)) + rules + math },
  entry: "train",
  binds: [
    { input: "across" },
    { input: "up" },
    { input: "settings" },
    { output: "measure" },
    { output: "flips" },
    { output: "outcome" },
  ],
  block({ inputs, attributes: { of, across, up, steps } }) {
    const at = (name: string): number => loopParameters(of).indexOf(name);
    return [at(across), at(up), inputs["across"][0], inputs["up"][0], steps, watchedSteps(steps), leastFlips(steps)];
  },
  workgroups: ({ outputs }) => linearGrid(size(outputs["measure"]), 64),
});

const forward: Choice<OutcomeAttributes> = {
  families: Object.fromEntries(variants.map((variant) => [variantOf(variant), [kernelFor(variant)]])),
  suited: ({ attributes }) => [variantOf(attributes)],
  probe: { shapes: { across: [256], up: [256], settings: [4] } },
};

const cases = [
  ...descents.map((optimizer) => ({
    shapes: { across: [3], up: [2], settings: [4] },
    attributes: { of: "quadratic", optimizer, steps: 3 },
  })),
  { shapes: { across: [9], up: [8], settings: [4] }, attributes: { steps: 8, across: "momentum", up: "w0" } },
  ...networkActivations.flatMap((activation) =>
    (["recitation_network", "biased_network"] as const).map((of) => ({
      shapes: { across: [2], up: [3], settings: [loopParameters(of).length] },
      attributes: { of, activation, steps: 3 },
    })),
  ),
];

/**
 * What training comes to, for each pixel of a map whose columns and rows stand for values of two parameters: what it is
 * measured by at the end, how often its sign has flipped of late, and the class that follows from both (see `outcome`).
 */
export const trainingOutcomes = defineOp<Name, never, OutcomeAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/optim.html",
  inputs: passive([{ name: "across" }, { name: "up" }, { name: "settings" }]),
  scalars: [],
  outputs: passive([
    // Measured in shares of the start, or beside targets of about that size: 1 is where trainings begin.
    { name: "measure", apart: true, scale: 1 },
    { name: "flips", type: "index", apart: true },
    { name: "outcome", type: "index", apart: true },
  ]),
  attributes: read,
  shape: (inputs, { of }) => shapeOf(inputs, of),
  formula: (output, index, inputs, attributes) =>
    resultOf(output as ResultName, attributes, attributes.steps)(parametersOf(index, inputs, attributes)),
  // A step of a loop is a few dozen rules, each of which costs more than a reading.
  effort: ({ of, steps }) => steps * loopParameters(of).length * 16,
  kernels: { forward, gradient: {} },
  cases,
});
