/** What station 3 tells beside the picture. */
import type { Passage, Plot } from "../../story/station";
import type { Model } from "./model";
import type { Method } from "./normalize";

export function passages(m: Model): readonly Passage[] {
  return [
    { kind: "text", text: openings[m.method] },
    { kind: "formula", tex: "y = \\gamma\\,\\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\varepsilon}} + \\beta" },
    { kind: "text", text: middles[m.method] },
    ...(m.method === "layer" && m.features === 1 ? [oneFeature] : []),
    { kind: "claims", ids: ["valid", "statement-C", "statement-D", "same-layer"] },
    { kind: "presets", title: "Whose statistics?", presets },
    {
      kind: "claims",
      ids: m.method === "inference" ? ["normalized"] : ["sharing", "statistics", "mean", "variance", "normalized"],
    },
    ...(m.method === "layer" || m.batches === 0 ? [] : running(m)),
    {
      kind: "text",
      text: "Now one cell moves. Which outputs move along is decided before any number is known, and the Jacobian shows it as blocks: one block for each pair of samples.",
    },
    { kind: "claims", ids: ["moved", "other-samples", "jacobian-entries", "not-always-zero", "always-zero"] },
    {
      kind: "text",
      text: "The three side by side: a column of the batch, one cell, a row.",
    },
    { kind: "claims", ids: ["reach-training", "reach-inference", "reach-layer"].slice(m.samples === 1 ? 1 : 0) },
    {
      kind: "try",
      text: "Move the cell by 4 and switch the method: a column follows, then the cell alone, then a row.",
    },
  ];
}

const oneFeature: Passage = {
  kind: "note",
  title: "One feature is its own mean",
  text: "A sample with a single feature has nothing left without its mean: $\\hat x$ is 0 whatever comes in, and no gradient goes back. The check has nothing to hold on to either: rounding alone could make numbers as large as these zeros, so it says that it cannot decide.",
};

/** What is told of a single sample in training. */
export const passagesOfOne: readonly Passage[] = [
  {
    kind: "text",
    text: "In training, BatchNorm gives every feature mean 0 and variance 1 over the batch. This batch has one sample.",
  },
  {
    kind: "note",
    title: "One sample cannot train BatchNorm",
    text: "Down each column there is a single cell. It is its own mean, so nothing is left of it and its variance is 0: every output would be $\\beta$, whatever comes in. The running variance would even be divided by one sample less, by 0. PyTorch refuses with an error.",
  },
  {
    kind: "presets",
    title: "What works",
    presets: [
      { id: "two", label: "Two samples", knobs: { samples: 2 }, outcome: "The smallest batch that has a spread." },
      {
        id: "one-layer",
        label: "LayerNorm",
        knobs: { method: "layer" },
        outcome: "It takes the mean along the row and needs no batch.",
      },
      {
        id: "one-inference",
        label: "BatchNorm, inference",
        knobs: { method: "inference" },
        outcome: "It takes the averages that it collected in training.",
      },
    ],
  },
  { kind: "claims", ids: ["valid", "statement-C", "statement-D", "same-layer"] },
  { kind: "claims", ids: ["sharing", "statistics", "mean", "variance"] },
  { kind: "text", text: "Both of the other ways take a single sample as it is: one cell moves itself, or its row." },
  { kind: "claims", ids: ["reach-inference", "reach-layer"] },
  { kind: "try", text: "Add a second sample and see which cells it makes share a mean." },
];

const openings: Readonly<Record<Method, string>> = {
  training:
    "Numbers that differ wildly in size are hard to learn from. In training, BatchNorm gives every feature mean 0 and variance 1 over the batch: go down a column, take its mean and variance, and use them for all samples in it.",
  inference:
    "In inference nobody should depend on who else is in the batch. BatchNorm then uses the means and variances that it collected in training. They are frozen, so one sample alone gets the same answer as in a crowd.",
  layer:
    "LayerNorm never looks at the batch. Go along a row: each sample takes the mean and the variance of its own features, in training and in inference alike.",
};

const middles: Readonly<Record<Method, string>> = {
  training:
    "Then each feature is scaled by its own $\\gamma$ and shifted by its own $\\beta$, so that the network can undo all of it. PyTorch starts them at 1 and 0; here they stand apart, so that you see them work.",
  inference:
    "The formula is the one of training. Only $\\mu$ and $\\sigma^2$ are now the running averages $\\bar\\mu$ and $\\bar\\sigma^2$. Too few batches, and they are still near their start of 0 and 1: the outputs then have neither mean 0 nor variance 1 before they are scaled.",
  layer: "Then each feature is scaled by its own $\\gamma$ and shifted by its own $\\beta$, as in BatchNorm.",
};

const presets = [
  {
    id: "training",
    label: "BatchNorm, training",
    knobs: { method: "training" },
    outcome: "Down a column: the batch is coupled.",
  },
  {
    id: "inference",
    label: "BatchNorm, inference",
    knobs: { method: "inference" },
    outcome: "Frozen averages: every cell for itself.",
  },
  { id: "layer", label: "LayerNorm", knobs: { method: "layer" }, outcome: "Along a row: every sample for itself." },
  {
    id: "alone",
    label: "A single sample, in inference",
    knobs: { method: "inference", samples: 1 },
    outcome: "It works. In training a single sample has no spread, and PyTorch refuses.",
  },
] as const;

function running(m: Model): readonly Passage[] {
  const one = m.method === "training";
  return [
    {
      kind: "text",
      text: "While it trains, BatchNorm keeps running averages for later: old · 0.9 + new · 0.1 with PyTorch's momentum of 0.1. The running variance takes the unbiased one (divided by one sample less), though the batch itself is normalized by the biased one.",
    },
    ...(one ? [{ kind: "claims" as const, ids: ["running-mean", "running-variance"] }] : []),
    { kind: "plot", plot: curves(m, "mean") },
    { kind: "plot", plot: curves(m, "variance") },
  ];
}

const curves = (m: Model, which: "mean" | "variance"): Plot => ({
  title: `Running ${which} of each feature`,
  across: "batches seen",
  byIteration: true,
  curves: (results) => ({
    x: m.running.map((_, t) => t),
    lines: Array.from({ length: m.features }, (_, j) => ({
      name: `feature ${j}`,
      y: m.running.map((averages) => results.value(averages[which], j)),
    })),
  }),
});
