/** Where everything of station 4 stands: counts and looks, and in their place later the convolution and its matrix. */
import { cellShare } from "../../story/layout";
import type { Vector } from "../../story/picture";
import type { SmallSizes } from "./small";

export const half = cellShare / 2;

/** From one factor of a count to the next. */
export const factorPitch = 1.3;
/** The factors of the dense map; those of the convolution end where they end. */
export const mostFactors = 6;
export const rowOf = { convolution: 0, dense: -2.1 } as const;
export const productX = mostFactors * factorPitch + 0.2;

/** The looks: squares in rows of five. */
export const lookSide = 2.5;
const lookGap = 0.62;
const looksInRow = 5;
const looksTop = -3.75;

/** The bottom left corner of a look. */
export function lookCorner(look: number): Vector {
  const [row, column] = [Math.floor(look / looksInRow), look % looksInRow];
  return [column * (lookSide + lookGap) - half, looksTop - lookSide - row * (lookSide + 1.1), 0];
}
/** Beside the second row of looks, which is short. */
export const besideLooks: Vector = [2 * (lookSide + lookGap) - half, looksTop - 1.5 * lookSide - 1.1, 0];
/** Whether the next look stands to the right of this one. */
export const leadsRight = (look: number): boolean => look % looksInRow < looksInRow - 1;

// ── the small convolution ───────────────────────────────────────────────────

const smallPitch = 0.74;
const widest = 15;
const highest = 5.7;
const largest = 0.72;

export interface SmallPlaces {
  readonly pitch: number;
  readonly x: Vector;
  readonly weight: Vector;
  readonly y: Vector;
  /** The top left corner of the matrix. */
  readonly corner: Vector;
  readonly entry: number;
}

export function smallPlaces({ side, window, padding }: SmallSizes): SmallPlaces {
  const across = side + 2 * padding - window + 1;
  const [rows, columns] = [across * across, side * side];
  const entry = Math.min(largest, widest / columns, highest / rows);
  const gap = 2.4;
  const weightX = side * smallPitch + gap;
  return {
    pitch: smallPitch,
    x: [0, 0, 0],
    weight: [weightX, 0, 0],
    y: [weightX + window * smallPitch + gap, 0, 0],
    corner: [-half * smallPitch, -(Math.max(side, across) - 1) * smallPitch - 2.3, 0],
    entry,
  };
}
