/** Where things stand in the pictures of a network: a column for each step, and rows of cells below one another. */
import type { Tensor } from "../../core/graph";
import { sheet } from "../../story/layout";
import type { Arrival, Block, Box, Label, Vector } from "../../story/picture";
import { width, type Model } from "./model";

/** How far columns stand apart, and the rows from the top down by the middle of each. */
export interface Columns {
  readonly cells: number;
  readonly pitch: number;
  readonly rows: readonly number[];
  readonly lowest: number;
}

/** Between rows: a name, and the way of a flow. */
const street = 1.2;

/** Rows of so many cells in height, one below the other. */
export function columns(cells: number, pitch: number, heights: readonly number[]): Columns {
  let bottom = street;
  const rows = heights.map((height) => {
    const middle = bottom - street - height / 2;
    bottom = middle - height / 2;
    return middle;
  });
  return { cells, pitch, rows, lowest: bottom - 0.6 };
}

export const columnOf = ({ pitch }: Columns, t: number): number => t * pitch;

/** The centre of cell `i` of a state of step t in a row. */
export const cellAt = (all: Columns, row: number, t: number, i: number): Vector => [
  columnOf(all, t),
  all.rows[row] + (all.cells - 1) / 2 - i,
  0,
];

/** The centre of cell `i` of the input of step t; its cells stand side by side in the first row. */
export const inputAt = (all: Columns, t: number, i: number): Vector => [
  columnOf(all, t) + i - (width - 1) / 2,
  all.rows[0],
  0,
];

export const shifted = ([x, y, z]: Vector, dx: number, dy = 0): Vector => [x + dx, y + dy, z];

/** A cell's edge and a little more. */
export const edge = 0.56;

export const arriving = (m: Model, tensor: Tensor): { readonly arrivals: readonly Arrival[] } => ({
  arrivals: [{ step: m.writer(tensor), moment: [], landing: 0.85 }],
});

/** A line of cells that stand below one another. */
export function column(id: string, tensor: Tensor, origin: Vector, more: Partial<Block>): Block {
  const place = { origin, pitch: [[0, -1, 0]] as const };
  return sheet({ id, tensor, origin, group: "values" }, { place, ...more });
}

/** The look of a gradient. */
export const warm = { group: "gradients", current: "gradient", edged: true } as const satisfies Partial<Block>;

/** x₁ … of the drawn steps, out of the one tensor that holds all. */
export function inputs(m: Model, all: Columns): Block {
  const origin = inputAt(all, 1, 0);
  return sheet(
    { id: "x", tensor: m.drawn, origin, group: "values" },
    {
      place: {
        origin,
        pitch: [
          [all.pitch, 0, 0],
          [1, 0, 0],
        ],
      },
    },
  );
}

/** Keeps room for what only moves. */
export const room = (from: Vector, to: Vector): Box => ({
  centre: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, 0],
  width: Math.abs(to[0] - from[0]),
  height: Math.abs(to[1] - from[1]),
  radius: 0,
});

// ── names ───────────────────────────────────────────────────────────────────

/** A name over the middle of a cell. */
export const over = (id: string, at: Vector, text: string, more: Partial<Label> = {}): Label => ({
  id: `name ${id}`,
  at: shifted(at, 0, edge),
  anchor: "bottom",
  kind: "tensor",
  text,
  ...more,
});

/** A name over a cell, left of the flow that arrives there from above. */
export const beside = (id: string, at: Vector, text: string, more: Partial<Label> = {}): Label => ({
  id: `name ${id}`,
  at: shifted(at, -0.16, edge + 0.3),
  anchor: "right",
  kind: "tensor",
  text,
  ...more,
});

export const inputNames = (all: Columns, steps: number): readonly Label[] =>
  Array.from({ length: steps }, (_, i) =>
    over(`x${i + 1}`, shifted(inputAt(all, i + 1, 0), (width - 1) / 2), `$x_{${i + 1}}$`),
  );
