/** Where everything of the attention picture stands: a token is a row on the left, a column of keys above, of values below. */
import type { Tensor } from "../../core/graph";
import { cellShare, plate } from "../../story/layout";
import type { Block, Body, Place, Vector } from "../../story/picture";
import type { Model } from "./model";

/** Distances and sizes, in cells of the attention matrix with one head. */
export interface Plan {
  readonly n: number;
  readonly dim: number;
  readonly heads: number;
  /** Width of a column of scores, and from the first column of a head to that of the next. */
  readonly column: number;
  readonly head: number;
  /** From one number of a token to the next: in X and Q, in K and V, in O. */
  readonly narrow: number;
  readonly wide: number;
  /** The left edges of X, Q, the matrix and O, and the right edge of the matrix. */
  readonly x: number;
  readonly q: number;
  readonly left: number;
  readonly right: number;
  readonly o: number;
  /** The bottom edge of K, the top edge of V, the row of the difference. */
  readonly k: number;
  readonly v: number;
  readonly difference: number;
  /** The right edge of the rows' indices. */
  readonly words: number;
}

/** How wide a column of scores may be, by how many heads stand side by side. */
const columns: Readonly<Record<number, number>> = { 1: 1.1, 2: 0.58, 4: 0.29 };
const betweenHeads = 0.5;

export function planOf({ length: n, settings: { dim, heads } }: Model): Plan {
  const column = columns[heads] ?? 1 / heads;
  const head = n * column + betweenHeads;
  const [narrow, wide] = dim > 4 ? [0.2, 0.52] : [0.35, 1.1];
  const left = -column / 2;
  const right = left + (heads - 1) * head + n * column;
  const q = left - 0.75 - dim * narrow;
  const x = q - 0.5 - dim * narrow;
  return {
    n,
    dim,
    heads,
    column,
    head,
    narrow,
    wide,
    left,
    right,
    q,
    x,
    o: right + 0.75,
    k: 1.25,
    v: -(n - 0.5) - 0.5,
    difference: -(n - 0.5) - 1.1,
    words: x - 0.25,
  };
}

const share = cellShare;

/** How a block's cells stand. */
export type Ground = Pick<Block, "place" | "body">;

/** Gaps between narrow cells are as wide as those between square ones. */
const gap = 1 - share;
const body = (width: number, height: number): Body =>
  plate(Math.max(width - gap, 0.8 * width), Math.max(height - gap, 0.8 * height));

/** A row per token, from a left edge on. */
export const rows = (left: number, pitch: number, top = 0): Ground => ({
  place: {
    origin: [left + pitch / 2, top, 0],
    pitch: [
      [0, -1, 0],
      [pitch, 0, 0],
    ],
  },
  body: body(pitch, 1),
});

/** A column per token, from a top edge on; each head's numbers stand over the columns of that head. */
export function columnsFrom(p: Plan, top: number): Ground {
  const high = p.narrow * p.heads;
  const origin: Vector = [0, top - high / 2, 0];
  const across: Vector = [p.column, 0, 0];
  const down: Vector = [0, -high, 0];
  const place: Place =
    p.heads === 1
      ? { origin, pitch: [across, down] }
      : { origin, pitch: [across, [p.head, 0, 0], down], extents: [p.n, p.heads, p.dim / p.heads] };
  return { place, body: body(p.column, high) };
}

/** How high keys and values stand, however many heads share their numbers. */
export const depth = (p: Plan): number => p.dim * p.narrow;

/** The attention matrix, head beside head. */
export const matrix = (p: Plan): Ground => ({
  place: {
    origin: [0, 0, 0],
    pitch: [...(p.heads === 1 ? [] : [[p.head, 0, 0] as const]), [0, -1, 0], [p.column, 0, 0]],
  },
  body: body(p.column, 1),
});

/** The centre of the column of key j in a head. */
export const columnX = (p: Plan, head: number, j: number): number => head * p.head + j * p.column;

/** The row-major position in scores or weights. */
export const scoreAt = (p: Plan, head: number, query: number, key: number): number => (head * p.n + query) * p.n + key;

/** A block of the picture on its ground. */
export const blockOn = (ground: Ground, tensor: Tensor, look: Pick<Block, "id" | "group"> & Partial<Block>): Block => ({
  ...ground,
  tensors: [tensor],
  ...look,
});
