/** What can be turned at station 1, and how a lesson reads it. */
import type { Choice, Knob, Knobs, Slider } from "../../story/station";

/** Which of the three views stands on the stage. */
export type Show = "parabola" | "bowl" | "map";
/** How a gradient becomes a step. */
export type Optimizer = "sgd" | "momentum" | "nesterov" | "rmsprop" | "adam";
/** What runs up the outcome map; the rate always runs across. */
export type Swept = "curvature" | "momentum";

/** What decides which tensors there are. */
export interface Setting {
  readonly show: Show;
  readonly optimizer: Optimizer;
  readonly noisy: boolean;
  readonly steps: number;
  readonly swept: Swept;
}

export const settingOf = (knobs: Knobs): Setting => ({
  show: knobs["show"] as Show,
  optimizer: knobs["optimizer"] as Optimizer,
  noisy: knobs["noisy"] === true,
  steps: Number(knobs["steps"]),
  swept: knobs["swept"] as Swept,
});

/** Whether a buffer of former gradients goes into each step. */
export const carries = (optimizer: Optimizer): boolean => optimizer === "momentum" || optimizer === "nesterov";
/** Whether each step is divided by the size that gradients have had. */
export const rescales = (optimizer: Optimizer): boolean => optimizer === "rmsprop" || optimizer === "adam";

/** An optimizer in the middle of a sentence. */
export const optimizerNames: Readonly<Record<Optimizer, string>> = {
  sgd: "SGD",
  momentum: "SGD with momentum",
  nesterov: "SGD with Nesterov momentum",
  rmsprop: "RMSprop",
  adam: "Adam",
};

const slider = (
  name: string,
  label: string,
  folder: string,
  [min, max, step, initial]: readonly [number, number, number, number],
  more: Partial<Slider> = {},
): Slider => ({ kind: "slider", name, label, folder, turns: "value", min, max, step, initial, ...more });

const choice = (
  name: string,
  label: string,
  folder: string,
  options: readonly (readonly [value: string, label: string])[],
  more: Partial<Choice> = {},
): Choice => ({
  kind: "choice",
  name,
  label,
  folder,
  turns: "structure",
  initial: options[0][0],
  options: options.map(([value, title]) => ({ value, label: title })),
  ...more,
});

/** The ends of the sliders that an outcome map sweeps: its axes. */
export const reaches = {
  lr: [0, 2.5],
  curvature: [0.1, 4],
  momentum: [0, 0.95],
} as const;

export const knobs: readonly Knob[] = [
  slider("lr", "rate η", "Step", [...reaches.lr, 0.01, 1.5]),
  choice("optimizer", "optimizer", "Step", [
    ["sgd", "SGD"],
    ["momentum", "momentum"],
    ["nesterov", "Nesterov"],
    ["rmsprop", "RMSprop"],
    ["adam", "Adam"],
  ]),
  slider("momentum", "momentum μ", "Step", [...reaches.momentum, 0.01, 0.9]),
  slider("steps", "steps", "Step", [1, 50, 1, 10], { turns: "structure" }),
  slider("w0", "start w₀", "Loss", [-5, 5, 0.1, 1]),
  slider("curvature", "curvature λ", "Loss", [...reaches.curvature, 0.05, 1]),
  choice("show", "view", "View", [
    ["parabola", "parabola"],
    ["bowl", "bowl"],
    ["map", "outcome map"],
  ]),
  slider("w0second", "start, 2nd", "View", [-5, 5, 0.1, 2.4], { onlyWhile: { knob: "show", is: "bowl" } }),
  slider("second", "curvature, 2nd", "View", [0.1, 4, 0.05, 0.2], { onlyWhile: { knob: "show", is: "bowl" } }),
  choice(
    "swept",
    "map against",
    "View",
    [
      ["curvature", "curvature λ"],
      ["momentum", "momentum μ"],
    ],
    { onlyWhile: { knob: "show", is: "map" } },
  ),
  { kind: "toggle", name: "noisy", label: "batch noise", folder: "Batches", turns: "structure", initial: false },
  slider("noise", "noise", "Batches", [0, 2, 0.05, 0.5], { onlyWhile: { knob: "noisy", is: true } }),
  slider("seed", "draw", "Batches", [1, 999, 1, 1], { onlyWhile: { knob: "noisy", is: true } }),
];
