/** Station 9, question 3 d: two ways to halve an image, and what each costs, hides and invents. */
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { edited } from "../../story/edits";
import { choice, slider } from "../../story/knob";
import { drawKnobs, span } from "../../story/practice";
import type { Edits, Feed, Knobs, Lesson, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { filterNames, filterOf } from "./filters";
import { builtIn, imageOf } from "./images";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import type { Pool } from "./branches";
import { remark } from "./remark";
import { mostShift, side } from "./sizes";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model(knobs["pool"] as Pool);
  const { A, B } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [m.filter, m.image, m.dy].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => shown(m),
    groups: {
      values: [m.x, m.yA, m.f, m.yB, A.difference, B.difference],
      gradients: [m.dy, m.dxA, m.df, m.dxB],
    },
    opens: m.forward,
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

const shown = (m: Model): ReturnType<Lesson["shown"]> => [
  { tensor: m.filter },
  { tensor: m.x, gradient: m.dxA },
  { tensor: m.yA, gradient: m.dy },
  { tensor: m.f, gradient: m.df },
  { tensor: m.yB },
  { tensor: m.dxB },
  ...[m.A, m.B].flatMap(({ change, contrast, difference }) => [
    { tensor: difference },
    { tensor: change },
    { tensor: contrast },
  ]),
  { tensor: m.image },
];

// ── numbers ─────────────────────────────────────────────────────────────────

function upstream({ dy }: Model, knobs: Knobs): Float32Array {
  const cells = size(dy.shape);
  return knobs["upstream"] === "ones"
    ? new Float32Array(cells).fill(1)
    : wholeNumbers(Number(knobs["seed"]), cells, -2, 3);
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const m = built.get(lesson)!;
  return new Map([
    edited(m.image, imageOf(String(knobs["image"]), Number(knobs["period"])), edits),
    edited(m.filter, filterOf(String(knobs["filter"])), edits),
    edited(m.dy, upstream(m, knobs), edits),
    [m.shift, Float32Array.of(Number(knobs["shift"]))],
  ]);
}

// ── knobs ───────────────────────────────────────────────────────────────────

export const station: Station = {
  id: "downsampling",
  ...entry,
  title: "Two ways to halve an image",
  eyebrow: "Station 9, question 3 d",
  source: "Midterm review recitation, question 3 d",
  granularity: "op",
  granularities: ["op", "cell", "pass"],
  knobs: [
    {
      kind: "image",
      name: "image",
      label: "image",
      folder: "Image",
      turns: "value",
      side,
      options: builtIn,
      initial: "stripes",
    },
    slider("period", "period", [2, 12, 0.25, 2.5], { folder: "Image" }),
    slider("shift", "shift", [0, mostShift, 1, 1], { folder: "Image" }),
    choice("filter", "filter", filterNames, "identity", { folder: "Branches", turns: "value" }),
    choice("pool", "pool", ["max", "average", "blur"], "max", { folder: "Branches" }),
    choice("upstream", "dy", [["ones", "all ones"], "random"], "ones", { folder: "Upstream", turns: "value" }),
    slider("seed", "seed", [1, 99, 1, 1], { folder: "Upstream", onlyWhile: { knob: "upstream", is: "random" } }),
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      period: [2.25, 2.75, 3, 3.25, 3.5],
      filter: filterNames,
      shift: span(0, mostShift),
      seed: span(2, 99),
    }),
  }),
  feed,
};
