/** What the claims of station 6 are made of. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import type { CellRef } from "../../story/picture";
import type { Model } from "./model";

export const source = "Midterm review recitation, question 2";

/** The one cell of each tensor. */
export const cells = (tensors: readonly Tensor[]): readonly CellRef[] => tensors.map((tensor) => ({ tensor, at: 0 }));

/** The step that comes last on the tape of those that write some tensors. */
export const last = (m: Model, tensors: readonly Tensor[]): Step | undefined =>
  m.tape.steps.findLast(({ writes }) => writes.some((tensor) => tensors.includes(tensor)));
