/** Where everything of station 9 stands: a row per branch, its image on the left, its output on the right. */
import type { Tensor } from "../../core/graph";
import { plate, sheet } from "../../story/layout";
import type { Block, Current, Group, Now, Shown, Vector } from "../../story/picture";
import type { Model } from "./model";
import { seen } from "./sizes";

export type Branch = "A" | "B";
export type Column = "image" | "between" | "output";

const gap = 12;
const rowGap = 13;

const left: Readonly<Record<Column, number>> = { image: 0, between: seen + gap, output: 2 * (seen + gap) };
const top: Readonly<Record<Branch, number>> = { A: 0, B: -(seen + rowGap) };

/** The centre of a place in pixels of the image, as every sheet of a branch shows it at the same height. */
export const at = (branch: Branch, column: Column, row: number, along: number): Vector => [
  left[column] + along,
  top[branch] - row,
  0,
];

/** The top left and the bottom left corner of a place. */
export const corners = (branch: Branch, column: Column): { readonly top: Vector; readonly bottom: Vector } => ({
  top: at(branch, column, -0.5, -0.5),
  bottom: at(branch, column, seen - 0.5, -0.5),
});

/** The right end of a place. */
export const rightOf = (branch: Branch, column: Column, row: number): Vector => at(branch, column, row, seen - 0.5);

/** The centre of an output cell, which is as large as two pixels; `first` is the column that stands first in its sheet. */
export const outputAt = (branch: Branch, column: Column, row: number, along: number, first = 0): Vector =>
  at(branch, column, 2 * row + 0.5, 2 * (along + first) + 0.5);

/** What is on the stage: the way forward, the way back, or the shifts; each has the same places. */
export type Turn = "forward" | "backward" | "shift";

export const turnOf = (m: Model, { act }: Now): Turn =>
  act?.step === m.backward ? "backward" : act?.step === m.shifting ? "shift" : "forward";

export const during =
  (m: Model, turn: Turn): Shown =>
  (now) =>
    turnOf(m, now) === turn;

/** A sheet in its place. */
export interface Standing {
  readonly branch: Branch;
  readonly column: Column;
  readonly tensor: Tensor;
  readonly group: Group;
  readonly current: Current;
  /** Whether its cells are as large as two pixels, and the column that stands first there. */
  readonly halved?: { readonly first: number };
  readonly turn: Turn;
}

/** An output cell, a little narrower than usual: on a small stage it then joins its neighbours, as the pixels do. */
const tile = 1.7;

/** The block of a sheet in its place, seen in its turn. */
export function standing(m: Model, which: Standing, more: Partial<Block>): Block {
  const { branch, column, tensor, group, current, halved, turn } = which;
  const origin = halved ? outputAt(branch, column, 0, 0, halved.first) : at(branch, column, 0, 0);
  const id = `${tensor.name} ${branch} ${turn}`;
  const body = plate(tile);
  return sheet(
    { id, tensor, origin, pitch: halved ? 2 : 1, group, current },
    { written: Infinity, shown: during(m, turn), ...(halved && { body }), ...more },
  );
}
