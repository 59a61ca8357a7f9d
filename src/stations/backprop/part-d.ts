/** Part (d) of question 2: the identity in place of ReLU, in one pass or in both. */
import type { Tensor } from "../../core/graph";
import type { Claim } from "../../story/claim";
import { cells, last, source } from "./asked";
import { hasRecited, known } from "./given";
import type { Model } from "./model";

const identity = "The activation is the identity: the forward pass changes, and so does all that follows from it.";

export function partD(m: Model): readonly Claim[] {
  return [kept(m), both(m), compared(m)];
}

/** The step that ends the backward pass. */
const end = (m: Model): Pick<Claim["shows"], "step"> => {
  const step = last(m, [...m.iterations[0].gradient.values()]);
  return { ...(step && { step }) };
};

function kept(m: Model): Claim {
  const { replacement } = m;
  const [first] = m.iterations;
  const live = (tensor: Tensor): Tensor => first.gradient.get(tensor)!;
  return {
    id: "d-kept",
    prompt: "Identity in the backward pass only: $\\partial L/\\partial w_2$",
    answer: (results) => results.value(replacement.kept.w2, 0),
    slide: 11.25,
    slideHolds: (results) => hasRecited(m, results),
    ...known(m, "loss", "ReLU stays in the forward pass; going back, its slope is taken for 1 everywhere.", "relu"),
    source,
    // The reading follows the number; what it is made of stands in the picture.
    shows: {
      ...end(m),
      cells: cells([live(first.prediction), first.weights.w3!, m.x]),
      pin: { tensor: replacement.kept.w2, at: 0 },
      knobs: { activation: "relu" },
    },
  };
}

function both(m: Model): Claim {
  const { both: replaced } = m.replacement;
  const [first] = m.iterations;
  const dw2 = replaced.gradient.get(replaced.neurons[1].weight)!;
  return {
    id: "d-both",
    prompt: "Identity in both passes: $\\partial L/\\partial w_2$",
    answer: (results) => results.value(dw2, 0),
    slide: 11.25,
    slideHolds: (results) => hasRecited(m, results),
    ...known(m, "loss", identity, "identity"),
    source,
    erratum:
      "The slide keeps ∂L/∂ŷ = 2.5 from the ReLU network and replaces only the slope in the backward pass. With the identity in the forward pass too, ŷ and ∂L/∂ŷ change, and so does the answer.",
    shows: {
      ...end(m),
      cells: cells([first.gradient.get(first.neurons[1].weight)!]),
      knobs: { activation: "identity" },
    },
  };
}

const comparisons = ["smaller", "equal", "larger"] as const;

/** Part (d) as a choice: what the identity gives w₂, beside what it gives w₁. */
function compared(m: Model): Claim {
  const { both: replaced } = m.replacement;
  const [one, two] = replaced.neurons.map(({ weight }) => replaced.gradient.get(weight)!);
  return {
    id: "d-compared",
    prompt: "With the identity, the size of $\\partial L/\\partial w_2$ beside that of $\\partial L/\\partial w_1$",
    asks: { kind: "choice", options: comparisons },
    answer: (results) => {
      const [first, second] = [one, two].map((tensor) => Math.abs(results.value(tensor, 0)));
      return comparisons[1 + Math.sign(second - first)] ?? "…";
    },
    slide: "equal",
    slideHolds: (results) => hasRecited(m, results),
    ...known(m, "loss", identity, "identity"),
    source,
    shows: { ...end(m), cells: [], knobs: { activation: "identity" } },
  };
}
