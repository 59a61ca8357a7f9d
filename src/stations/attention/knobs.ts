/** What can be turned at station 11. */
import { choice, slider, toggle } from "../../story/knob";
import type { Knob } from "../../story/station";

const picture = { folder: "Picture" } as const;
const tokens = { folder: "Tokens" } as const;
const attention = { folder: "Attention" } as const;

export const knobs: readonly Knob[] = [
  choice("view", "view", ["attention", "input", "shuffle", ["learning", "what E learns"]], "attention", {
    ...picture,
    turns: "view",
  }),
  slider("order", "shuffle", [1, 99, 1, 1], picture),
  choice(
    "vocabulary",
    "entry 4",
    [
      ["plain", "“dog”"],
      ["before", "“␣dog”"],
      ["around", "“␣dog␣”"],
    ],
    "plain",
    tokens,
  ),
  choice("positions", "positions", ["none", "sinusoidal"], "none", tokens),
  choice("dim", "width d", ["4", "8"], "4", tokens),
  slider("seed", "seed", [1, 99, 1, 1], tokens),
  choice("heads", "heads", ["1", "2", "4"], "1", attention),
  toggle("causal", "causal mask", false, attention),
  slider("temperature", "temperature", [0.25, 4, 0.05, 1], attention),
  choice("upstream", "dO", [["dog", "first dog"], ["ones", "all ones"], "random"], "dog", {
    ...attention,
    turns: "value",
  }),
];
