/** Station 8, question 3 c: pooling, where the largest number of a window goes on and its gradient comes back the same way. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { edited } from "../../story/edits";
import { choice, slider, toggle } from "../../story/knob";
import type { Edits, Feed, Knobs, Lesson, Station } from "../../story/station";
import { entry } from "./entry";
import { claims } from "./claims";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import type { Pool } from "./pool";
import { practice } from "./practice";
import { recitation } from "./recitation";
import { remark } from "./remark";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);
const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model({
    batch: number(knobs, "batch"),
    height: number(knobs, "height"),
    width: number(knobs, "width"),
    kernel: number(knobs, "kernel_size"),
    stride: number(knobs, "stride"),
    padding: number(knobs, "padding"),
    pool: knobs["pool"] as Pool,
    countsPadding: knobs["count_include_pad"] === true,
  });
  const { I, O, dI, dO, indices, mask, moved, movedO } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [I, dO].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => [
      { tensor: I, gradient: dI },
      { tensor: O, gradient: dO },
      ...(indices ? [{ tensor: indices }] : []),
      { tensor: mask },
      { tensor: moved },
      { tensor: movedO },
    ],
    groups: { values: [I, O, moved, movedO], gradients: [dI, dO] },
    opens: m.batch > 1 ? m.forward : m.backward,
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

// ── numbers ─────────────────────────────────────────────────────────────────

/** The first seed is the recitation's numbers, as far as they reach; another one replaces them all. */
const recited = 1;

function input({ I, cells, width }: Model, seed: number): Float32Array {
  const data = wholeNumbers(seed * 1000 + 1, size(I.shape), -2, 3);
  if (seed !== recited) return data;
  return data.map((drawn, at) => (at < cells ? (recitation[Math.floor(at / width)]?.[at % width] ?? drawn) : drawn));
}

/** Every row one cell to the right; a zero comes in at its left. */
const movedRight = (data: Float32Array, width: number): Float32Array =>
  data.map((_, at) => (at % width === 0 ? 0 : data[at - 1]));

/** A stack in which copy p holds the number of window p alone, in every sample. */
function onePerCopy({ windows }: Model, numbers: Float32Array): Float32Array {
  const data = new Float32Array(windows * numbers.length);
  for (const [at, value] of numbers.entries()) data[(at % windows) * numbers.length + at] = value;
  return data;
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const m = built.get(lesson)!;
  const seed = number(knobs, "seed");
  const [, I] = edited(m.I, input(m, seed), edits);
  const outputs = size(m.dO.shape);
  const ones = new Float32Array(outputs).fill(1);
  const upstream = knobs["upstream"] === "ones" ? ones.slice() : wholeNumbers(seed * 1000 + 2, outputs, -2, 3);
  const [, dO] = edited(m.dO, upstream, edits);
  const all: [Tensor, Float32Array][] = [
    [m.I, I],
    [m.dO, dO],
    [m.moved, movedRight(I, m.width)],
  ];
  if (m.travelled) all.push([m.travelled.units, onePerCopy(m, ones)], [m.travelled.upstreams, onePerCopy(m, dO)]);
  if (m.movedRoutes) all.push([m.movedRoutes.units, onePerCopy(m, ones)]);
  if (m.alone) all.push([m.alone.upstream, dO.map((value, at) => (at < m.windows ? value : 0))]);
  return new Map(all.filter(([tensor, data]) => size(tensor.shape) === data.length));
}

// ── knobs ───────────────────────────────────────────────────────────────────

const inputs = { folder: "Input", turns: "structure" } as const;
const windows = { folder: "Windows", turns: "structure" } as const;

export const station: Station = {
  id: "pooling",
  ...entry,
  title: "Max-pool is a router",
  eyebrow: "Station 8, question 3 c",
  source: "Midterm review recitation, question 3 c",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs: [
    slider("batch", "batch", [1, 4, 1, 1], inputs),
    slider("height", "height", [1, 64, 1, 4], inputs),
    slider("width", "width", [1, 64, 1, 4], inputs),
    slider("seed", "seed", [1, 99, 1, 1], { folder: "Input" }),
    choice("pool", "pool", ["max", "average"], "max", windows),
    slider("kernel_size", "kernel", [1, 7, 1, 2], windows),
    slider("stride", "stride", [1, 7, 1, 2], windows),
    slider("padding", "padding", [0, 3, 1, 0], windows),
    toggle("count_include_pad", "mean counts padding", true, {
      ...windows,
      onlyWhile: { knob: "pool", is: "average" },
    }),
    choice(
      "upstream",
      "dO",
      [
        ["ones", "all ones"],
        ["random", "random"],
      ],
      "ones",
      { folder: "Upstream", turns: "value" },
    ),
  ],
  build,
  practice,
  feed,
};
