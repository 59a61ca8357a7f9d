/** What the recitation asserts about Q2, asked of the current knobs. */
import type { Tensor } from "../../core/graph";
import type { Answer, Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Step } from "../../core/tape";
import { outcomeNames } from "../../ops/outcomes/outcome";
import type { Model, Weight } from "./model";
import { outcomeAt, trainedSteps } from "./outcomes";

const source = "Midterm review recitation, question 2";
const cells = (tensors: readonly Tensor[]): readonly CellRef[] => tensors.map((tensor) => ({ tensor, at: 0 }));

/** The step that comes last on the tape of those that write some tensors. */
export const last = (m: Model, tensors: readonly Tensor[]): Step | undefined =>
  tensors
    .flatMap((tensor) => m.writer(tensor) ?? [])
    .reduce<Step | undefined>((a, b) => (!a || b.index > a.index ? b : a), undefined);

/** A claim whose answer is what some tensors hold. */
function holds(
  m: Model,
  id: string,
  prompt: string,
  tensors: readonly Tensor[],
  slide?: Answer,
  more: Partial<Claim> = {},
): Claim {
  const step = last(m, tensors);
  return {
    id,
    prompt,
    answer: (results) =>
      tensors.length === 1 ? results.value(tensors[0], 0) : tensors.map((tensor) => results.value(tensor, 0)),
    ...(slide !== undefined && { slide }),
    source,
    shows: { ...(step && { step }), cells: cells(tensors) },
    ...more,
  };
}

const afterStep = "One step of SGD has been taken; the example is the same.";

/** All that is asserted. What stands in the picture of one training is shown there, whatever picture there is now. */
export function claims(m: Model): readonly Claim[] {
  const all = [...training(m), ...fate(m)];
  if (!m.outcomes?.map) return all;
  return all.map((claim) => ({ ...claim, shows: { ...claim.shows, knobs: { map: "none", ...claim.shows.knobs } } }));
}

function training(m: Model): readonly Claim[] {
  const [first, second] = m.iterations;
  const d = (tensor: Tensor): Tensor => first.gradient.get(tensor)!;
  const [one, two] = first.neurons;
  const weights = (it: typeof first, from: "weights" | "next"): readonly Tensor[] =>
    (["w1", "w2", "w3"] as const satisfies readonly Weight[]).map((name) => it[from][name]!);
  return [
    holds(m, "z", "$z_1, z_2$", [one.z, two.z], [1.5, -0.75]),
    holds(m, "a", "$a_1, a_2$", [one.a, two.a], [1.5, 0]),
    holds(m, "prediction", "Prediction $\\hat y$", [first.prediction], 4.5),
    holds(m, "loss", "Loss $L$", [first.loss], 3.125),
    holds(m, "d-prediction", "$\\partial L/\\partial \\hat y$", [d(first.prediction)], 2.5),
    holds(m, "d-w3", "$\\partial L/\\partial w_3$", [d(first.weights.w3!)], 3.75),
    holds(m, "d-a1", "$\\partial L/\\partial a_1$", [d(one.a)], 7.5),
    holds(m, "d-z1", "$\\partial L/\\partial z_1$", [d(one.z)], 7.5),
    holds(m, "d-w1", "$\\partial L/\\partial w_1$", [d(one.weight)], 11.25),
    holds(m, "d-a2", "$\\partial L/\\partial a_2$", [d(two.a)], 7.5),
    holds(m, "d-z2", "$\\partial L/\\partial z_2$", [d(two.z)], 0),
    holds(m, "d-w2", "$\\partial L/\\partial w_2$", [d(two.weight)], 0),
    holds(m, "new-w", "New $w$", weights(first, "next"), [-0.125, -0.5, 2.625]),
    holds(
      m,
      "next-z",
      "One step later: $z_1, z_2$",
      second.neurons.map((neuron) => neuron.z),
      undefined,
      { given: afterStep },
    ),
    holds(m, "next-loss", "One step later: $L$", [second.loss], undefined, { given: afterStep }),
    holds(
      m,
      "next-gradients",
      "One step later: $\\partial L/\\partial w$",
      weights(second, "weights").map((w) => second.gradient.get(w)!),
      undefined,
      { given: afterStep },
    ),
    {
      id: "dead-neurons",
      prompt: "Neurons that are dead one step later",
      given: `${afterStep} A neuron is dead here when the slope of its activation is 0.`,
      answer: (results) => second.neurons.filter((neuron) => results.value(neuron.slope, 0) === 0).length,
      source,
      shows: {
        step: m.writer(second.gradient.get(second.neurons[0].z)!),
        cells: cells(second.neurons.map((neuron) => second.gradient.get(neuron.z)!)),
      },
    },
    moved(m),
    ...partD(m),
    {
      id: "survey",
      asks: "never",
      prompt: `Of ${m.survey.draws} Kaiming draws, both neurons dead after one step`,
      answer: (results) => deadDraws(m, results),
      source: "computed here",
      shows: { cells: [] },
    },
  ];
}

function partD(m: Model): Claim[] {
  const { kept, both } = m.replacement;
  const [first] = m.iterations;
  const end = last(m, [...first.gradient.values()]);
  const live = (tensor: Tensor): Tensor => first.gradient.get(tensor)!;
  const erratum =
    "The slide keeps ∂L/∂ŷ = 2.5 from the ReLU network and replaces only the slope in the backward pass. With the identity in the forward pass too, ŷ and ∂L/∂ŷ change, and so does the answer.";
  const dw2 = both.gradient.get(both.neurons[1].weight)!;
  return [
    {
      id: "d-kept",
      prompt: "Identity in the backward pass only: $\\partial L/\\partial w_2$",
      answer: (results) => results.value(kept.w2, 0),
      slide: 11.25,
      given: "ReLU stays in the forward pass; going back, its slope is taken for 1 everywhere.",
      source,
      // The reading follows the number; what it is made of stands in the picture.
      shows: {
        step: end,
        cells: cells([live(first.prediction), first.weights.w3!, m.x]),
        pin: { tensor: kept.w2, at: 0 },
        knobs: { activation: "relu" },
      },
    },
    {
      id: "d-both",
      prompt: "Identity in both passes: $\\partial L/\\partial w_2$",
      answer: (results) => results.value(dw2, 0),
      slide: 11.25,
      given: "The activation is the identity: the forward pass changes, and so does all that follows from it.",
      source,
      erratum,
      shows: { step: end, cells: cells([live(first.neurons[1].weight)]), knobs: { activation: "identity" } },
    },
    compared(m),
  ];
}

const moves = [
  "none of them",
  "w₁ alone",
  "w₂ alone",
  "w₃ alone",
  "w₁ and w₂",
  "w₁ and w₃",
  "w₂ and w₃",
  "all three",
] as const;

/** Which weights the first step changes. */
function moved(m: Model): Claim {
  const [{ weights, gradient }] = m.iterations;
  const names = ["w1", "w2", "w3"] as const;
  const gradients = names.map((name) => gradient.get(weights[name]!)!);
  return {
    id: "moved",
    prompt: "The weights that this step of SGD changes",
    asks: { kind: "choice", options: moves },
    given: "The learning rate is above 0.",
    answer: (results) => {
      const [one, two, three] = gradients.map((tensor) => results.value(tensor, 0) !== 0);
      const at = Number(one) + 2 * Number(two) + 4 * Number(three);
      return moves[[0, 1, 2, 4, 3, 5, 6, 7].indexOf(at)];
    },
    slide: "w₁ and w₃",
    source,
    shows: { step: last(m, gradients), cells: cells(gradients) },
  };
}

const comparisons = ["smaller", "equal", "larger"] as const;

/** Part (d) as a choice: what the identity gives w₂, beside what it gives w₁. */
function compared(m: Model): Claim {
  const { both } = m.replacement;
  const [one, two] = both.neurons.map(({ weight }) => both.gradient.get(weight)!);
  return {
    id: "d-compared",
    prompt: "With the identity, the size of $\\partial L/\\partial w_2$ beside that of $\\partial L/\\partial w_1$",
    asks: { kind: "choice", options: comparisons },
    answer: (results) => {
      const [first, second] = [one, two].map((tensor) => Math.abs(results.value(tensor, 0)));
      return comparisons[1 + Math.sign(second - first)] ?? "…";
    },
    slide: "equal",
    source,
    shows: {
      step: last(m, [...m.iterations[0].gradient.values()]),
      cells: [],
      knobs: { activation: "identity" },
    },
  };
}

/** What becomes of the present training in the end. */
function fate({ outcomes }: Model): readonly Claim[] {
  if (!outcomes) return [];
  return [
    {
      id: "fate",
      prompt: `This training after ${trainedSteps} steps`,
      asks: { kind: "choice", options: outcomeNames },
      given:
        "Converged: the prediction misses by 0.001 at most. Dead: it misses by more, and every gradient is 0. Diverged: it misses by more than 1000. Between these: oscillating or converging where the miss has become smaller, with or without jumps over the target, else bounded.",
      answer: (results) => outcomeAt(outcomes.present, 0, results) ?? "…",
      source: "computed here",
      shows: { cells: [] },
    },
  ];
}

/** Draws of which neither neuron passes anything on after one step of SGD. */
function deadDraws({ survey }: Model, results: Results): number {
  const [one, two] = survey.after;
  return Array.from({ length: survey.draws }, (_, i) => i).filter(
    (i) => results.value(one, i) <= 0 && results.value(two, i) <= 0,
  ).length;
}
