/** What the curves play: the last state looks ever further back. */
import { allCells, cellsAt } from "../../story/act";
import type { Caption, Now } from "../../story/picture";
import type { Phase } from "../../story/score";
import { fateOf } from "./fate";
import { curveStep, short } from "./far-picture";
import { farEnds } from "./far-places";
import type { Model } from "./model";

export const farPhases = (m: Model): readonly Phase[] => [
  {
    name: "back through time",
    current: "gradient",
    acts: [
      {
        step: curveStep(m),
        current: "gradient",
        iteration: 0,
        moments: m.distance,
        micros: 1,
        unit: "step back",
        flows: () => [],
        lit: () => [],
        writes: (moment) =>
          moment === m.distance - 1 ? allCells(m.distances.farthest) : cellsAt(m.distances.norms, [moment + 1]),
        say: (moment, now) => say(m, moment + 1, now),
      },
    ],
  },
];

function say(m: Model, n: number, { results }: Now): Caption {
  const norm = results.value(m.distances.norms, n);
  return {
    main: `${n} ${n === 1 ? "step" : "steps"} back: ${words(norm)}`,
    quiet: `$\\lVert\\partial h_T/\\partial h_t\\rVert$ = ${short(norm)}${norm < farEnds[0] && norm > 0 ? ", below the frame" : ""}`,
  };
}

function words(norm: number): string {
  if (!Number.isFinite(norm)) return "the gradient has exploded, it is larger than float32 can hold.";
  if (norm === 0) return "nothing is left, it is smaller than float32 can hold.";
  const fate = fateOf(norm);
  return fate === "keeps its size" ? "the gradient is about as large as it was." : `the gradient ${fate}.`;
}
