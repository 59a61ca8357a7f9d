/** Station 12: a recurrent network, and what becomes of a gradient that goes back through time. */
import { choice, slider } from "../../story/knob";
import { drawKnobs, span } from "../../story/practice";
import type { Knobs, Lesson, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { feed } from "./feed";
import { model, type Activation, type Model, type Show } from "./model";
import { passages } from "./passages";
import { remark } from "./remarks";
import { viewOf } from "./views";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model({
    show: knobs["show"] as Show,
    activation: knobs["activation"] as Activation,
    cells: Number(knobs["hidden"]),
    steps: Number(knobs["steps"]),
    distance: Number(knobs["distance"]),
  });
  const { x, h0, w_ih, b, upstream } = m.given;
  const { phases, picture, opens, shown, groups } = viewOf(m);
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases,
    claims: claims(m),
    passages: passages(m),
    editable: [h0, w_ih, b, x, upstream].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => shown,
    groups,
    opens: m.writer(opens),
    picture: () => picture,
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

const time = { folder: "Time", turns: "structure" } as const;

export const station: Station = {
  id: "rnn",
  ...entry,
  title: "A gradient’s way back through time",
  eyebrow: "Station 12, RNN diagnostics",
  source: "Midterm review recitation, RNN diagnostics (a title without content there)",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs: [
    choice(
      "show",
      "view",
      [
        ["network", "RNN"],
        ["lstm", "LSTM"],
        ["distance", "how far back"],
      ],
      "network",
    ),
    slider("radius", "radius ρ", [0.1, 1.5, 0.01, 1]),
    choice("activation", "activation", ["tanh", ["linear", "none (linear)"]], "tanh"),
    slider("inputs", "size of x", [0, 3, 0.01, 1]),
    slider("seed", "draw", [1, 99, 1, 1]),
    slider("hidden", "cells of a state", [2, 4, 1, 2], { turns: "structure" }),
    slider("steps", "drawn steps", [2, 8, 1, 4], time),
    slider("distance", "steps back", [10, 50, 1, 30], time),
    slider("threshold", "clip at", [0.01, 10, 0.01, 0.5], { folder: "Clipping" }),
    slider("forget", "forget bias", [-3, 6, 0.1, 1], { folder: "LSTM" }),
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      radius: [0.5, 0.8, 0.9, 1.1, 1.2, 1.5],
      distance: [10, 20, 30],
      steps: span(2, 6),
      hidden: span(2, 4),
      seed: span(2, 99),
    }),
  }),
  feed: (lesson, knobs, edits) => feed(built.get(lesson)!, knobs, edits),
};
