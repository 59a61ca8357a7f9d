/** The product of matrices, batched, with PyTorch's reading of operands of one dimension. */
import { only } from "../core/attributes";
import { over } from "../core/formula";
import { defineOp, type Operand } from "../core/op";
import { product } from "../core/rule";
import { broadcast, broadcastIndex, checkShape, ravel, shapeText, ShapeError, type Shape } from "../core/shape";
import { matmulContraction } from "./contractions";
import { productChoice } from "./matmul_kernels";
import { asLeft, asRight, batchOf } from "./matmul_product";

const where = "matmul";

function shapeOf(a: Shape, b: Shape): Shape {
  checkShape(`${where}: a`, a);
  checkShape(`${where}: b`, b);
  if (a.length === 0 || b.length === 0) {
    throw new ShapeError(
      `${where}: ${a.length === 0 ? "a" : "b"} is a scalar; one dimension or more would fit, and mul takes scalars`,
    );
  }
  const [left, right] = [asLeft(a), asRight(b)];
  const [columns, rows] = [left[left.length - 1], right[right.length - 2]];
  if (columns !== rows) {
    throw new ShapeError(
      `${where}: a is ${shapeText(a)} and b is ${shapeText(b)}, the inner extents ${columns} and ${rows} differ; equal ones would fit`,
    );
  }
  const batch = broadcast(`${where}: the batches`, batchOf(left), batchOf(right));
  const shape = [
    ...batch,
    ...(a.length === 1 ? [] : [left[left.length - 2]]),
    ...(b.length === 1 ? [] : right.slice(-1)),
  ];
  checkShape(`${where}: output`, shape);
  return shape;
}

/** The cell (batch, row, column) of an operand, whatever its rank. */
const cellOf = (operand: Operand, batch: readonly number[], row: number, column: number) => {
  const { shape } = operand;
  return operand.cell([...broadcastIndex(batchOf(shape), batch), row, column]);
};

const upstream = { upstream: "output" };

export const matmul = defineOp({
  name: "matmul",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.matmul.html",
  inputs: [{ name: "a" }, { name: "b" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape: ({ a, b }) => ({ output: shapeOf(a, b) }),
  contraction: ({ a, b }) => matmulContraction(a, b),
  formula(_, index, { a, b }) {
    const [left, right] = [promoted(a, asLeft(a.shape)), promoted(b, asRight(b.shape))];
    const full = [...index];
    // Where an operand has one dimension the output lacks its axis: the row or column 0 stands in.
    if (b.shape.length === 1) full.push(0);
    if (a.shape.length === 1) full.splice(-1, 0, 0);
    const [row, column] = full.slice(-2);
    const batch = full.slice(0, -2);
    return over(left.shape[left.shape.length - 1], (k) =>
      product(cellOf(left, batch, row, k), cellOf(right, batch, k, column)),
    );
  },
  kernels: {
    forward: productChoice({
      part: "forward",
      left: { input: "a" },
      right: { input: "b" },
      target: { output: "output" },
    }),
    gradient: {
      a: productChoice({ part: "a", left: upstream, right: { input: "b" }, target: { gradient: "a" } }),
      b: productChoice({ part: "b", left: { input: "a" }, right: upstream, target: { gradient: "b" } }),
    },
  },
  cases: [
    { shapes: { a: [2, 3], b: [3, 2] } },
    { shapes: { a: [1, 1], b: [1, 1] } },
    { shapes: { a: [5, 1], b: [1, 7] } },
    { shapes: { a: [1, 9], b: [9, 1] } },
    { shapes: { a: [4], b: [4] } },
    { shapes: { a: [3], b: [3, 2] } },
    { shapes: { a: [2, 3], b: [3] } },
    { shapes: { a: [2, 2, 3], b: [3] } },
    { shapes: { a: [3], b: [2, 3, 2] } },
    { shapes: { a: [2, 1, 2, 3], b: [3, 3, 2] } },
    { shapes: { a: [2, 3], b: [2, 3, 4] } },
    { shapes: { a: [33, 5], b: [5, 35] } },
    { shapes: { a: [2, 130], b: [130, 3] } },
  ],
});

/** The same cells under the shape of a matrix: only an axis of extent 1 was added, so row-major positions stay. */
const promoted = (operand: Operand, shape: Shape): Operand =>
  shape === operand.shape
    ? operand
    : { shape, cell: (index) => operand.flat(ravel(shape, index)), flat: (at) => operand.flat(at) };
