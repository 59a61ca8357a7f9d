/** The sum over some axes, or over all. */
import { flag, integers, only } from "../core/attributes";
import { over } from "../core/formula";
import type { Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { axisOf, checkShape, ShapeError, shapeText, size, unravel, type Shape } from "../core/shape";
import { copying } from "./copy";
import { summing, type Summation } from "./reduction";
import { broadcastStrides, walk, type Walk } from "./walk";

const where = "sum";

interface SumAttributes extends Readonly<Record<string, unknown>> {
  /** The axes that are summed; none given means all. */
  readonly dim: readonly number[];
  readonly keepdim: boolean;
}

/** Whether each axis is summed. Throws ShapeError. */
function summedAxes(shape: Shape, dim: readonly number[]): readonly boolean[] {
  const axes = dim.map((axis) => axisOf(where, shape, axis));
  const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (twice !== undefined) {
    throw new ShapeError(
      `${where}: dim [${dim.join(", ")}] names axis ${twice} of ${shapeText(shape)} twice; once would fit`,
    );
  }
  return shape.map((_, axis) => axes.length === 0 || axes.includes(axis));
}

/** The output's shape with every summed axis kept at extent 1. */
const keptShape = (shape: Shape, dim: readonly number[]): Shape => {
  const summed = summedAxes(shape, dim);
  return shape.map((extent, axis) => (summed[axis] ? 1 : extent));
};

function summation({ inputs, attributes }: Site<SumAttributes>): Summation {
  const shape = inputs["input"];
  const summed = summedAxes(shape, attributes.dim);
  const own = broadcastStrides(shape, shape);
  const along = (which: boolean): Walk => {
    const axes = (list: readonly number[]): number[] => list.filter((_, axis) => summed[axis] === which);
    return walk(axes(shape), axes(own));
  };
  return { kept: along(false), summed: along(true) };
}

export const sum = defineOp<"input", never, SumAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.sum.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim", "keepdim"]);
    return { dim: integers(where, given, "dim", undefined) ?? [], keepdim: flag(where, given, "keepdim", false) };
  },
  shape({ input }, { dim, keepdim }) {
    checkShape(`${where}: input`, input);
    const summed = summedAxes(input, dim);
    return { output: keepdim ? keptShape(input, dim) : input.filter((_, axis) => !summed[axis]) };
  },
  formula(_, index, { input }, { dim, keepdim }) {
    const summed = summedAxes(input.shape, dim);
    const extents = input.shape.filter((_extent, axis) => summed[axis]);
    const kept = keepdim ? index.filter((_at, axis) => !summed[axis]) : index;
    return over(size(extents), (k) => {
      const [outside, inside] = [kept.values(), unravel(extents, k).values()];
      return input.cell(summed.map((is) => (is ? inside : outside).next().value ?? 0));
    });
  },
  kernels: {
    forward: summing("sum", [{ input: "input" }], { output: "output" }, summation),
    gradient: {
      input: [
        copying({ upstream: "output" }, { gradient: "input" }, ({ inputs, attributes }) => {
          const shape = inputs["input"];
          return { walk: walk(shape, broadcastStrides(keptShape(shape, attributes.dim), shape)) };
        }),
      ],
    },
  },
  cases: [
    { shapes: { input: [2, 3] } },
    { shapes: { input: [] } },
    { shapes: { input: [4, 3] }, attributes: { dim: [1] } },
    { shapes: { input: [4, 3] }, attributes: { dim: 0, keepdim: true } },
    { shapes: { input: [2, 3, 5] }, attributes: { dim: [0, -1], keepdim: true } },
    { shapes: { input: [2, 3, 5] }, attributes: { dim: [1] } },
    { shapes: { input: [131] }, attributes: { dim: [0] } },
    { shapes: { input: [3, 1, 67] }, attributes: { dim: [2, 1] } },
  ],
});
