/** What can be turned at station 2. */
import { choice, slider } from "../../story/knob";
import type { Knob } from "../../story/station";
import { functions } from "./functions";

const ofStack = { folder: "Stack", onlyWhile: { knob: "show", is: "stack" } } as const;
const labels = Object.entries(functions).map(([name, { label }]) => [name, label] as const);

export const knobs: readonly Knob[] = [
  choice(
    "show",
    "show",
    [
      ["function", "one function"],
      ["stack", "a deep stack"],
    ],
    "function",
  ),
  choice("activation", "function", labels, "leaky_relu"),
  slider("slope", "slope α", [0, 0.5, 0.005, 0.01], { onlyWhile: { knob: "activation", is: "leaky_relu" } }),
  slider("alpha", "ELU's α", [0.1, 2, 0.1, 1], { onlyWhile: { knob: "activation", is: "elu" } }),
  slider("depth", "layers", [5, 50, 5, 20], { ...ofStack, turns: "structure" }),
  choice(
    "init",
    "weights",
    [
      ["kaiming", "Kaiming"],
      ["xavier", "Xavier"],
      ["small", "too small"],
      ["large", "too large"],
    ],
    "kaiming",
    { ...ofStack, turns: "value" },
  ),
  slider("scale", "times", [0.5, 2, 0.05, 1], ofStack),
  slider("seed", "seed", [1, 99, 1, 1], ofStack),
  choice(
    "axis",
    "bins",
    [
      ["linear", "evenly"],
      ["powers", "by powers of ten"],
    ],
    "linear",
    { ...ofStack, turns: "value" },
  ),
];
