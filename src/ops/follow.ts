/** A walk along a row in which every place says how far to go on from it. */
import { AttributeError, integer, only } from "../core/attributes";
import { constant, pickOver, shared, type Formula } from "../core/formula";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import { difference, relu } from "../core/rule";
import { checkShape, shapeText, ShapeError } from "../core/shape";
import code from "../../shaders/follow.wgsl?raw";
import { width } from "./reduction";

const where = "follow";

interface FollowAttributes extends Readonly<Record<string, unknown>> {
  readonly steps: number;
}

const forward: Kernel<FollowAttributes> = {
  shader: { file: "follow.wgsl", code },
  entry: "forward",
  binds: [{ input: "advance" }, { output: "visited" }],
  block: ({ inputs, attributes }) => [...inputs["advance"], attributes.steps],
  workgroups: ({ attributes }) => linearGrid(attributes.steps, width),
};

/** Where a place leads: that far on, but never beyond the end. */
const next = (advance: Operand, at: number): Formula => {
  const [end] = advance.shape;
  if (at === end) return constant(end);
  return difference(constant(end), relu(difference(constant(end - at), advance.cell([at]))));
};

/** The place after some steps, each of which reads the place before it. */
function visited(advance: Operand, step: number): Formula {
  if (step === 0) return constant(0);
  const before = visited(advance, step - 1);
  return shared(
    `p${step}`,
    `step ${step}`,
    pickOver(before, advance.shape[0] + 1, (at) => next(advance, at)),
  );
}

export const follow = defineOp<"advance", never, FollowAttributes>({
  name: where,
  source: "https://arxiv.org/abs/2012.15524",
  inputs: [{ name: "advance", type: "index", below: ({ advance }) => advance[0] + 1 }],
  scalars: [],
  outputs: [{ name: "visited", type: "index" }],
  attributes(given) {
    only(where, given, ["steps"]);
    const steps = integer(where, given, "steps", undefined);
    if (steps < 1) throw new AttributeError(`${where}: steps is ${steps}; 1 or more would fit`);
    return { steps };
  },
  shape({ advance }, { steps }) {
    checkShape(`${where}: advance`, advance);
    if (advance.length !== 1)
      throw new ShapeError(`${where}: advance is ${shapeText(advance)}; one number per place would fit`);
    return { visited: [steps] };
  },
  formula: (_, [step], { advance }) => visited(advance, step),
  kernels: { forward: [forward], gradient: {} },
  cases: [
    { shapes: { advance: [5] }, attributes: { steps: 3 } },
    { shapes: { advance: [1] }, attributes: { steps: 1 } },
    { shapes: { advance: [1] }, attributes: { steps: 4 } },
    { shapes: { advance: [90] }, attributes: { steps: 9 } },
  ],
});
