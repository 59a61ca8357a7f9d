/** What can be turned at station 3. */
import { choice, slider } from "../../story/knob";
import type { Knob } from "../../story/station";

const structure = { turns: "structure" } as const;
const averages = { folder: "Running averages" } as const;
const scaleAndShift = { folder: "Scale and shift" } as const;
const moved = { folder: "One cell moved" } as const;

export const knobs: readonly Knob[] = [
  choice(
    "method",
    "method",
    [
      ["training", "BN, training"],
      ["inference", "BN, inference"],
      ["layer", "LayerNorm"],
    ],
    "training",
  ),
  slider("samples", "samples", [1, 8, 1, 4], structure),
  slider("features", "features", [1, 6, 1, 3], structure),
  slider("batches", "batches seen", [0, 12, 1, 5], { ...averages, ...structure }),
  slider("momentum", "momentum", [0, 1, 0.01, 0.1], averages),
  slider("gamma", "γ", [-3, 3, 0.1, 2], scaleAndShift),
  slider("beta", "β", [-3, 3, 0.1, 1], scaleAndShift),
  slider("epsilon", "ε, power of 10", [-8, 1, 1, -5], scaleAndShift),
  slider("sample", "sample", [0, 7, 1, 1], moved),
  slider("feature", "feature", [0, 5, 1, 0], moved),
  slider("by", "moved by", [-8, 8, 0.5, 4], moved),
  slider("seed", "seed", [1, 99, 1, 43], { folder: "Picture" }),
];
