/** Station 6, question 2: two neurons, one example, and the SGD step that kills both. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import { normal } from "../../core/random";
import { choice, slider, toggle } from "../../story/knob";
import { drawKnobs, span } from "../../story/practice";
import type { Results } from "../../story/results";
import type { Feed, Knobs, Lesson, Shown, Station } from "../../story/station";
import { last } from "./asked";
import { claims } from "./claims";
import { entry } from "./entry";
import { mapPhases, mapPicture } from "./map-picture";
import { mapRemark } from "./map-words";
import { horizon, model, type Activation, type Iteration, type Model } from "./model";
import { limitsOf, mapChoice, settingsOf, startOf } from "./outcomes";
import { kaimingDeviation, passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model(knobs["activation"] as Activation, knobs["biased"] === true, mapChoice(knobs));
  const { map } = m.outcomes;
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
  const { map } = m.outcomes;
  const mapped = map ? [map.outcome, map.measure, map.across, map.up].map((tensor): Shown => ({ tensor })) : [];
  return [...mapped, ...values.map(graded), ...updated];
}

/** What a pixel of the map came to, or why a gradient behind a closed gate is 0. */
function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const { map } = m.outcomes;
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
    [m.outcomes.settings, settingsOf(knobs)],
  ]);
  const { map } = m.outcomes;
  if (map) given.set(map.limits, limitsOf(knobs, map.against));
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

const weights = { folder: "Weights" } as const;
const training = { folder: "Training" } as const;
const ofMap = { folder: "Outcome map" } as const;
const pixelsAlong = ["64", "128", "256", "512"].map((pixels) => [pixels, `${pixels} × ${pixels}`] as const);

export const station: Station = {
  id: "backprop",
  ...entry,
  title: "One neuron learns, the other cannot",
  eyebrow: "Station 6, question 2",
  source: "Midterm review recitation, question 2",
  granularity: "op",
  granularities: ["op", "pass", "sgd-step"],
  knobs: [
    slider("x", "x", [-3, 3, 0.01, 1.5]),
    slider("y", "y", [-5, 5, 0.01, 2]),
    slider("w1", "w₁", [-5, 5, 0.001, 1], weights),
    slider("w2", "w₂", [-5, 5, 0.001, -0.5], weights),
    slider("w3", "w₃", [-5, 5, 0.001, 3], weights),
    slider("lr", "rate", [0, 1, 0.001, 0.1], training),
    choice(
      "activation",
      "activation",
      [
        ["relu", "ReLU"],
        ["leaky_relu", "leaky ReLU"],
        ["identity", "identity"],
      ],
      "relu",
      training,
    ),
    slider("slope", "slope", [0, 0.5, 0.001, 0.01], training),
    toggle("biased", "biases", false, training),
    slider("bias", "bias", [-2, 2, 0.01, 0], training),
    slider("steps", "SGD steps", [1, horizon, 1, 2], { ...training, turns: "structure" }),
    choice(
      "map",
      "show",
      [
        ["none", "one training"],
        ["w2", "map of w₁, w₂"],
        ["lr", "map of w₁, rate"],
      ],
      "none",
      ofMap,
    ),
    choice("pixels", "pixels", pixelsAlong, "256", ofMap),
    slider("seed", "draw", [1, 999, 1, 1], training),
  ],
  build,
  practice: (seed, { activation, biased }) => ({
    knobs: drawKnobs(seed, {
      x: [1, 2, 0.5, 1.5, -1, -2],
      y: span(-3, 3),
      w1: [1, 2, 0.5, -1, 1.5],
      w2: [-1, -0.5, 1, 0.5, -2],
      w3: [1, 2, 3, -1, -2],
      lr: [0.05, 0.1, 0.2],
      ...(activation === "leaky_relu" && { slope: [0.1, 0.2, 0.5] }),
      ...(biased === true && { bias: [-1, -0.5, 0.5, 1] }),
    }),
  }),
  feed,
};
