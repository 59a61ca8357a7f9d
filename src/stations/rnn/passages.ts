/** The lesson of station 12. */
import type { Results } from "../../story/results";
import type { Passage, Plot } from "../../story/station";
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
  { kind: "claims", ids: ["fate", "power", "norm", "slopes", ...(m.memory ? ["lstm"] : [])] },
  { kind: "plot", plot: curves(m) },
  {
    kind: "text",
    text: "The norm is the root mean square of the singular values, the Frobenius norm over $\\sqrt{3}$, so that the linear curve is $\\rho^n$ itself.",
  },
  {
    kind: "presets",
    title: "Radii",
    presets: [
      {
        id: "below",
        label: "ρ = 0.5",
        outcome: "Twenty steps back a millionth is left, activation or not.",
        knobs: { radius: 0.5 },
      },
      {
        id: "at",
        label: "ρ = 1, linear",
        outcome: "Nothing is lost and nothing grows, however far.",
        knobs: { radius: 1, activation: "linear" },
      },
      {
        id: "above",
        label: "ρ = 1.5, linear",
        outcome: "It explodes: every step back makes it half as large again.",
        knobs: { radius: 1.5, activation: "linear" },
      },
      {
        id: "saturated",
        label: "ρ = 1.5, tanh",
        outcome:
          "The radius says explode, the slopes say vanish. With inputs this large most states saturate, and the slopes win.",
        knobs: { radius: 1.5, activation: "tanh", inputs: 1 },
      },
    ],
  },
  {
    kind: "text",
    text: "In the picture states go right and gradients come back left. $W_{hh}$ was used at every step, so each step adds a part to its gradient; the sum of the parts is the gradient.",
  },
  { kind: "claims", ids: ["parts", "first-part", "jacobian", "factor"] },
  {
    kind: "note",
    title: "Clipping by norm",
    text: "A gradient longer than the threshold is shortened to it as a whole: $\\min(1, c/\\lVert g\\rVert)$ multiplies every cell, and the direction stays. It mends exploding, never vanishing: nothing brings back what has become 0.",
  },
  {
    kind: "note",
    title: "Why an LSTM",
    text: "Its cell state is passed on by a product with the forget gate, $c_t = f_t c_{t-1} + \\dots$, not by a matrix and a squashing function. A gate near 1 lets a gradient travel far: raise the bias of the forget gate and watch its curve flatten.",
  },
  {
    kind: "try",
    text: "Set the radius to 1.5 and drag the size of the inputs from 0 to 3: the curve turns from exploding to vanishing though the weights stay the same.",
  },
];

/** Sizes against the distance; a number that float32 has rounded to 0 or that has become infinite leaves a gap. */
const curves = (m: Model): Plot => ({
  title: "How much a state $n$ steps back still matters",
  across: "steps back, n",
  up: "logarithm",
  curves: (results) => {
    const distances = Array.from({ length: m.distance + 1 }, (_, n) => n);
    const radius = results.value(m.given.radius, 0);
    const { memory } = m;
    return {
      x: distances,
      lines: [
        {
          name: "$\\lVert\\partial h_T/\\partial h_t\\rVert$",
          y: distances.map((n) => results.value(m.distances.norms, n)),
        },
        { name: "$\\rho^n$", y: distances.map((n) => radius ** n) },
        { name: "slopes alone", y: distances.map((n) => results.value(m.distances.slopes, n)) },
        ...(memory
          ? [
              {
                name: "LSTM, $\\lVert\\partial c_T/\\partial c_t\\rVert$",
                y: distances.map((n) => fromMemory(results, memory.norms, n)),
              },
            ]
          : []),
      ],
    };
  },
});

/** The LSTM's first cell state is that of step 1, so that its farthest distance is one step shorter. */
const fromMemory = (results: Results, norms: NonNullable<Model["memory"]>["norms"], n: number): number =>
  n < norms.shape[0] ? results.value(norms, n) : Number.NaN;
