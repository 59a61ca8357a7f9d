/** What can be turned at station 2. */
import type { Choice, Knob, Slider } from "../../story/station";
import { functions } from "./functions";

const ofStack = { knob: "show", is: "stack" } as const;

const slider = (
  name: string,
  label: string,
  [min, max, step, initial]: readonly [number, number, number, number],
  more: Partial<Slider> = {},
): Slider => ({ kind: "slider", name, label, turns: "value", min, max, step, initial, ...more });

const choice = (
  name: string,
  label: string,
  initial: string,
  options: Readonly<Record<string, string>>,
  more: Partial<Choice>,
): Choice => ({
  kind: "choice",
  name,
  label,
  turns: "value",
  initial,
  options: Object.entries(options).map(([value, written]) => ({ value, label: written })),
  ...more,
});

const labels = Object.fromEntries(Object.entries(functions).map(([name, { label }]) => [name, label]));

export const knobs: readonly Knob[] = [
  choice("show", "show", "function", { function: "one function", stack: "a deep stack" }, { turns: "structure" }),
  choice("activation", "function", "leaky_relu", labels, { turns: "structure" }),
  slider("slope", "slope α", [0, 0.5, 0.005, 0.01], { onlyWhile: { knob: "activation", is: "leaky_relu" } }),
  slider("alpha", "ELU's α", [0.1, 2, 0.1, 1], { onlyWhile: { knob: "activation", is: "elu" } }),
  slider("depth", "layers", [5, 50, 5, 20], { turns: "structure", folder: "Stack", onlyWhile: ofStack }),
  choice(
    "init",
    "weights",
    "kaiming",
    { kaiming: "Kaiming", xavier: "Xavier", small: "too small", large: "too large" },
    { folder: "Stack", onlyWhile: ofStack },
  ),
  slider("scale", "times", [0.5, 2, 0.05, 1], { folder: "Stack", onlyWhile: ofStack }),
  slider("seed", "seed", [1, 99, 1, 1], { folder: "Stack", onlyWhile: ofStack }),
  choice(
    "axis",
    "bins",
    "linear",
    { linear: "evenly", powers: "by powers of ten" },
    { folder: "Stack", onlyWhile: ofStack },
  ),
];
