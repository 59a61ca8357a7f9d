/** What the recitation asserts about Q2, asked of the current knobs. */
import type { Tensor } from "../../core/graph";
import type { Answer, Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Step } from "../../core/tape";
import type { Model, Weight } from "./model";

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

export function claims(m: Model): readonly Claim[] {
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
    ),
    holds(m, "next-loss", "One step later: $L$", [second.loss]),
    holds(
      m,
      "next-gradients",
      "One step later: $\\partial L/\\partial w$",
      weights(second, "weights").map((w) => second.gradient.get(w)!),
    ),
    {
      id: "dead-neurons",
      prompt: "Neurons that are dead one step later",
      answer: (results) => second.neurons.filter((neuron) => results.value(neuron.slope, 0) === 0).length,
      source,
      shows: {
        step: m.writer(second.gradient.get(second.neurons[0].z)!),
        cells: cells(second.neurons.map((neuron) => second.gradient.get(neuron.z)!)),
      },
    },
    ...partD(m),
    {
      id: "survey",
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
      source,
      erratum,
      shows: { step: end, cells: cells([live(first.neurons[1].weight)]), knobs: { activation: "identity" } },
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
