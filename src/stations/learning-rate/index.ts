/** Station 1, warm-up 1: a ball on a parabola, and what a rate that is too large does to it. */
import { drawKnobs, span } from "../../story/practice";
import type { Knobs, Lesson, Practice, Shown, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { feed } from "./feed";
import { carries, knobs, settingOf } from "./knobs";
import type { OutcomeMap } from "./map";
import { chosen } from "./map-picture";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import { remark } from "./remark";

const built = new WeakMap<Lesson, Model>();

function build(turned: Knobs): Lesson {
  const m = model(settingOf(turned));
  const made = claims(m);
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: made,
    passages: passages(m, new Set(made.map(({ id }) => id))),
    editable: [],
    shown: () => shown(m),
    groups: groups(m),
    opens: m.opens,
    ...(m.view.kind === "map" && chooses(m, m.view.map)),
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

/** A map has classes, which need no scale. */
function groups({ run, view }: Model): Lesson["groups"] {
  if (view.kind === "map") return { values: [], gradients: [] };
  const outputs = [run.losses, ...(view.kind === "bowl" ? [view.curves.sheet] : [])];
  return { values: [run.path], outputs, gradients: [run.gradients] };
}

const chooses = (m: Model, map: OutcomeMap): Pick<Lesson, "choose"> => ({
  choose: (cell, results) => chosen(m, map, cell, results),
});

/** What the tables list. */
const shown = (m: Model): readonly Shown[] => [
  ...(m.view.kind === "map" ? [{ tensor: m.view.map.outcome }, { tensor: m.view.map.measure }] : []),
  { tensor: m.run.path },
  { tensor: m.run.gradients },
  { tensor: m.run.losses },
  { tensor: m.bounds },
  ...(m.noise ? [{ tensor: m.noise.added }] : []),
  { tensor: m.rates.rates },
  { tensor: m.rates.path },
];

function practice(seed: number, turned: Knobs): Practice {
  const { optimizer, noisy } = settingOf(turned);
  return {
    knobs: drawKnobs(seed, {
      lr: [0.2, 0.5, 1, 2, 2.5],
      w0: [2, 4, 5, -1, -2],
      curvature: [0.25, 0.5, 2],
      second: [0.1, 1, 4],
      w0second: [1, 2, -1, -2],
      ...(carries(optimizer) && { momentum: [0.3, 0.5, 0.6, 0.8] }),
      ...(noisy && { seed: span(2, 999) }),
    }),
  };
}

export const station: Station = {
  id: "learning-rate",
  ...entry,
  title: "A step that is too long",
  eyebrow: "Station 1, warm-up 1",
  source: "Midterm review recitation, warm-up 1",
  granularity: "cell",
  granularities: ["cell", "op"],
  knobs,
  build,
  practice,
  feed: (lesson, turned) => feed(built.get(lesson)!, turned),
};
