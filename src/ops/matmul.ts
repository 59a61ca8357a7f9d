/** The product of matrices, batched, with PyTorch's reading of operands of one dimension. */
import { only } from "../core/attributes";
import { over } from "../core/formula";
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import { product } from "../core/rule";
import { broadcast, broadcastIndex, checkShape, ravel, shapeText, ShapeError, size, type Shape } from "../core/shape";
import code from "../../shaders/matmul.wgsl?raw";
import { scratchOf, splitDepth, totalInto, width } from "./reduction";
import { broadcastStrides, rows as rowsOf, walk } from "./walk";

const where = "matmul";

/** An operand as a batch of matrices: one dimension reads as a row on the left and as a column on the right. */
const asLeft = (shape: Shape): Shape => (shape.length === 1 ? [1, shape[0]] : shape);
const asRight = (shape: Shape): Shape => (shape.length === 1 ? [shape[0], 1] : shape);
const batchOf = (shape: Shape): Shape => shape.slice(0, -2);

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

// ── the kernel ──────────────────────────────────────────────────────────────

/** A batch of matrices in memory: extents, and cells per step along rows, columns and the axes of the whole batch. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly row: number;
  readonly column: number;
  readonly batch: readonly number[];
}
const transposed = ({ rows, columns, row, column, batch }: Matrix): Matrix => ({
  rows: columns,
  columns: rows,
  row: column,
  column: row,
  batch,
});

/** The three matrices of a product, and the batch that they share. */
interface Product {
  readonly batch: Shape;
  readonly left: Matrix;
  readonly right: Matrix;
  readonly result: Matrix;
}

function matrix(shape: Shape, batch: Shape): Matrix {
  const [rows, columns] = shape.slice(-2);
  const steps = broadcastStrides(batchOf(shape), batch).map((step) => step * rows * columns);
  return { rows, columns, row: columns, column: 1, batch: steps };
}

/** a · b = c, and its gradients: da = dc · bᵀ and db = aᵀ · dc. */
function productOf(site: Site, which: "forward" | "a" | "b"): Product {
  const [left, right] = [asLeft(site.inputs["a"]), asRight(site.inputs["b"])];
  const batch = broadcast(where, batchOf(left), batchOf(right));
  const a = matrix(left, batch);
  const b = matrix(right, batch);
  const c = matrix([...batch, a.rows, b.columns], batch);
  if (which === "forward") return { batch, left: a, right: b, result: c };
  if (which === "a") return { batch, left: c, right: transposed(b), result: a };
  return { batch, left: transposed(a), right: c, result: b };
}

/** Cells that a thread owns along either axis. */
const each = 8;

/** Everything that the uniform block and the grid need. */
function plan(site: Site, which: "forward" | "a" | "b") {
  const { batch, left, right, result } = productOf(site, which);
  const stays = (axis: number): boolean => result.batch[axis] === 0;
  const pick = (list: readonly number[], summed: boolean): number[] => list.filter((_, axis) => stays(axis) === summed);
  const kept = walk(pick(batch, false), pick(left.batch, false), pick(right.batch, false), pick(result.batch, false));
  const summed = walk(pick(batch, true), pick(left.batch, true), pick(right.batch, true));
  const [rows, columns, depth] = [result.rows, result.columns, left.columns];
  const across = acrossOf(rows, columns);
  const tilesAcross = Math.ceil(columns / (each * across));
  const tilesDown = Math.ceil(rows / ((each * width) / across));
  const batches = size(kept.extents);
  const tiles = tilesAcross * tilesDown * batches;
  const cells = rows * columns * batches;
  const split = splitDepth(tiles * width, depth * size(summed.extents));
  return {
    left,
    right,
    result,
    kept,
    summed,
    rows,
    columns,
    depth,
    across,
    tilesAcross,
    tilesDown,
    batches,
    tiles,
    cells,
    ...split,
  };
}

/** Threads of a workgroup that stand side by side along the columns. */
const acrossOf = (rows: number, columns: number): number => {
  if (rows <= each) return width;
  return columns <= each ? 1 : Math.sqrt(width);
};

function blockOf(site: Site, which: "forward" | "a" | "b"): readonly number[] {
  const p = plan(site, which);
  const sizes = [p.rows, p.columns, p.depth, p.across, p.tilesAcross, p.tilesDown, p.batches];
  const sums = [size(p.summed.extents), p.parts, p.chunk, p.cells];
  const steps = [p.left.row, p.left.column, p.right.row, p.right.column, p.result.row, p.result.column];
  const ranks = [p.kept.extents.length, p.summed.extents.length];
  // Nineteen words after the one of +∞, so that the rows of vec4 start at a multiple of four.
  return [...sizes, ...sums, ...steps, ...ranks, ...rowsOf(p.kept), ...rowsOf(p.summed)];
}

function kernels(which: "forward" | "a" | "b", left: Binding, right: Binding, target: Binding): readonly Kernel[] {
  const multiply: Kernel = {
    shader: { file: "matmul.wgsl", code },
    entry: "product",
    binds: [left, right, { scratch: "parts" }, target],
    block: (site) => blockOf(site, which),
    workgroups: (site) => {
      const { tiles, parts } = plan(site, which);
      return linearGrid(tiles * parts * width, width);
    },
    scratch: (site) => {
      const { cells, parts } = plan(site, which);
      return scratchOf(cells, parts);
    },
  };
  return [multiply, totalInto(target, (site) => plan(site, which))];
}

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
    forward: kernels("forward", { input: "a" }, { input: "b" }, { output: "output" }),
    gradient: {
      a: kernels("a", upstream, { input: "b" }, { gradient: "a" }),
      b: kernels("b", { input: "a" }, upstream, { gradient: "b" }),
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
