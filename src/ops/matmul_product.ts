/** matmul and its gradients as one thing: a batched product of strided matrices, with as few axes as the shapes allow. */
import type { Site } from "../core/kernel";
import { broadcast, size, type Shape } from "../core/shape";
import { broadcastStrides, walk, type Walk } from "./walk";

/** An operand as a batch of matrices: one dimension reads as a row on the left and as a column on the right. */
export const asLeft = (shape: Shape): Shape => (shape.length === 1 ? [1, shape[0]] : shape);
export const asRight = (shape: Shape): Shape => (shape.length === 1 ? [shape[0], 1] : shape);
/** The axes before the last two. */
export const batchOf = (shape: Shape): Shape => shape.slice(0, -2);

/** What is computed of a product: itself, or the gradient of an operand. */
export type Part = "forward" | "a" | "b";

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

/** result(i, j) = Σ left(i, k) · right(k, j), for every batch that the result keeps, summed over the others. */
interface Triple {
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
function tripleOf(site: Site, part: Part): Triple {
  const [left, right] = [asLeft(site.inputs["a"]), asRight(site.inputs["b"])];
  const batch = broadcast("matmul", batchOf(left), batchOf(right));
  const a = matrix(left, batch);
  const b = matrix(right, batch);
  const c = matrix([...batch, a.rows, b.columns], batch);
  if (part === "forward") return { batch, left: a, right: b, result: c };
  if (part === "a") return { batch, left: c, right: transposed(b), result: a };
  return { batch, left: transposed(a), right: c, result: b };
}

/** A product as kernels see it: extents, cells per step, and the batches that are kept and that are summed. */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly left: Pick<Matrix, "row" | "column">;
  readonly right: Pick<Matrix, "row" | "column">;
  readonly result: Pick<Matrix, "row" | "column">;
  /** Strides of left, right and result. */
  readonly kept: Walk;
  /** Strides of left and right. */
  readonly summed: Walk;
  readonly batches: number;
  readonly sums: number;
  /** Cells of the result. */
  readonly cells: number;
}

/** The product that a step computes. */
export function productOf(site: Site, part: Part): Product {
  const { batch, left, right, result } = merged(tripleOf(site, part));
  const stays = (axis: number): boolean => result.batch[axis] === 0;
  const pick = (list: readonly number[], summed: boolean): number[] => list.filter((_, axis) => stays(axis) === summed);
  const kept = walk(pick(batch, false), pick(left.batch, false), pick(right.batch, false), pick(result.batch, false));
  const summed = walk(pick(batch, true), pick(left.batch, true), pick(right.batch, true));
  const [rows, columns, depth] = [result.rows, result.columns, left.columns];
  const batches = size(kept.extents);
  const sums = size(summed.extents);
  return { rows, columns, depth, left, right, result, kept, summed, batches, sums, cells: rows * columns * batches };
}

/** The same product of transposes: rows and columns have changed places. */
export const turned = (product: Product): Product => ({
  ...product,
  rows: product.columns,
  columns: product.rows,
  left: swapped(product.right),
  right: swapped(product.left),
  result: swapped(product.result),
  kept: { ...product.kept, strides: [1, 0, 2].map((tensor) => product.kept.strides[tensor]) },
  summed: { ...product.summed, strides: [1, 0].map((tensor) => product.summed.strides[tensor]) },
});

const swapped = ({ row, column }: Pick<Matrix, "row" | "column">) => ({ row: column, column: row });

/** Batches that continue the rows, the columns or the depth are taken as more of those. */
const merged = (triple: Triple): Triple =>
  triple.batch.reduceRight((rest, _, axis) => {
    const joined = joinedAlong(rest, axis);
    return joined ? without(joined, axis) : rest;
  }, triple);

/** The product with a batch axis taken as more rows, columns or depth; undefined where it is neither. */
function joinedAlong({ batch, left, right, result }: Triple, axis: number): Triple | undefined {
  const extent = batch[axis];
  const continues = (m: Matrix, along: "row" | "column", count: number): boolean => m.batch[axis] === m[along] * count;
  const taller = (m: Matrix): Matrix => ({ ...m, rows: m.rows * extent });
  const wider = (m: Matrix): Matrix => ({ ...m, columns: m.columns * extent });
  const { rows, columns } = result;
  const depth = left.columns;
  if (right.batch[axis] === 0 && continues(left, "row", rows) && continues(result, "row", rows))
    return { batch, left: taller(left), right, result: taller(result) };
  if (left.batch[axis] === 0 && continues(right, "column", columns) && continues(result, "column", columns))
    return { batch, left, right: wider(right), result: wider(result) };
  if (result.batch[axis] === 0 && continues(left, "column", depth) && continues(right, "row", depth))
    return { batch, left: wider(left), right: taller(right), result };
  return undefined;
}

function without({ batch, left, right, result }: Triple, axis: number): Triple {
  const rest = (list: readonly number[]): number[] => list.filter((_, i) => i !== axis);
  const trimmed = (m: Matrix): Matrix => ({ ...m, batch: rest(m.batch) });
  return { batch: rest(batch), left: trimmed(left), right: trimmed(right), result: trimmed(result) };
}
