/** The four reasons of the multiple choice, each held against counts, structure and the op itself. */
import { isDifferentiable } from "../../core/op";
import { conv2d } from "../../ops/conv2d";
import type { Results } from "../../story/results";
import { convolutionWeights, denseWeights, wholeOf } from "./counts";
import type { Model } from "./model";
import { repeatsOf, structureOf } from "./small";

export interface Reason {
  readonly letter: string;
  readonly text: string;
  holds(results: Results): boolean;
}

/** Whether some entries of the matrix are always zero. */
const isLocal = ({ small }: Model): boolean => structureOf(small).includes(0);
/** Whether some weight stands in the matrix more than once. */
const shares = ({ small }: Model): boolean =>
  Array.from({ length: small.window ** 2 }, (_, weight) => weight).some(
    (weight) => repeatsOf(small, weight).length > 1,
  );

/** All four, in the recitation's order. */
export const reasons = (m: Model): readonly Reason[] => [
  {
    letter: "A",
    text: "a convolution needs more parameters",
    holds(results) {
      const whole = wholeOf(m.counts, results);
      return convolutionWeights(whole) > denseWeights(whole);
    },
  },
  {
    letter: "B",
    text: "it looks at a neighbourhood only, and shares its weights across places",
    holds: () => isLocal(m) && shares(m),
  },
  { letter: "C", text: "it connects every pixel with every other", holds: () => !isLocal(m) },
  { letter: "D", text: "it cannot be differentiated", holds: () => !conv2d.inputs.every(isDifferentiable) },
];
