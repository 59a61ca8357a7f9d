/** Where things stand while one function is shown: curves on top, the cells below them, forward left and backward right. */
import type { Tensor } from "../../../core/graph";
import { cellShare, plate } from "../../../story/layout";
import type { Block, Current, Frame, Vector } from "../../../story/picture";
import { cells, type Single } from "./model";

/** The centre of the first cell on either side. */
const sides = { left: 0, right: 7.5 } as const;
type Side = keyof typeof sides;
/** From one row of cells to the next. */
const apart = 1.22;
const height = 0.74 * cellShare;
/** The edge of a cell seen from its centre, with some air. */
export const edge = height / 2 + 0.06;

/** A row of cells: which tensor, on which side, how many rows down. */
export interface Row {
  readonly tensor: Tensor;
  readonly side: Side;
  readonly down: number;
  readonly current: Current;
  readonly tex: string;
  /** Whether a step writes it. */
  readonly written: boolean;
}

const value = (tensor: Tensor, down: number, tex: string, written = true): Row => ({
  tensor,
  side: "left",
  down,
  current: "data",
  tex,
  written,
});
const gradient = (tensor: Tensor, down: number, tex: string, written = true): Row => ({
  tensor,
  side: "right",
  down,
  current: "gradient",
  tex,
  written,
});

/** The rows of the picture: forward on the left, backward on the right, each around what it starts from. */
export function rows(m: Single): readonly Row[] {
  const { cells: f } = m.chosen;
  const { cells: g } = m.floor;
  return [
    value(f.y, 0, "f(x)"),
    value(m.x, 1, "x", false),
    gradient(f.dx, 0, "dx"),
    gradient(f.slope, 1, "f'(x)"),
    gradient(m.dy, 2, "dy", false),
    ...(m.compares ? [value(g.y, 2, "g(x)"), gradient(g.slope, 3, "g'(x)"), gradient(g.dx, 4, "dx_g")] : []),
  ];
}

export const cellAt = (side: Side, down: number, i: number): Vector => [sides[side] + i, -down * apart, 0];

/** The row of a tensor. */
export const rowOf = (m: Single, tensor: Tensor): Row => rows(m).find((row) => row.tensor === tensor)!;

/** The block of a row; it stands there from the start, or comes with the moments of the step that writes it. */
export const blockOf = (m: Single, { tensor, side, down, current, written }: Row): Block => ({
  id: tensor.name,
  tensors: [tensor],
  place: { origin: cellAt(side, down, 0), pitch: [[1, 0, 0]] },
  body: plate(cellShare, height),
  group: current === "data" ? "values" : "gradients",
  current,
  ...(current === "gradient" && { edged: true }),
  ...(written && { arrivals: [{ step: m.writer(tensor), moment: [1], landing: 0.85 }] }),
});

export interface Frames {
  readonly value: Frame;
  readonly slope: Frame;
  readonly near?: Frame;
}

const bottom = 0.98;
const half = cellShare / 2;

export function frames(m: Single): Frames {
  const tall = m.compares ? 3.5 : 4.9;
  const frame = (side: Side, limits: Tensor, low = bottom, high = tall): Frame => ({
    left: sides[side] - half,
    bottom: low,
    width: cells - 1 + cellShare,
    height: high,
    limits,
  });
  const floor = -4 * apart - height / 2;
  const ceiling = -2 * apart - 1.12;
  return {
    value: frame("left", m.limits.value.shown),
    slope: frame("right", m.limits.slope.shown),
    ...(m.compares && { near: frame("left", m.limits.near.shown, floor, ceiling - floor) }),
  };
}
