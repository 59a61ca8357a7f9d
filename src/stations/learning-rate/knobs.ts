/** What can be turned at station 1, and how a lesson reads it. */
import { choice, slider, toggle } from "../../story/knob";
import type { Knob, Knobs } from "../../story/station";

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

/** The ends of the sliders that an outcome map sweeps: its axes. */
export const reaches = {
  lr: [0, 2.5],
  curvature: [0.1, 4],
  momentum: [0, 0.95],
} as const;

const step = { folder: "Step" } as const;
const ofMomentum = { ...step, onlyWhile: { knob: "optimizer", is: ["momentum", "nesterov"] } } as const;
const view = { folder: "View" } as const;
const loss = { folder: "Loss" } as const;
const ofBowl = { ...loss, onlyWhile: { knob: "show", is: "bowl" } } as const;
const ofMap = { ...view, onlyWhile: { knob: "show", is: "map" } } as const;
const ofNoise = { folder: "Batches", onlyWhile: { knob: "noisy", is: true } } as const;

export const knobs: readonly Knob[] = [
  slider("lr", "rate η", [...reaches.lr, 0.01, 1.5], step),
  choice(
    "optimizer",
    "optimizer",
    [
      ["sgd", "SGD"],
      ["momentum", "momentum"],
      ["nesterov", "Nesterov"],
      ["rmsprop", "RMSprop"],
      ["adam", "Adam"],
    ],
    "sgd",
    step,
  ),
  slider("momentum", "momentum μ", [...reaches.momentum, 0.01, 0.9], ofMomentum),
  slider("steps", "steps", [1, 50, 1, 10], { ...step, turns: "structure" }),
  slider("w0", "start w₀", [-5, 5, 0.1, 1], loss),
  slider("curvature", "curvature λ", [...reaches.curvature, 0.05, 1], loss),
  slider("w0second", "start w′₀", [-5, 5, 0.1, 2.4], ofBowl),
  slider("second", "curvature λ′", [0.1, 4, 0.05, 0.2], ofBowl),
  choice("show", "view", ["parabola", "bowl", ["map", "outcome map"]], "parabola", view),
  choice(
    "swept",
    "map against",
    [
      ["curvature", "curvature λ"],
      ["momentum", "momentum μ"],
    ],
    "curvature",
    ofMap,
  ),
  toggle("noisy", "batch noise", false, { folder: "Batches" }),
  slider("noise", "noise", [0, 2, 0.05, 0.5], ofNoise),
  slider("seed", "draw", [1, 999, 1, 1], ofNoise),
];

/** The knobs at which plain SGD runs on the parabola for all to see. */
export const plain: Knobs = { show: "parabola", optimizer: "sgd", noisy: false, steps: 10 };
