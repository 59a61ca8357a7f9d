/** What can be turned at station 11. */
import type { Knob } from "../../story/station";

const slider = (name: string, label: string, folder: string, [min, max, step, initial]: readonly number[]) =>
  ({ kind: "slider", name, label, folder, turns: "value", min, max, step, initial }) as const;

const choice = (
  name: string,
  label: string,
  folder: string,
  turns: Knob["turns"],
  options: Readonly<Record<string, string>>,
) =>
  ({
    kind: "choice",
    name,
    label,
    folder,
    turns,
    initial: Object.keys(options)[0],
    options: Object.entries(options).map(([value, text]) => ({ value, label: text })),
  }) as const;

/** Names with a number in front would be sorted: widths and heads are listed as they stand. */
const counted = (name: string, label: string, folder: string, values: readonly string[]) =>
  ({
    kind: "choice",
    name,
    label,
    folder,
    turns: "structure",
    initial: values[0],
    options: values.map((value) => ({ value, label: value })),
  }) as const;

export const knobs: readonly Knob[] = [
  choice("view", "view", "Picture", "view", {
    attention: "attention",
    input: "input",
    shuffle: "shuffle",
    learning: "what E learns",
  }),
  slider("order", "shuffle", "Picture", [1, 99, 1, 1]),
  choice("vocabulary", "entry 4", "Tokens", "structure", { plain: "“dog”", before: "“␣dog”", around: "“␣dog␣”" }),
  choice("positions", "positions", "Tokens", "structure", { none: "none", sinusoidal: "sinusoidal" }),
  counted("dim", "width d", "Tokens", ["4", "8"]),
  slider("seed", "seed", "Tokens", [1, 99, 1, 1]),
  counted("heads", "heads", "Attention", ["1", "2", "4"]),
  { kind: "toggle", name: "causal", label: "causal mask", folder: "Attention", turns: "structure", initial: false },
  slider("temperature", "temperature", "Attention", [0.25, 4, 0.05, 1]),
  choice("upstream", "dO", "Attention", "value", { dog: "first dog", ones: "all ones", random: "random" }),
];
