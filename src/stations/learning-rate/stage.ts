/** Where things stand on the stage: a frame for curves above, a strip of cells below it, a column for each step. */
import { cellShare, plate } from "../../story/layout";
import type { Block, CellRef, Frame, Vector } from "../../story/picture";
import type { Tensor } from "../../core/graph";

/** The frame's size in world units; its lower left corner is the origin. */
export const width = 16;
export const height = 7.5;

export const frameOf = (limits: Tensor): Frame => ({ left: 0, bottom: 0, width, height, limits });

/** From this many pixels a unit on there is room for sentences. */
export const roomy = 30;

/** The share of the frame's height that lies under the bottom of the parabola. */
export const floor = 0.1;

/** A strip of cells: one column per moment of the training. */
export interface Strip {
  readonly pitch: number;
  /** From row to row: between them is a street for what makes the next w. */
  readonly drop: number;
  /** The height of the first row's centres. */
  readonly top: number;
}

const widest = 1.3;
/** From row to row, in cells; names of the rows need some room even beside small ones. */
const street = 1.36;
const leastDrop = 0.8;
/** Between the frame and the strip: the frame's numbers, and the way from each w to the next. */
const gap = 1.5;

export function stripOf(steps: number): Strip {
  const pitch = Math.min(widest, width / (steps + 1));
  return { pitch, drop: Math.max(leastDrop, street * pitch), top: -gap - pitch / 2 };
}

/** The centre of the cell in a row of the strip, t steps after the start. */
export const stripCell = ({ pitch, drop, top }: Strip, row: number, t: number): Vector => [
  (t + 0.5) * pitch,
  top - row * drop,
  0,
];

/** A tensor with time along its first axis as a row of the strip, and one row more for each further number. */
export function stripBlock(
  strip: Strip,
  tensor: Tensor,
  { row, from }: { readonly row: number; readonly from: number },
  look: Pick<Block, "id" | "group" | "current"> & Partial<Block>,
): Block {
  const { pitch, drop } = strip;
  const axes: readonly Vector[] = [
    [pitch, 0, 0],
    [0, -drop, 0],
  ];
  return {
    tensors: [tensor],
    place: { origin: stripCell(strip, row, from), pitch: axes.slice(0, tensor.shape.length) },
    body: plate(pitch * cellShare),
    ...look,
  };
}

/** The cells of one moment in a tensor whose first axis is time. */
export function cellsAt(tensor: Tensor, t: number): readonly CellRef[] {
  const each = tensor.shape.slice(1).reduce((n, extent) => n * extent, 1);
  return Array.from({ length: each }, (_, i) => ({ tensor, at: t * each + i }));
}
