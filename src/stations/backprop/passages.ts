/** What station 6 tells beside the picture. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import { normal } from "../../core/random";
import type { Results } from "../../story/results";
import type { Knobs, Passage, Plot, Preset } from "../../story/station";
import { horizon, type Iteration, type Model, type Weight } from "./model";

const shown = (results: Results, tensor: Tensor): string => (results.ready ? format(results.value(tensor, 0)) : "…");

export function passages(m: Model): readonly Passage[] {
  return [
    {
      kind: "text",
      text: "Two neurons share the input $x$. Their outputs are added, scaled by $w_3$ and compared with $y$.",
    },
    { kind: "formula", tex: "L = \\tfrac12\\,\\bigl(w_3\\,(\\mathrm{act}(w_1x) + \\mathrm{act}(w_2x)) - y\\bigr)^2" },
    {
      kind: "text",
      text: "Read the picture from left to right for the values, from right to left for the gradients. Each capsule multiplies what comes back by its own slope. Where a slope is 0, nothing gets past.",
    },
    { kind: "claims", ids: ["loss", "d-w1", "d-w2", "d-w3", "new-w", "moved"] },
    {
      kind: "note",
      title: "One step further",
      text: "From the recitation's weights the step of 0.1 is too long: $w_1$ falls to −0.125, so the upper neuron dies as well. A gradient still arrives at both and is stopped at both. With this single example the loss stays at 2; dead on one input is not dead on the data, so drag $x$ below 0.",
    },
    { kind: "claims", ids: ["next-z", "next-loss", "next-gradients", "dead-neurons"] },
    { kind: "plot", plot: training(m) },
    {
      kind: "presets",
      title: "What would help here?",
      presets: fixes,
    },
    { kind: "claims", ids: ["survey"] },
    ...wholeTrainings(),
    {
      kind: "comparison",
      title: "Part (d): the identity instead of ReLU",
      text: "The slide replaces the slope in the backward pass only. Replacing the activation replaces it in both passes.",
      columns: ["", "backward only", "both passes"],
      rows: (results) => partD(m, results),
    },
    { kind: "claims", ids: ["d-kept", "d-both", "d-compared"] },
    {
      kind: "note",
      title: "Both are answers to a question",
      text: "The slide's 11.25 says what a gradient of 2.5 would do if the gate stood open. A network with the identity in it never produces that 2.5: its prediction is nearer, so its gradient is smaller. The slide is right that $\\partial L/\\partial w_1 = \\partial L/\\partial w_2$.",
    },
    { kind: "claims", ids: ["z", "a", "prediction", "d-prediction", "d-a1", "d-z1", "d-a2", "d-z2"] },
    {
      kind: "try",
      text: "Drag $x$ slowly from 1.5 to below 0 and watch which neuron lives, then look for a learning rate at which both survive the first step.",
    },
  ];
}

/** What becomes of a training in the end, from here and from elsewhere. */
const wholeTrainings = (): readonly Passage[] => [
  {
    kind: "note",
    title: "Two hundred steps, from everywhere",
    text: "A start decides a training. On the map each pixel is a start of its own, trained for 200 steps: $w_1$ runs across, $w_2$ or the rate runs up, and everything else is as you have set it. With ReLU and no biases a neuron lives only while its weight has the sign of $x$. Where neither has, no gradient ever arrives and nothing is learnt. Where both have, they push the same way, so that the first step easily overshoots and kills them.",
  },
  {
    kind: "note",
    title: "What the colours say",
    text: "With $m$ the miss $|\\hat y - y|$ at the end. Converged: $m$ is 0.001 at most. Dead: $m$ is larger, and every gradient is exactly 0. Diverged: $m$ is beyond 1000. Between these, a training is oscillating where $m$ is smaller than at the start and the prediction jumps over the target at least once in ten of the last fifty steps; converging where it is smaller without such jumps; bounded where it is not smaller.",
  },
  { kind: "claims", ids: ["fate"] },
  { kind: "presets", title: "Look at the map", presets: maps },
];

const maps: readonly Preset[] = [
  {
    id: "map-weights",
    label: "Over w₁ and w₂",
    knobs: { map: "w2" },
    outcome:
      "The recitation's start lies in the dead field. Click a pixel that converges, and go back to one training.",
  },
  {
    id: "map-rate",
    label: "Over w₁ and the rate",
    knobs: { map: "lr" },
    outcome:
      "From the recitation's weights training converges up to a rate of 1/11.25 = 0.089, where the first step takes w₁ to 0. Above, it dies.",
  },
  { id: "map-off", label: "Back to one training", knobs: { map: "none" } },
];

const gradient = (it: Iteration, name: Weight): Tensor => it.gradient.get(it.weights[name]!)!;

function partD({ replacement }: Model, results: Results): readonly (readonly string[])[] {
  const { relu, kept, both } = replacement;
  return [
    ["ŷ", shown(results, relu.prediction), shown(results, both.prediction)],
    ["L", shown(results, relu.loss), shown(results, both.loss)],
    ["∂L/∂ŷ", shown(results, kept.prediction), shown(results, both.gradient.get(both.prediction)!)],
    ["∂L/∂w₁", shown(results, kept.w1), shown(results, gradient(both, "w1"))],
    ["∂L/∂w₂", shown(results, kept.w2), shown(results, gradient(both, "w2"))],
  ];
}

const line = (
  name: string,
  tensors: readonly Tensor[],
  results: Results,
): { readonly name: string; readonly y: readonly number[] } => ({
  name,
  y: tensors.map((tensor) => results.value(tensor, 0)),
});

/** Loss and weights over the steps of SGD, as far as the tape goes. */
function training({ iterations }: Model): Plot {
  return {
    title: "Loss and weights over the steps",
    across: "SGD step",
    byIteration: true,
    curves: (results) => ({
      x: Array.from({ length: horizon }, (_, i) => i),
      lines: [
        line(
          "L",
          iterations.map((it) => it.loss),
          results,
        ),
        ...(["w1", "w2", "w3"] as const).map((name, i) =>
          line(
            ["w₁", "w₂", "w₃"][i],
            iterations.map((it) => it.weights[name]!),
            results,
          ),
        ),
      ],
    }),
  };
}

const start: Knobs = {
  x: 1.5,
  y: 2,
  w1: 1,
  w2: -0.5,
  w3: 3,
  lr: 0.1,
  activation: "relu",
  slope: 0.01,
  biased: false,
  bias: 0,
};

/** The fixes that the recitation names and two more, each from its own weights, with what really happens. */
const fixes: readonly Preset[] = [
  {
    id: "start",
    label: "The recitation's start",
    knobs: start,
    outcome: "Learning rate 0.1: both neurons are dead after one step, and the loss stays at 2.",
  },
  {
    id: "small-step",
    label: "A smaller step, 0.05",
    knobs: { ...start, lr: 0.05 },
    outcome: "The loss is 0.0119 after one step and 0.0001 after two. No overshoot, nothing dies.",
  },
  {
    id: "leaky",
    label: "Leaky ReLU, slope 0.01",
    knobs: { ...start, activation: "leaky_relu" },
    outcome: "2.05 after one step and still 2.04 after five, then 0.0092 by step 20: it recovers, slowly.",
  },
  ...[0.1, 0.5, 1, 2].map((bias) => ({
    id: `bias-${bias}`,
    label: `A trained bias of ${bias}`,
    knobs: { ...start, biased: true, bias },
    outcome: "Both neurons are dead after one step all the same, with a loss of 2: the step takes the bias along.",
  })),
  {
    id: "kaiming",
    label: "Kaiming init: draw again",
    knobs: kaiming,
    outcome: "It depends on the draw. Draw a few, and compare with the count of a hundred below.",
  },
  {
    id: "identity",
    label: "The identity",
    knobs: { ...start, activation: "identity" },
    outcome: "0.031, 0.297, 2.78, 22.3 …: nothing can die, but the step is too long for it too.",
  },
];

/** Each weight multiplies one number, so fan-in is 1 and the standard deviation √2. */
export const kaimingDeviation = Math.SQRT2;

/** The next draw: the seed moves on by one, and the weights are what it gives. */
function kaiming(current: Knobs): Knobs {
  const seed = (Number(current["seed"]) % 999) + 1;
  const next = normal(seed);
  const draw = (): number => Math.max(-5, Math.min(5, Math.round(next() * kaimingDeviation * 1000) / 1000));
  return { ...start, seed, w1: draw(), w2: draw(), w3: draw() };
}
