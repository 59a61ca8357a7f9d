/** What the counts of a stack amount to: sizes from layer to layer, and units that are dead. */
import type { Tensor } from "../../../core/graph";
import type { Results } from "../../../story/results";
import { units, type Stack } from "./model";

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** Mean sizes from layer to layer, in the order in which they come to be. */
export const sizes = (m: Stack, results: Results, size: Tensor): readonly number[] =>
  upTo(m.depth).map((at) => results.value(size, at));

/** How many units of a layer let no gradient through, whatever the sample. */
export const deadIn = (m: Stack, results: Results, layer: number): number =>
  upTo(units).filter((unit) => results.value(m.open, layer * units + unit) === 0).length;

export const deadPerLayer = (m: Stack, results: Results): readonly number[] =>
  upTo(m.depth).map((layer) => deadIn(m, results, layer));

/** What becomes of a size on its way. */
export const fates = ["it vanishes", "it keeps its size", "it explodes"] as const;

/** The last size over the first; a tenth or ten times of it is no longer the same size. */
export function fateOf(m: Stack, results: Results, size: Tensor): (typeof fates)[number] {
  const all = sizes(m, results, size);
  const ratio = all[m.depth - 1] / all[0];
  if (ratio < 0.1) return fates[0];
  return ratio <= 10 ? fates[1] : fates[2];
}
