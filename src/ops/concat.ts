/** Two tensors one after the other along an axis. */
import { integer, only } from "../core/attributes";
import { linearGrid, type Binding, type Grid, type Kernel, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { axisOf, checkShape, ShapeError, shapeText, size, type Shape } from "../core/shape";
import code from "../../shaders/concat.wgsl?raw";
import { threadsFor } from "./elementwise";
import { width } from "./reduction";

const where = "concat";
const shader = { file: "concat.wgsl", code };

interface ConcatAttributes extends Readonly<Record<string, unknown>> {
  readonly dim: number;
}
type Name = "a" | "b";

/** The axis along which operands of these shapes are joined. Throws ShapeError. */
function axisFor(a: Shape, b: Shape, dim: number): number {
  if (a.length !== b.length) {
    throw new ShapeError(
      `${where}: a is ${shapeText(a)}, b is ${shapeText(b)}, their numbers of dimensions differ; equal ones would fit`,
    );
  }
  const axis = axisOf(where, a, dim);
  const differing = a.findIndex((extent, at) => at !== axis && extent !== b[at]);
  if (differing >= 0) {
    throw new ShapeError(
      `${where}: a is ${shapeText(a)}, b is ${shapeText(b)}, their extents along dim ${differing} differ; ` +
        `with dim ${axis}, equal extents everywhere else would fit`,
    );
  }
  return axis;
}

/** Cells of a row of each operand, and whether both and so all else can be moved in fours. */
function measure({ inputs, attributes }: Site<ConcatAttributes>): { a: number; b: number; fours: boolean } {
  const axis = axisFor(inputs["a"], inputs["b"], attributes.dim);
  const [a, b] = [size(inputs["a"].slice(axis)), size(inputs["b"].slice(axis))];
  return { a, b, fours: a % 4 === 0 && b % 4 === 0 };
}

const idle: Grid = [0, 1, 1];

/** A dispatch over the cells of what is written; of an entry and its twin one is idle. */
function moving(
  entry: "forward" | "backward",
  four: boolean,
  binds: readonly Binding[],
  of?: Name,
): Kernel<ConcatAttributes> {
  const unit = four ? 4 : 1;
  const cellsOf = ({ inputs, outputs }: Site<ConcatAttributes>): number =>
    size(of ? inputs[of] : outputs["output"]) / unit;
  return {
    shader,
    entry: four ? `${entry}4` : entry,
    binds,
    block(site) {
      const { a, b } = measure(site);
      const cells = cellsOf(site);
      return [cells, threadsFor(cells), a / unit, b / unit, (of === "b" ? b : a) / unit, of === "b" ? a / unit : 0];
    },
    workgroups: (site) => (measure(site).fours === four ? linearGrid(threadsFor(cellsOf(site)), width) : idle),
  };
}

const both = (
  entry: "forward" | "backward",
  binds: readonly Binding[],
  of?: Name,
): readonly Kernel<ConcatAttributes>[] => [moving(entry, false, binds, of), moving(entry, true, binds, of)];
const gradient = (of: Name): readonly Kernel<ConcatAttributes>[] =>
  both("backward", [{ upstream: "output" }, { gradient: of }], of);

export const concat = defineOp<Name, never, ConcatAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.cat.html",
  inputs: [{ name: "a" }, { name: "b" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim"]);
    return { dim: integer(where, given, "dim", 0) };
  },
  shape({ a, b }, { dim }) {
    checkShape(`${where}: a`, a);
    checkShape(`${where}: b`, b);
    const axis = axisFor(a, b, dim);
    return { output: a.with(axis, a[axis] + b[axis]) };
  },
  formula(_, index, { a, b }, { dim }) {
    const axis = axisFor(a.shape, b.shape, dim);
    const at = index[axis];
    const extent = a.shape[axis];
    return at < extent ? a.cell(index) : b.cell(index.with(axis, at - extent));
  },
  kernels: {
    forward: both("forward", [{ input: "a" }, { output: "output" }, { input: "b" }]),
    gradient: { a: gradient("a"), b: gradient("b") },
  },
  cases: [
    { shapes: { a: [2, 3], b: [4, 3] } },
    { shapes: { a: [1], b: [1] }, attributes: { dim: 0 } },
    { shapes: { a: [2, 3], b: [2, 1] }, attributes: { dim: -1 } },
    { shapes: { a: [2, 2, 3], b: [2, 5, 3] }, attributes: { dim: 1 } },
    { shapes: { a: [3, 4, 2], b: [3, 8, 2] }, attributes: { dim: 1 } },
    { shapes: { a: [131], b: [260] } },
  ],
});
