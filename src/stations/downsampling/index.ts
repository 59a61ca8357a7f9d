/** Station 9, question 3 d: two ways to halve an image, and what each costs, hides and invents. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { drawKnobs, span } from "../../story/practice";
import type { Edits, Feed, Knobs, Lesson, Slider, Station } from "../../story/station";
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

function edited(data: Float32Array, edits: Readonly<Record<number, number>> = {}): Float32Array {
  for (const [at, value] of Object.entries(edits)) if (Number(at) < data.length) data[Number(at)] = value;
  return data;
}

function upstream({ dy }: Model, knobs: Knobs): Float32Array {
  const cells = size(dy.shape);
  return knobs["upstream"] === "ones"
    ? new Float32Array(cells).fill(1)
    : wholeNumbers(Number(knobs["seed"]), cells, -2, 3);
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const m = built.get(lesson)!;
  const numbers: [Tensor, Float32Array][] = [
    [m.image, imageOf(String(knobs["image"]), Number(knobs["period"]))],
    [m.filter, filterOf(String(knobs["filter"]))],
    [m.dy, upstream(m, knobs)],
  ];
  return new Map([
    ...numbers.map(([tensor, data]) => [tensor, edited(data, edits[tensor.name])] as const),
    [m.shift, Float32Array.of(Number(knobs["shift"]))],
  ]);
}

// ── knobs ───────────────────────────────────────────────────────────────────

const slider = (
  name: string,
  label: string,
  folder: string,
  [min, max, step, initial]: readonly [number, number, number, number],
): Slider => ({ kind: "slider", name, label, folder, turns: "value", min, max, step, initial });

const options = (values: readonly string[]): { value: string; label: string }[] =>
  values.map((value) => ({ value, label: value }));

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
    slider("period", "period", "Image", [2, 12, 0.25, 2.5]),
    slider("shift", "shift", "Image", [0, mostShift, 1, 1]),
    {
      kind: "choice",
      name: "filter",
      label: "filter",
      folder: "Branches",
      turns: "value",
      initial: "identity",
      options: options(filterNames),
    },
    {
      kind: "choice",
      name: "pool",
      label: "pool",
      folder: "Branches",
      turns: "structure",
      initial: "max",
      options: options(["max", "average", "blur"]),
    },
    {
      kind: "choice",
      name: "upstream",
      label: "dy",
      folder: "Upstream",
      turns: "value",
      initial: "ones",
      options: [
        { value: "ones", label: "all ones" },
        { value: "random", label: "random" },
      ],
    },
    { ...slider("seed", "seed", "Upstream", [1, 99, 1, 1]), onlyWhile: { knob: "upstream", is: "random" } },
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      image: ["stripes", "checkerboard"],
      period: [2.25, 2.5, 2.75, 3, 3.25, 3.5],
      filter: ["identity", "smooth"],
      pool: ["max", "average", "blur"],
      seed: span(1, 99),
    }),
  }),
  feed,
};
