/** What the map of outcomes says in words. */
import { format } from "../../core/numeral";
import type { OutcomeName } from "../../ops/outcomes/outcome";
import type { Results } from "../../story/results";
import { outcomeAt, startOf, type OutcomeMap } from "./outcomes";

/** What each class means for this network. */
export const meanings: Readonly<Record<OutcomeName, string>> = {
  converged: "the prediction has met the target",
  converging: "the prediction has come nearer and is still on its way",
  oscillating: "the prediction has come nearer and keeps jumping over the target",
  bounded: "the prediction is no nearer than at the start",
  diverged: "the steps were too long, and the weights have run away",
  dead: "both neurons are dead: every gradient is 0, and the loss stays",
};

/** Where a training started and what became of it. */
export function mapRemark(map: OutcomeMap, at: number, results: Results): string | undefined {
  const outcome = outcomeAt(map.outcome, at, results);
  if (outcome === undefined) return undefined;
  const start = startOf(map, at, results);
  const from = Object.entries(start).map(([name, value]) => `${names[name]} = ${format(Number(value))}`);
  const miss = results.value(map.measure, at);
  const left = Number.isFinite(miss) ? `the prediction misses by ${format(miss)}` : "the miss has grown beyond 10¹⁵";
  return `From ${from.join(", ")}: ${outcome}. After 200 steps ${left}; ${meanings[outcome]}.`;
}

const names: Readonly<Record<string, string>> = { w1: "w₁", w2: "w₂", lr: "rate" };
