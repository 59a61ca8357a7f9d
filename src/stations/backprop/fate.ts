/** What becomes of the present training in the end, and of a hundred others. */
import { outcomeNames } from "../../ops/outcomes/outcome";
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { known } from "./given";
import type { Model } from "./model";
import { outcomeAt, trainedSteps } from "./outcomes";

/** The classes as a question needs them. */
const classes =
  "Converged: the prediction misses by 0.001 at most. Dead: it misses by more, and every gradient is 0. Diverged: it misses by more than 1000. Between these: oscillating or converging where the miss has become smaller, with or without jumps over the target, else bounded.";

/** It is seen on the map, where the dot says which of the trainings is the present one. */
export function fate(m: Model): Claim {
  const { present, map } = m.outcomes;
  return {
    id: "fate",
    prompt: `This training after ${trainedSteps} steps`,
    asks: { kind: "choice", options: outcomeNames },
    ...known(m, "step", classes),
    answer: (results) => outcomeAt(present, 0, results) ?? "…",
    source: "computed here",
    shows: map
      ? { step: m.writer(map.outcome), cells: [], knobs: { map: map.against } }
      : { cells: [], knobs: { map: "w2" } },
  };
}

/** How many of the Kaiming draws are dead after a step. */
export const survey = (m: Model): Claim => ({
  id: "survey",
  asks: "never",
  prompt: `Of ${m.survey.draws} Kaiming draws, both neurons dead after one step`,
  answer: (results) => deadDraws(m, results),
  source: "computed here",
  shows: { cells: [] },
});

/** Draws of which neither neuron passes anything on after one step of SGD. */
function deadDraws({ survey: { draws, after } }: Model, results: Results): number {
  const [one, two] = after;
  return Array.from({ length: draws }, (_, i) => i).filter(
    (i) => results.value(one, i) <= 0 && results.value(two, i) <= 0,
  ).length;
}
