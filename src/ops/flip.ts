/** The order along some axes turned round. */
import { AttributeError, integers, only } from "../core/attributes";
import { defineOp } from "../core/op";
import { axisOf, checkShape, shapeText, ShapeError, strides, type Shape } from "../core/shape";
import { moving, type Source } from "./copy";
import { walk } from "./walk";

const where = "flip";

interface FlipAttributes extends Readonly<Record<string, unknown>> {
  readonly dims: readonly number[];
}

/** Whether each axis is turned round. Throws ShapeError. */
function turned(shape: Shape, dims: readonly number[]): readonly boolean[] {
  const axes = dims.map((dim) => axisOf(where, shape, dim));
  const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (twice !== undefined) {
    throw new ShapeError(
      `${where}: dims [${dims.join(", ").replaceAll("-", "−")}] names axis ${twice} of ${shapeText(shape)} twice; once would fit`,
    );
  }
  return shape.map((_, axis) => axes.includes(axis));
}

/** To turn round once more is the way back. */
function source(shape: Shape, { dims }: FlipAttributes): Source {
  const turns = turned(shape, dims);
  const steps = strides(shape);
  return {
    walk: walk(
      shape,
      steps.map((step, axis) => (turns[axis] ? -step : step)),
    ),
    offset: steps.reduce((from, step, axis) => from + (turns[axis] ? step * (shape[axis] - 1) : 0), 0),
  };
}

export const flip = defineOp<"input", never, FlipAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.flip.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dims"]);
    const dims = integers(where, given, "dims", undefined);
    if (!dims) throw new AttributeError(`${where}: dims is missing; a list of axes such as [0, −1] would fit`);
    return { dims };
  },
  shape({ input }, { dims }) {
    checkShape(`${where}: input`, input);
    turned(input, dims);
    return { output: input };
  },
  formula(_, index, { input }, { dims }) {
    const turns = turned(input.shape, dims);
    return input.cell(index.map((at, axis) => (turns[axis] ? input.shape[axis] - 1 - at : at)));
  },
  kernels: moving(source, source),
  cases: [
    { shapes: { input: [5] }, attributes: { dims: 0 } },
    { shapes: { input: [] }, attributes: { dims: [] } },
    { shapes: { input: [2, 3] }, attributes: { dims: [0, 1] } },
    { shapes: { input: [2, 3, 4] }, attributes: { dims: [-1] } },
    { shapes: { input: [2, 3, 1, 4] }, attributes: { dims: [0, -1, 2] } },
    { shapes: { input: [2, 1, 2, 3, 1, 2, 2, 2] }, attributes: { dims: [0, 3, 5, 7] } },
  ],
});
