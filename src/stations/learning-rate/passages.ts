/** What station 1 tells beside the picture. */
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import type { Knobs, Passage, Plot, Preset } from "../../story/station";
import { rowIds } from "./claims";
import { plain } from "./knobs";
import { trained } from "./map";
import type { Model } from "./model";
import { atRate, horizon, recited } from "./rates";

export function passages(m: Model, known: ReadonlySet<string>): readonly Passage[] {
  const told = (...ids: readonly string[]): Passage => ({ kind: "claims", ids: ids.filter((id) => known.has(id)) });
  return [
    {
      kind: "text",
      text: "A ball lies on the loss and steps downhill. The gradient says which way is down and how steep it is; the rate $\\eta$ says how far to trust it.",
    },
    { kind: "formula", tex: "L(w) = \\tfrac12\\lambda w^2" },
    { kind: "formula", tex: "w \\leftarrow w - \\eta\\,\\lambda w = (1-\\eta\\lambda)\\,w" },
    {
      kind: "text",
      text: "On a parabola every step multiplies $w$ by the same number. While $|1-\\eta\\lambda| < 1$ the ball comes closer; once $\\eta$ passes $2/\\lambda$ each step overshoots by more than it gained.",
    },
    told("too-large", "factor", "bound", "fate"),
    { kind: "presets", title: "The recitation's five rates", presets: rates },
    { kind: "claims", ids: rowIds },
    { kind: "plot", plot: distances(m) },
    {
      kind: "text",
      text: "With more than one direction the steepest one sets the limit: $\\eta < 2/\\lambda_{\\max}$. The flat one then crawls. Momentum carries the ball along the valley; RMSprop and Adam divide each direction by the size of its own gradients.",
    },
    { kind: "presets", title: "In a bowl", presets: bowls },
    told("bound-bowl"),
    { kind: "presets", title: "Other steps", presets: others },
    {
      kind: "text",
      text: `In the outcome map every pixel is a whole training of ${trained} steps. Its colour says what is left of the distance: at most a thousandth (converged), less than all with or without changing sides (oscillating, converging), no less (bounded), or more than a thousand times as much (diverged).`,
    },
    { kind: "presets", title: "All rates at once", presets: maps },
    {
      kind: "note",
      title: "Where the curvature cancels",
      text: "RMSprop and Adam divide the gradient by its own size. Twice the curvature doubles both, so the steps stay as they are: in their maps each column has one colour from bottom to top, and there is no $2/\\lambda$ to stay below.",
    },
    {
      kind: "try",
      text: "Drag the rate slowly from 0 to 2.5 and name each change before it comes: creeping, landing in one step, swinging, bouncing, leaving the frame.",
    },
  ];
}

// ── presets ─────────────────────────────────────────────────────────────────

const start: Knobs = { ...plain, w0: 1, curvature: 1 };

const outcomes: Readonly<Record<(typeof recited)[number], string>> = {
  0.1: "0.9, 0.81, 0.729 …: on its way, and slow.",
  1: "The gradient points at the minimum and says exactly how far: there in one step.",
  1.5: "−0.5, 0.25, −0.125 …: it oscillates, and converges.",
  2: "−1, 1, −1 …: it bounces for ever between two points of the same height.",
  2.1: "−1.1, 1.21, −1.331 …: every step is 10 % larger than the last, and the ball leaves the frame.",
};

const rates: readonly Preset[] = recited.map((rate) => ({
  id: `rate-${rate}`,
  label: `η = ${rate}`,
  outcome: outcomes[rate],
  knobs: { ...start, lr: rate },
}));

const valley: Knobs = { ...plain, show: "bowl", w0: 1, w0second: 2.4, curvature: 1, second: 0.2, steps: 20 };

const bowls: readonly Preset[] = [
  {
    id: "bowl-1.8",
    label: "A narrow valley, η = 1.8",
    outcome: "Across the valley it swings, by a factor of −0.8; along it, it moves by 0.64.",
    knobs: { ...valley, lr: 1.8 },
  },
  {
    id: "bowl-2.1",
    label: "Just beyond 2/λmax, η = 2.1",
    outcome: "Along the valley all is well. Across it every step is 10 % larger: that is enough to diverge.",
    knobs: { ...valley, lr: 2.1 },
  },
  {
    id: "bowl-momentum",
    label: "With momentum, η = 0.3",
    outcome: "It rolls through the valley and past the minimum, and comes back.",
    knobs: { ...valley, lr: 0.3, optimizer: "momentum", momentum: 0.8 },
  },
  {
    id: "bowl-adam",
    label: "Adam, η = 0.3",
    outcome:
      "Both directions are scaled to the same pace: it sets out diagonally, and swings past the minimum on its memory.",
    knobs: { ...valley, lr: 0.3, optimizer: "adam" },
  },
];

const others: readonly Preset[] = [
  {
    id: "momentum-late",
    label: "Momentum beyond SGD's limit",
    outcome: "η = 2.5 with μ = 0.5: stable up to 2(1+μ)/λ = 3, and it swings its way in.",
    knobs: { ...start, optimizer: "momentum", lr: 2.5, momentum: 0.5, steps: 20 },
  },
  {
    id: "adam-circles",
    label: "Adam with a large rate",
    outcome: "η = 1: it runs past the minimum with its memory of the way down, and needs its time to settle.",
    knobs: { ...start, optimizer: "adam", lr: 1, steps: 30 },
  },
  {
    id: "noisy",
    label: "SGD on noisy batches",
    outcome: "Each batch tilts the gradient a little: the ball comes near the minimum and never comes to rest.",
    knobs: { ...start, lr: 0.3, noisy: true, noise: 0.5, steps: 40 },
  },
];

const mapped: Knobs = { ...start, show: "map", swept: "curvature" };

const maps: readonly Preset[] = [
  {
    id: "map-curvature",
    label: "Rate against curvature",
    outcome: "The border between blue and red is η = 2/λ, found by training and drawn by theory.",
    knobs: { ...mapped, lr: 1.5 },
  },
  {
    id: "map-momentum",
    label: "Rate against momentum",
    outcome: "With λ = 2 the border is η = 1 + μ: momentum lets a larger rate be stable.",
    knobs: { ...mapped, optimizer: "momentum", swept: "momentum", curvature: 2, lr: 1.2, momentum: 0.5 },
  },
  {
    id: "map-nesterov",
    label: "The same by Nesterov",
    outcome: "Looking ahead costs room: the border leans the other way, η = (1 + μ)/(1 + 2μ).",
    knobs: { ...mapped, optimizer: "nesterov", swept: "momentum", curvature: 2, lr: 0.6, momentum: 0.5 },
  },
  {
    id: "map-rmsprop",
    label: "RMSprop against curvature",
    outcome: "No border: only the rate decides, and only between coming to rest and swinging around the minimum.",
    knobs: { ...mapped, optimizer: "rmsprop", lr: 0.3 },
  },
];

// ── the plot ────────────────────────────────────────────────────────────────

/** How far each of the recitation's rates is from the minimum: straight lines, as powers are on such a scale. */
function distances(m: Model): Plot {
  const away = (results: Results, column: number): readonly number[] =>
    Array.from({ length: horizon + 1 }, (_, t) => Math.abs(atRate(m.rates, results, column, t)));
  return {
    title: "How far from the minimum, $|w_t|$, by plain SGD",
    across: "step",
    up: "logarithm",
    curves: (results) => ({
      x: Array.from({ length: horizon + 1 }, (_, t) => t),
      lines: recited.map((rate, column) => ({ name: `η = ${format(rate)}`, y: away(results, column) })),
    }),
  };
}
