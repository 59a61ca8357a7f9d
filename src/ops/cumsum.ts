/** Running sums along one axis: what a dot product looks like while it is added up. */
import { integer, only } from "../core/attributes";
import { over } from "../core/formula";
import { linearGrid, type Binding, type Kernel } from "../core/kernel";
import { defineOp } from "../core/op";
import { axisOf, checkShape, size, strides } from "../core/shape";
import code from "../../shaders/cumsum.wgsl?raw";
import { width } from "./reduction";

const where = "cumsum";

interface CumsumAttributes extends Readonly<Record<string, unknown>> {
  readonly dim: number;
}

const running = (reversed: boolean, from: Binding, to: Binding): Kernel<CumsumAttributes> => ({
  shader: { file: "cumsum.wgsl", code },
  entry: "run",
  binds: [from, to],
  block({ inputs, attributes }) {
    const shape = inputs["input"];
    const axis = axisOf(where, shape, attributes.dim);
    return [size(shape) / shape[axis], shape[axis], strides(shape)[axis], reversed ? 1 : 0];
  },
  workgroups({ inputs, attributes }) {
    const shape = inputs["input"];
    return linearGrid(size(shape) / shape[axisOf(where, shape, attributes.dim)], width);
  },
});

export const cumsum = defineOp<"input", never, CumsumAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim"]);
    return { dim: integer(where, given, "dim", undefined) };
  },
  shape({ input }, { dim }) {
    checkShape(`${where}: input`, input);
    axisOf(where, input, dim);
    return { output: input };
  },
  formula(_, index, { input }, { dim }) {
    const axis = axisOf(where, input.shape, dim);
    return over(index[axis] + 1, (k) => input.cell(index.with(axis, k)));
  },
  kernels: {
    forward: [running(false, { input: "input" }, { output: "output" })],
    gradient: { input: [running(true, { upstream: "output" }, { gradient: "input" })] },
  },
  cases: [
    { shapes: { input: [5] }, attributes: { dim: 0 } },
    { shapes: { input: [1, 1] }, attributes: { dim: 1 } },
    { shapes: { input: [2, 3, 4] }, attributes: { dim: 1 } },
    { shapes: { input: [2, 3] }, attributes: { dim: -1 } },
    { shapes: { input: [131] }, attributes: { dim: 0 } },
  ],
});
