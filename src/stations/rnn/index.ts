/** Station 12: a recurrent network, and what becomes of a gradient that goes back through time. */
import type { Tensor } from "../../core/graph";
import type { Results } from "../../story/results";
import { drawKnobs, span } from "../../story/practice";
import type { Knobs, Lesson, Slider, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { feed } from "./feed";
import { model, type Activation, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model({
    activation: knobs["activation"] as Activation,
    steps: Number(knobs["steps"]),
    distance: Number(knobs["distance"]),
    lstm: knobs["lstm"] === true,
  });
  const { x, h0, w_ih, b, upstream } = m.given;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [h0, w_ih, b, x, upstream].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => shown(m),
    groups: {
      values: [m.w_hh, m.drawn, ...m.states],
      gradients: [m.total, m.clip.clipped, ...m.gradients, ...m.parts],
    },
    opens: m.writer(m.total),
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

const shown = (m: Model): ReturnType<Lesson["shown"]> => [
  { tensor: m.w_hh },
  ...m.states.map((tensor, t) => ({ tensor, gradient: m.gradients[t] })),
  ...m.parts.map((tensor) => ({ tensor })),
  { tensor: m.total },
  { tensor: m.clip.norm },
  { tensor: m.clip.factor },
  { tensor: m.clip.clipped },
  { tensor: m.distances.norms },
  { tensor: m.distances.slopes },
  ...(m.memory ? [{ tensor: m.memory.norms }] : []),
];

function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const value = results.value(tensor, at);
  if (!Number.isFinite(value)) return "Larger than float32 can hold: the gradient has exploded.";
  if (tensor === m.w_hh) return "ρ times an orthogonal matrix: it turns a vector and changes its length by ρ.";
  if (tensor === m.total) return `The sum of ${m.steps} parts, one per step.`;
  if (tensor === m.distances.norms) return `How much the last state changes with the state ${at} steps before it.`;
  if (tensor === m.distances.slopes) return `What ${at} slopes of the activation leave, the weights aside.`;
  const part = m.parts.indexOf(tensor);
  if (part >= 0) return `What step ${part + 1} adds: it read h${part} with this weight.`;
  const state = m.gradients.indexOf(tensor);
  return state >= 0 && state < m.steps ? `Came back through ${m.steps - state} steps.` : undefined;
}

const slider = (
  name: string,
  label: string,
  turns: Slider["turns"],
  [min, max, step, initial]: readonly [number, number, number, number],
  folder?: string,
): Slider => ({ kind: "slider", name, label, turns, min, max, step, initial, ...(folder !== undefined && { folder }) });

export const station: Station = {
  id: "rnn",
  ...entry,
  title: "A gradient’s way back through time",
  eyebrow: "Station 12, RNN diagnostics",
  source: "Midterm review recitation, RNN diagnostics (a title without content there)",
  granularity: "op",
  granularities: ["op", "pass"],
  knobs: [
    slider("radius", "radius ρ", "value", [0.1, 1.5, 0.01, 1]),
    {
      kind: "choice",
      name: "activation",
      label: "activation",
      turns: "structure",
      initial: "tanh",
      options: [
        { value: "tanh", label: "tanh" },
        { value: "linear", label: "none (linear)" },
      ],
    },
    slider("inputs", "size of x", "value", [0, 3, 0.01, 1]),
    slider("seed", "draw", "value", [1, 99, 1, 1]),
    slider("steps", "drawn steps", "structure", [2, 8, 1, 4], "Time"),
    slider("distance", "steps back", "structure", [10, 50, 1, 30], "Time"),
    slider("threshold", "clip at", "value", [0.01, 10, 0.01, 1], "Clipping"),
    { kind: "toggle", name: "lstm", label: "LSTM beside", turns: "structure", initial: true, folder: "LSTM" },
    { ...slider("forget", "forget bias", "value", [-3, 6, 0.1, 1], "LSTM"), onlyWhile: { knob: "lstm", is: true } },
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      activation: ["linear", "tanh"],
      radius: [0.5, 0.8, 0.9, 1, 1.1, 1.2, 1.5],
      distance: [10, 20, 30],
      steps: span(2, 6),
      seed: span(2, 99),
    }),
  }),
  feed: (lesson, knobs, edits) => feed(built.get(lesson)!, knobs, edits),
};
