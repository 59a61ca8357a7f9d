/** What the numbers of a run say about a scan. */
import { size } from "../../core/shape";
import type { Tensor } from "../../core/graph";
import { isEnd } from "../../ops/symbols";
import type { Results } from "../../story/results";
import { spelled } from "./plan";
import type { Scan } from "./scan";

/** All numbers of a tensor. */
export const numbersOf = (tensor: Tensor, results: Results): readonly number[] =>
  Array.from({ length: size(tensor.shape) }, (_, at) => results.value(tensor, at));

/** The ids as they were computed; none where nothing matched at all. */
export const idsOf = ({ tokens }: Scan, results: Results): readonly number[] =>
  tokens ? numbersOf(tokens.ids, results) : [];

/** What the ids spell. */
export function decodedText({ tokens }: Scan, results: Results): string {
  if (!tokens || !results.ready) return "";
  return spelled(numbersOf(tokens.decoded, results).filter((symbol) => Number.isFinite(symbol) && !isEnd(symbol)));
}

/** The entries that match in a step, by their rows. */
export function matchingIn({ candidates, plan }: Scan, step: number, results: Results): readonly number[] {
  const n = plan.entries.length;
  return [...plan.entries.keys()].filter((row) => results.value(candidates, step * n + row) > 0);
}

/** The entries of a step that are as long as the winner, and are not it. */
export function tiedIn({ candidates, winners, plan }: Scan, step: number, results: Results): readonly number[] {
  const rows = plan.entries.length;
  const at = (row: number): number => step * rows + row;
  const winner = plan.entries.findIndex((_, row) => results.value(winners, at(row)) > 0);
  if (winner < 0) return [];
  const most = results.value(candidates, at(winner));
  return [...plan.entries.keys()].filter((row) => row !== winner && results.value(candidates, at(row)) === most);
}
