/** What station 12 claims, each computed from the present numbers. */
import { shortest } from "../../core/numeral";
import { shapeText } from "../../core/shape";
import { allCells } from "../../story/act";
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { curveStep } from "./far-picture";
import { fateOf, fates } from "./fate";
import type { Model } from "./model";

const source = "Midterm review recitation, RNN diagnostics";

/** The radius as the slider says it, not as float32 holds it. */
export const radiusOf = (m: Model, results: Results): number => shortest(results.value(m.given.radius, 0));

/** Seen in the network over its drawn steps. */
const network = { show: "network" } as const;
/** Seen at the end of the curves. */
const far = (m: Model): Pick<Claim["shows"], "knobs" | "step"> => ({
  knobs: { show: "distance" },
  step: curveStep(m),
});

export const claims = (m: Model): readonly Claim[] => [...farClaims(m), ...networkClaims(m), ...lstmClaims(m)];

function farClaims(m: Model): readonly Claim[] {
  const { distance, distances } = m;
  const power = (results: Results): number => radiusOf(m, results) ** distance;
  // With an activation the slopes decide, and nobody works out thirty of them by hand.
  const asks = m.activation === "linear" ? ({ kind: "numbers" } as const) : ("never" as const);
  return [
    {
      id: "fate",
      prompt: `What $${distance}$ steps back without an activation do to a gradient`,
      given: "$W_{hh}$ is ρ times an orthogonal matrix. Below a tenth counts as vanishing, above ten as exploding.",
      needs: ["radius", "distance"],
      asks: { kind: "choice", options: fates },
      answer: (results) => fateOf(power(results)),
      source,
      shows: { ...far(m), cells: [] },
    },
    {
      id: "power",
      prompt: `The power $\\rho^{${distance}}$`,
      needs: ["radius", "distance"],
      answer: power,
      source,
      shows: { ...far(m), cells: [] },
    },
    {
      id: "norm",
      prompt: `$\\lVert\\partial h_{${distance}}/\\partial h_0\\rVert$, measured`,
      given: `There is no activation, and $W_{hh}$ is ρ times an orthogonal matrix. The norm is the root mean square of the singular values: Frobenius, divided by $\\sqrt{${m.cells}}$.`,
      needs: ["radius", "distance"],
      asks,
      answer: (results) => results.value(distances.norms, distance),
      source,
      shows: { ...far(m), cells: allCells(distances.farthest), pin: { tensor: distances.norms, at: distance } },
    },
    {
      id: "slopes",
      prompt: `The product of the $${distance}$ slopes $f'(z_t)$ alone, without $W_{hh}$`,
      given: "There is no activation: $f(z) = z$.",
      needs: ["activation", "distance"],
      asks,
      answer: (results) => results.value(distances.slopes, distance),
      source,
      shows: { ...far(m), cells: [], pin: { tensor: distances.slopes, at: distance } },
    },
    {
      id: "jacobian",
      prompt: "Shape of $\\partial h_T/\\partial h_t$",
      asks: { kind: "shape" },
      needs: ["hidden"],
      answer: () => shapeText(distances.farthest.shape),
      source,
      shows: { ...far(m), cells: allCells(distances.farthest) },
    },
  ];
}

function networkClaims(m: Model): readonly Claim[] {
  return [
    {
      id: "parts",
      prompt: "Parts that the gradient of $W_{hh}$ gathers",
      given: "The loss is read off the last of the drawn steps.",
      needs: ["steps"],
      answer: () => m.parts.length,
      source,
      shows: { knobs: network, step: m.writer(m.total), cells: allCells(m.total) },
    },
    {
      id: "first-part",
      prompt: "The part of step 1, in its first cell",
      given:
        "The part of step $t$ is $\\partial L/\\partial z_t \\cdot h_{t-1}^{\\mathsf T}$: what arrives before the activation, times what the step read.",
      needs: ["steps"],
      answer: (results) => results.value(m.parts[0], 0),
      source,
      shows: { knobs: network, step: m.writer(m.parts[0]), cells: [{ tensor: m.parts[0], at: 0 }] },
    },
    {
      id: "factor",
      prompt: "Factor of the clipping",
      asks: "never",
      answer: (results) => results.value(m.clip.factor, 0),
      source,
      shows: {
        knobs: network,
        step: m.writer(m.clip.clipped),
        cells: allCells(m.clip.clipped),
        pin: { tensor: m.clip.factor, at: 0 },
      },
    },
  ];
}

function lstmClaims(m: Model): readonly Claim[] {
  const { distance, memory } = m;
  const last = distance - 1;
  return [
    {
      id: "lstm",
      prompt: `$\\lVert\\partial c_{${distance}}/\\partial c_1\\rVert$ of the LSTM`,
      asks: "never",
      answer: (results) => results.value(memory.norms, last),
      source,
      shows: { ...far(m), cells: [], pin: { tensor: memory.norms, at: last } },
    },
    {
      id: "gates",
      prompt: "Its forget gates alone leave",
      asks: "never",
      answer: (results) => results.value(memory.gates, last),
      source,
      shows: { ...far(m), cells: [], pin: { tensor: memory.gates, at: last } },
    },
  ];
}
