/** What station 12 claims, each computed from the present numbers. */
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { hidden, type Model } from "./model";

export type Fate = "vanishes" | "keeps its size" | "explodes";
const fates: readonly Fate[] = ["vanishes", "keeps its size", "explodes"];

/** What becomes of a gradient whose size is multiplied by this on its way back. */
export const fateOf = (factor: number): Fate => {
  if (factor < 0.1) return "vanishes";
  return factor > 10 ? "explodes" : "keeps its size";
};

const source = "Midterm review recitation, RNN diagnostics";

export function claims(m: Model): readonly Claim[] {
  const { distance, steps } = m;
  const radius = (results: Results): number => results.value(m.given.radius, 0);
  const norm = (results: Results): number => results.value(m.distances.norms, distance);
  return [
    {
      id: "fate",
      prompt: `Linear, or tanh near 0: what does $\\rho^{${distance}}$ do to a gradient?`,
      given: "The radius ρ is among the parameters. Below a tenth counts as vanishing, above ten as exploding.",
      asks: { kind: "choice", options: fates },
      answer: (results) => fateOf(radius(results) ** distance),
      source,
      shows: { cells: [] },
    },
    {
      id: "power",
      prompt: `$\\rho^{${distance}}$`,
      answer: (results) => radius(results) ** distance,
      source,
      shows: { cells: [] },
    },
    {
      id: "norm",
      prompt: `$\\lVert\\partial h_{${distance}}/\\partial h_0\\rVert$, measured`,
      asks: m.activation === "linear" ? { kind: "numbers" } : "never",
      answer: norm,
      source,
      shows: { cells: [], pin: { tensor: m.distances.norms, at: distance } },
    },
    {
      id: "slopes",
      prompt: "of which the slopes of the activation alone",
      asks: m.activation === "linear" ? { kind: "numbers" } : "never",
      answer: (results) => results.value(m.distances.slopes, distance),
      source,
      shows: { cells: [], pin: { tensor: m.distances.slopes, at: distance } },
    },
    {
      id: "parts",
      prompt: "Parts that the gradient of $W_{hh}$ gathers",
      given: `The network is drawn over ${steps} steps.`,
      answer: () => m.parts.length,
      source,
      shows: { step: m.writer(m.total), cells: [] },
    },
    {
      id: "first-part",
      prompt: "The part of step 1, in its first cell",
      given: "Before the first step the state is $h_0 = 0$, unless you have changed it.",
      answer: (results) => results.value(m.parts[0], 0),
      source,
      shows: { step: m.writer(m.parts[0]), cells: [{ tensor: m.parts[0], at: 0 }] },
    },
    {
      id: "jacobian",
      prompt: "Shape of $\\partial h_T/\\partial h_t$",
      asks: { kind: "shape" },
      given: `A state has ${hidden} cells.`,
      answer: () => `${hidden}×${hidden}`,
      source,
      shows: { cells: [] },
    },
    {
      id: "factor",
      prompt: "Factor of the clipping",
      asks: "never",
      answer: (results) => results.value(m.clip.factor, 0),
      source,
      shows: { step: m.writer(m.clip.clipped), cells: [], pin: { tensor: m.clip.factor, at: 0 } },
    },
    ...(m.memory ? [lstmClaim(m, m.memory.norms)] : []),
  ];
}

const lstmClaim = ({ distance }: Model, norms: NonNullable<Model["memory"]>["norms"]): Claim => ({
  id: "lstm",
  prompt: `$\\lVert\\partial c_{${distance}}/\\partial c_1\\rVert$ of the LSTM`,
  asks: "never",
  answer: (results) => results.value(norms, distance - 1),
  source,
  shows: { cells: [], pin: { tensor: norms, at: distance - 1 } },
});
