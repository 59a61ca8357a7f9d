/** Two axes exchanged. */
import { integer, only } from "../core/attributes";
import { defineOp } from "../core/op";
import { axisOf, checkShape, strides, type Shape } from "../core/shape";
import { moving, type Source } from "./copy";
import { walk } from "./walk";

const where = "transpose";

interface TransposeAttributes extends Readonly<Record<string, unknown>> {
  readonly dim0: number;
  readonly dim1: number;
}

/** A list by axis, with the two axes exchanged. Throws ShapeError. */
function exchanged(shape: Shape, list: readonly number[], { dim0, dim1 }: TransposeAttributes): number[] {
  const [first, second] = [axisOf(where, shape, dim0), axisOf(where, shape, dim1)];
  return list.with(first, list[second]).with(second, list[first]);
}

/** To exchange the axes once more is the way back. */
const source = (shape: Shape, attributes: TransposeAttributes): Source => ({
  walk: walk(exchanged(shape, shape, attributes), exchanged(shape, strides(shape), attributes)),
});

export const transpose = defineOp<"input", never, TransposeAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.transpose.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim0", "dim1"]);
    return { dim0: integer(where, given, "dim0", undefined), dim1: integer(where, given, "dim1", undefined) };
  },
  shape({ input }, attributes) {
    checkShape(`${where}: input`, input);
    return { output: exchanged(input, input, attributes) };
  },
  formula: (_, index, { input }, attributes) => input.cell(exchanged(input.shape, index, attributes)),
  kernels: moving(source, source),
  cases: [
    { shapes: { input: [2, 5] }, attributes: { dim0: 0, dim1: 1 } },
    { shapes: { input: [1] }, attributes: { dim0: 0, dim1: -1 } },
    { shapes: { input: [2, 3, 4] }, attributes: { dim0: 0, dim1: 2 } },
    { shapes: { input: [2, 3, 4, 5] }, attributes: { dim0: -1, dim1: 1 } },
    { shapes: { input: [2, 1, 3, 2] }, attributes: { dim0: 2, dim1: 2 } },
    { shapes: { input: [2, 1, 2, 3, 1, 2, 2, 2] }, attributes: { dim0: 0, dim1: 6 } },
  ],
});
