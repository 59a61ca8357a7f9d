/** Station 6, question 2: two neurons, one example, and the SGD step that kills both. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import { normal } from "../../core/random";
import { drawKnobs, span } from "../../story/practice";
import type { Results } from "../../story/results";
import type { Feed, Knobs, Lesson, Shown, Station } from "../../story/station";
import { claims, last } from "./claims";
import { entry } from "./entry";
import { mapPhases, mapPicture } from "./map-picture";
import { mapRemark } from "./map-words";
import { horizon, model, type Activation, type Iteration, type Model } from "./model";
import { mapChoice, settingsOf, startOf } from "./outcomes";
import { kaimingDeviation, passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model(knobs["activation"] as Activation, knobs["biased"] === true, mapChoice(knobs));
  const map = m.outcomes?.map;
  const played = m.iterations.slice(0, Number(knobs["steps"]));
  const [first] = m.iterations;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => (map ? mapPhases(m, map) : phases(m, played.length)),
    claims: claims(m),
    passages: passages(m),
    editable: [],
    shown: (iteration) => shown(m, m.iterations[Math.min(iteration, horizon - 1)]),
    groups: {
      values: played.flatMap((it) => [
        m.x,
        m.y,
        ...Object.values(it.weights),
        ...it.neurons.flatMap(({ z, a }) => [z, a]),
        it.prediction,
        it.loss,
      ]),
      gradients: played.flatMap((it) => [...it.gradient.values()]),
    },
    opens: map ? m.writer(map.outcome) : last(m, [...first.gradient.values()])!,
    picture: () => (map ? mapPicture(m, map) : picture(m)),
    ...(map && {
      choose: (cell, results) => (cell.tensor === map.outcome ? startOf(map, cell.at, results) : undefined),
    }),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

/** The tensors of one iteration as the tables list them. */
function shown(m: Model, it: Iteration): readonly Shown[] {
  const graded = (tensor: Tensor): Shown => {
    const gradient = it.gradient.get(tensor);
    return gradient ? { tensor, gradient } : { tensor };
  };
  const updated = Object.values(it.next).map((tensor): Shown => ({
    called: { name: `new ${tensor.name}`, tex: `\\text{new }${tensor.tex}` },
    tensor,
  }));
  const values = [
    m.x,
    m.y,
    ...Object.values(it.weights),
    ...it.neurons.flatMap(({ z, a }) => [z, a]),
    it.sum,
    it.prediction,
    it.loss,
  ];
  const { map } = m.outcomes ?? {};
  const mapped = map ? [map.outcome, map.measure, map.across, map.up].map((tensor): Shown => ({ tensor })) : [];
  return [...mapped, ...values.map(graded), ...updated];
}

/** What a pixel of the map came to, or why a gradient behind a closed gate is 0. */
function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const { map } = m.outcomes ?? {};
  if (map && (tensor === map.outcome || tensor === map.measure)) return mapRemark(map, at, results);
  for (const it of m.iterations) {
    for (const { weight, bias, scaled, z, slope } of it.neurons) {
      const behind = [z, scaled, weight, ...(bias ? [bias] : [])].some((t) => it.gradient.get(t) === tensor);
      if (behind && results.value(slope, 0) === 0)
        return `Blocked at the activation: its slope is 0, because ${z.name} = ${format(results.value(z, 0))}.`;
    }
  }
  return undefined;
}

function feed(lesson: Lesson, knobs: Knobs): Feed {
  const m = built.get(lesson)!;
  const [first] = m.iterations;
  const number = (name: string): Float32Array => Float32Array.of(Number(knobs[name]));
  const given = new Map<Tensor, Float32Array>([
    [m.x, number("x")],
    [m.y, number("y")],
    [m.rate, number("lr")],
    [m.slope, number("slope")],
  ]);
  if (m.outcomes) given.set(m.outcomes.settings, settingsOf(knobs));
  for (const [name, tensor] of Object.entries(first.weights))
    given.set(tensor, number(name.startsWith("b") ? "bias" : name));
  m.survey.weights.forEach((tensor, i) => given.set(tensor, draws(m.survey.draws, i)));
  return given;
}

/** The survey's weights: the same hundred draws every time. */
function draws(n: number, which: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => {
    const next = normal(i + 1);
    const drawn = [next(), next(), next()];
    return drawn[which] * kaimingDeviation;
  });
}

const slider = (
  name: string,
  label: string,
  min: number,
  max: number,
  step: number,
  initial: number,
  folder?: string,
) => ({ kind: "slider", name, label, turns: "value", min, max, step, initial, ...(folder && { folder }) }) as const;

export const station: Station = {
  id: "backprop",
  ...entry,
  title: "One neuron learns, the other cannot",
  eyebrow: "Station 6, question 2",
  source: "Midterm review recitation, question 2",
  granularity: "op",
  granularities: ["op", "pass", "sgd-step"],
  knobs: [
    slider("x", "x", -3, 3, 0.01, 1.5),
    slider("y", "y", -5, 5, 0.01, 2),
    slider("w1", "w₁", -5, 5, 0.001, 1, "Weights"),
    slider("w2", "w₂", -5, 5, 0.001, -0.5, "Weights"),
    slider("w3", "w₃", -5, 5, 0.001, 3, "Weights"),
    slider("lr", "rate", 0, 1, 0.001, 0.1, "Training"),
    {
      kind: "choice",
      name: "activation",
      label: "activation",
      turns: "structure",
      folder: "Training",
      initial: "relu",
      options: [
        { value: "relu", label: "ReLU" },
        { value: "leaky_relu", label: "leaky ReLU" },
        { value: "identity", label: "identity" },
      ],
    },
    slider("slope", "slope", 0, 0.5, 0.001, 0.01, "Training"),
    { kind: "toggle", name: "biased", label: "biases", turns: "structure", folder: "Training", initial: false },
    slider("bias", "bias", -2, 2, 0.01, 0, "Training"),
    {
      kind: "slider",
      name: "steps",
      label: "SGD steps",
      turns: "structure",
      folder: "Training",
      min: 1,
      max: horizon,
      step: 1,
      initial: 2,
    },
    {
      kind: "choice",
      name: "map",
      label: "show",
      turns: "structure",
      folder: "Outcome map",
      initial: "none",
      options: [
        { value: "none", label: "one training" },
        { value: "w2", label: "map of w₁, w₂" },
        { value: "lr", label: "map of w₁, rate" },
      ],
      onlyWhile: { knob: "biased", is: false },
    },
    {
      kind: "choice",
      name: "pixels",
      label: "pixels",
      turns: "structure",
      folder: "Outcome map",
      initial: "256",
      options: ["64", "128", "256", "512"].map((value) => ({ value, label: `${value} × ${value}` })),
      onlyWhile: { knob: "biased", is: false },
    },
    {
      kind: "slider",
      name: "seed",
      label: "draw",
      turns: "value",
      folder: "Training",
      min: 1,
      max: 999,
      step: 1,
      initial: 1,
    },
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      x: [1, 2, 0.5, 1.5, -1, -2],
      y: span(-3, 3),
      w1: [1, 2, 0.5, -1, 1.5],
      w2: [-1, -0.5, 1, 0.5, -2],
      w3: [1, 2, 3, -1, -2],
      lr: [0.05, 0.1, 0.2],
      activation: ["relu", "leaky_relu", "identity"],
    }),
  }),
  feed,
};
