/** What can be turned at station 3. */
import type { Knob, Slider } from "../../story/station";

type Range = Pick<Slider, "min" | "max" | "step" | "initial">;
const slider = (turns: Slider["turns"], name: string, label: string, range: Range, folder?: string): Slider => ({
  kind: "slider",
  name,
  label,
  turns,
  ...range,
  ...(folder !== undefined && { folder }),
});

export const knobs: readonly Knob[] = [
  {
    kind: "choice",
    name: "method",
    label: "method",
    turns: "structure",
    initial: "training",
    options: [
      { value: "training", label: "BN, training" },
      { value: "inference", label: "BN, inference" },
      { value: "layer", label: "LayerNorm" },
    ],
  },
  slider("structure", "samples", "samples", { min: 1, max: 8, step: 1, initial: 4 }),
  slider("structure", "features", "features", { min: 1, max: 6, step: 1, initial: 3 }),
  slider("structure", "batches", "batches seen", { min: 0, max: 12, step: 1, initial: 5 }, "Running averages"),
  slider("value", "momentum", "momentum", { min: 0, max: 1, step: 0.01, initial: 0.1 }, "Running averages"),
  slider("value", "gamma", "γ", { min: -3, max: 3, step: 0.1, initial: 2 }, "Scale and shift"),
  slider("value", "beta", "β", { min: -3, max: 3, step: 0.1, initial: 1 }, "Scale and shift"),
  slider("value", "epsilon", "ε, power of 10", { min: -8, max: 1, step: 1, initial: -5 }, "Scale and shift"),
  slider("value", "sample", "sample", { min: 0, max: 7, step: 1, initial: 1 }, "One cell moved"),
  slider("value", "feature", "feature", { min: 0, max: 5, step: 1, initial: 0 }, "One cell moved"),
  slider("value", "by", "moved by", { min: -8, max: 8, step: 0.5, initial: 4 }, "One cell moved"),
  slider("value", "seed", "seed", { min: 1, max: 99, step: 1, initial: 43 }, "Picture"),
];
