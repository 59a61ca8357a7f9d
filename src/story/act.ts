/** What the acts of several stations have in common. */
import type { Tensor } from "../core/graph";
import { size } from "../core/shape";
import type { Act, CellRef } from "./picture";

/** Some cells of a tensor. */
export const cellsAt = (tensor: Tensor, places: readonly number[]): readonly CellRef[] =>
  places.map((at) => ({ tensor, at }));

/** Every cell of a tensor. */
export const allCells = (tensor: Tensor): readonly CellRef[] => cellsAt(tensor, [...Array(size(tensor.shape)).keys()]);

/** A step that is over in one moment, in which nothing is seen to travel. */
export const atOnce = (act: Pick<Act, "step" | "unit" | "writes" | "say"> & Partial<Act>): Act => ({
  current: "data",
  iteration: 0,
  moments: 1,
  micros: 1,
  flows: () => [],
  lit: () => [],
  ...act,
});
