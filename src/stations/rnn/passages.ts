/** The lesson of station 12. */
import type { Passage, Plot, Preset } from "../../story/station";
import { curvesOf } from "./far-curves";
import type { Model } from "./model";

export const passages = (m: Model): readonly Passage[] => [
  {
    kind: "text",
    text: "A recurrent network reads one input after the other and carries a state along. Every step uses the same weights, so a gradient that goes back through $n$ steps meets $W_{hh}$ $n$ times.",
  },
  {
    kind: "formula",
    tex: "\\frac{\\partial h_T}{\\partial h_t} = \\prod_{s=t+1}^{T} \\mathrm{diag}\\big(f'(z_s)\\big)\\, W_{hh}",
  },
  {
    kind: "text",
    text: "Here $W_{hh}$ is $\\rho$ times an orthogonal matrix: it turns a vector and changes its length by exactly $\\rho$. Without an activation the sizes therefore go as $\\rho^n$. With $\\tanh$ every step multiplies by a slope of at most 1 as well, and where the states saturate the slopes are close to 0.",
  },
  { kind: "claims", ids: ["fate", "power", "norm", "slopes", "jacobian"] },
  { kind: "plot", plot: curves(m) },
  {
    kind: "text",
    text: "The norm is the root mean square of the singular values, the Frobenius norm over the root of their count, so that without an activation the curve is $\\rho^n$ itself. The view “how far back” draws the curves large and plays them.",
  },
  { kind: "presets", title: "Radii", presets },
  {
    kind: "text",
    text: "Large inputs drive $\\tanh$ into saturation, and how far depends on the draw: from one to the next what is left over 50 steps changes by many powers of ten.",
  },
  {
    kind: "text",
    text: "In the view “RNN” states go right and gradients come back left. $W_{hh}$ was used at every step, so each step adds a part to its gradient; the sum of the parts is the gradient.",
  },
  { kind: "claims", ids: ["parts", "first-part", "factor"] },
  {
    kind: "note",
    title: "Clipping by norm",
    text: "A gradient longer than the threshold is shortened to it as a whole: $\\min(1, c/\\lVert g\\rVert)$ multiplies every cell, and the direction stays. It mends exploding, never vanishing: nothing brings back what has become 0.",
  },
  {
    kind: "note",
    title: "Why an LSTM",
    text: "Its cell state is passed on by a product with the forget gate, $c_t = f_t \\odot c_{t-1} + \\dots$, not by a matrix and a squashing function. Back along it a gradient is multiplied by the gates alone, and a gate near 1 lets it travel far. The view “LSTM” shows the gates and the way back; raise the forget bias and watch the curve flatten.",
  },
  { kind: "claims", ids: ["lstm", "gates"] },
  {
    kind: "try",
    text: "Set the radius to 1.5 and drag the size of the inputs from 0 to 3: the curve turns from exploding to vanishing though the weights stay the same.",
  },
];

const far = { show: "distance" } as const;

const presets: readonly Preset[] = [
  {
    id: "below",
    label: "ρ = 0.5",
    outcome:
      "Without an activation a millionth would be left twenty steps back; the slopes of $\\tanh$ take still more of it.",
    knobs: { ...far, radius: 0.5 },
  },
  {
    id: "at",
    label: "ρ = 1, linear",
    outcome: "Nothing is lost and nothing grows, however far.",
    knobs: { ...far, radius: 1, activation: "linear" },
  },
  {
    id: "above",
    label: "ρ = 1.5, linear",
    outcome: "It explodes: every step back makes it half as large again.",
    knobs: { ...far, radius: 1.5, activation: "linear" },
  },
  {
    id: "saturated",
    label: "ρ = 1.5, tanh",
    outcome:
      "The radius says explode, the slopes say vanish, and the slopes win: over 50 steps of this draw about 4e−8 is left. Other draws leave far more or far less.",
    knobs: { ...far, radius: 1.5, activation: "tanh", inputs: 1, distance: 50, hidden: 3, seed: 85 },
  },
];

/** Sizes against the distance; a number that float32 has rounded to 0 or that has become infinite leaves a gap. */
const curves = (m: Model): Plot => ({
  title: "How much a state $n$ steps back still matters",
  across: "steps back, n",
  up: "logarithm",
  curves: (results) => {
    const distances = Array.from({ length: m.distance + 1 }, (_, n) => n);
    return {
      x: distances,
      lines: curvesOf(m).map(({ name, tensor }) => ({
        name,
        // The LSTM's first cell state is that of step 1, so that its farthest distance is one step shorter.
        y: Array.from({ length: tensor.shape[0] }, (_, n) => results.value(tensor, n)),
      })),
    };
  },
});
