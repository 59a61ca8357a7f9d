/** A run of positions along one axis: the rows of a sequence, one of several gates that were computed together. */
import { integer, only } from "../core/attributes";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp } from "../core/op";
import { axisOf, checkShape, shapeText, ShapeError, size, strides, type Shape } from "../core/shape";
import code from "../../shaders/narrow.wgsl?raw";
import { copying } from "./copy";
import { quadsOf, threadsOver } from "./quads";
import { width } from "./reduction";
import { walk } from "./walk";

const where = "narrow";

interface NarrowAttributes extends Readonly<Record<string, unknown>> {
  readonly dim: number;
  /** The first position; below 0 it counts from the end. */
  readonly start: number;
  readonly length: number;
}

/** The axis and the first position on it. Throws ShapeError. */
function placeOf(input: Shape, { dim, start, length }: NarrowAttributes): { axis: number; first: number } {
  const axis = axisOf(where, input, dim);
  const extent = input[axis];
  const first = start < 0 ? start + extent : start;
  if (length < 1 || first < 0 || first + length > extent) {
    throw new ShapeError(
      `${where}: start ${start} and length ${length} leave the extent ${extent} of axis ${axis} of ${shapeText(input)}; 1 to ${extent} positions from 0 on would fit`,
    );
  }
  return { axis, first };
}

/** Every cell of the input's gradient: what arrives where it was taken, 0 elsewhere. */
const back: Kernel<NarrowAttributes> = {
  shader: { file: "narrow.wgsl", code },
  entry: "backward",
  binds: [{ upstream: "output" }, { gradient: "input" }],
  block({ inputs, attributes }) {
    const shape = inputs["input"];
    const { axis, first } = placeOf(shape, attributes);
    const cells = size(shape);
    return [cells, threadsOver(quadsOf(cells)), strides(shape)[axis], shape[axis], first, attributes.length];
  },
  workgroups: ({ inputs }) => linearGrid(threadsOver(quadsOf(size(inputs["input"]))), width),
};

export const narrow = defineOp<"input", never, NarrowAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.narrow.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim", "start", "length"]);
    return {
      dim: integer(where, given, "dim", undefined),
      start: integer(where, given, "start", undefined),
      length: integer(where, given, "length", undefined),
    };
  },
  shape({ input }, attributes) {
    checkShape(`${where}: input`, input);
    return { output: input.with(placeOf(input, attributes).axis, attributes.length) };
  },
  formula(_, index, { input }, attributes) {
    const { axis, first } = placeOf(input.shape, attributes);
    return input.cell(index.with(axis, first + index[axis]));
  },
  kernels: {
    forward: copying<NarrowAttributes>({ input: "input" }, { output: "output" }, (site) => {
      const { inputs, outputs, attributes } = site;
      const steps = strides(inputs["input"]);
      const { axis, first } = placeOf(inputs["input"], attributes);
      return { walk: walk(outputs["output"], steps), offset: first * steps[axis] };
    }),
    gradient: { input: [back] },
  },
  cases: [
    { shapes: { input: [5] }, attributes: { dim: 0, start: 1, length: 3 } },
    { shapes: { input: [1] }, attributes: { dim: 0, start: 0, length: 1 } },
    { shapes: { input: [4, 3] }, attributes: { dim: 0, start: 2, length: 1 } },
    { shapes: { input: [4, 3] }, attributes: { dim: 1, start: -2, length: 2 } },
    { shapes: { input: [2, 3, 5] }, attributes: { dim: -2, start: 0, length: 2 } },
    { shapes: { input: [3, 131] }, attributes: { dim: 1, start: 7, length: 121 } },
  ],
});
