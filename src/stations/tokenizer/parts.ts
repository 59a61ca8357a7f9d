/** The cells of a step of the scan, by what they hold. */
import type { CellRef, Now } from "../../story/picture";
import type { Model } from "./model";
import { momentsOf } from "./plan";
import type { Scan } from "./scan";

/** The cells of the ids as they are drawn, one per token. */
export const idCells = ({ idLines }: Pick<Model, "idLines">): readonly CellRef[] =>
  idLines.flatMap(({ tensor }) => Array.from({ length: tensor.shape[0] }, (_, at) => ({ tensor, at })));

/** A step's length of one entry. */
export const candidateCell = ({ candidates, plan }: Scan, step: number, row: number): CellRef => ({
  tensor: candidates,
  at: step * plan.entries.length + row,
});

/** The text that a token covers. */
export const textCells = ({ text }: Scan, start: number, length: number): readonly CellRef[] =>
  Array.from({ length }, (_, k) => ({ tensor: text, at: start + k }));

/** How far the scan has come: moments that are over, tokens that are taken, and the step under way or resting. */
export interface Reached {
  readonly moments: number;
  readonly taken: number;
  readonly step: number | undefined;
}

export function reached({ scanning, main }: Model, now: Now): Reached {
  const moments = momentsOf(main.plan);
  const progress = now.progress(scanning);
  const over = Math.floor(progress * moments.length + 1e-6);
  const taken = Math.min(main.plan.tokens.length, Math.floor(over / 2));
  if (progress <= 0) return { moments: 0, taken: 0, step: undefined };
  return {
    moments: over,
    taken,
    step: moments[Math.min(moments.length - 1, Math.ceil(progress * moments.length) - 1)],
  };
}
