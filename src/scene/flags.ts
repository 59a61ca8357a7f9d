/** What the cells of a tensor are marked with in a moment: their fate, and whether they take part in the step. */
import type { Tensor } from "../core/graph";
import type { CellRef, Fate } from "../story/picture";
import type { Frame } from "../story/score";
import type { Lights } from "./rings";
import { flagBits, type Flags } from "./shown";
import { underWay } from "./stream";

/** What became of cells, by tensor; a tied one has a ring, no flag. */
export const fateFlags = (fates: readonly Fate[]): ReadonlyMap<Tensor, Flags> =>
  flagged(fates.flatMap(({ cell, state }) => (state === "tied" ? [] : [[cell, flagBits[state]] as const])));

/** The cells that take part in the step, where the rest stands back. */
export const activeFlags = (frame: Frame, { sources, pinned, hover }: Lights): ReadonlyMap<Tensor, Flags> =>
  flagged(
    [
      ...underWay(frame).flatMap(({ act, moment }) => [...act.lit(moment), ...act.writes(moment)]),
      ...sources.map(({ cell }) => cell),
      ...(pinned ? [pinned] : []),
      ...(hover ? [hover] : []),
    ].map((cell) => [cell, flagBits.active]),
  );

/** Flags by tensor and position; those of one cell add up. */
function flagged(cells: readonly (readonly [CellRef, number])[]): ReadonlyMap<Tensor, Flags> {
  const byTensor = new Map<Tensor, Map<number, number>>();
  for (const [{ tensor, at }, bits] of cells) {
    const flags = byTensor.get(tensor) ?? new Map<number, number>();
    flags.set(at, (flags.get(at) ?? 0) | bits);
    byTensor.set(tensor, flags);
  }
  return byTensor;
}
