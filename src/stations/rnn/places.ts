/** Where things stand in the picture of station 12: a column per step, rows for inputs, states, gradients and parts. */
import type { Tensor } from "../../core/graph";
import type { Vector } from "../../story/picture";
import { hidden, width, type Model } from "./model";

const pitch = 4.4;
/** The centres of the rows. */
export const rows = { input: 5, state: 0.8, gradient: -4, part: -9 } as const;

/** The column of hₜ; the weights stand left of h₀. */
export const columnOf = (t: number): number => t * pitch;
export const weightColumn = -5.4;

/** The centre of cell `i` of `n` that stand below one another around `y`. */
export const stackedAt = (x: number, y: number, i: number, n: number): Vector => [x, y + (n - 1) / 2 - i, 0];

export const stateAt = (t: number, i: number): Vector => stackedAt(columnOf(t), rows.state, i, hidden);
export const gradientAt = (t: number, i: number): Vector => stackedAt(columnOf(t), rows.gradient, i, hidden);
/** xₜ stands over hₜ. */
export const inputAt = (t: number, i: number): Vector => stackedAt(columnOf(t), rows.input, i, width);

/** The centre of the first cell of a square of hidden × hidden cells around a point. */
export const squareAt = (x: number, y: number): Vector => [x - (hidden - 1) / 2, y + (hidden - 1) / 2, 0];
/** The part of step t stands under the gap that its product spans. */
export const partColumn = (t: number): number => columnOf(t);
export const lowest = rows.part - hidden / 2 - 0.9;

/** The picture's right edge. */
export const rightmost = ({ steps }: Pick<Model, "steps">): number => columnOf(steps);

export const nameOf = (tensor: Tensor): string => `$${tensor.tex}$`;
