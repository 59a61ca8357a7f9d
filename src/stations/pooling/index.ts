/** Station 8, question 3 c: pooling, where the largest number of a window goes on and its gradient comes back the same way. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { drawKnobs, span } from "../../story/practice";
import type { Edits, Feed, Knobs, Lesson, Station } from "../../story/station";
import { entry } from "./entry";
import { claims } from "./claims";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import type { Pool } from "./pool";
import { recitation } from "./recitation";
import { remark } from "./remark";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);
const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model({
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
    opens: m.backward,
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

// ── numbers ─────────────────────────────────────────────────────────────────

/** The first seed is the recitation's numbers, as far as they reach; another one replaces them all. */
const recited = 1;

function input({ height, width }: Model, seed: number): Float32Array {
  const data = wholeNumbers(seed * 1000 + 1, height * width, -2, 3);
  if (seed !== recited) return data;
  return data.map((drawn, at) => recitation[Math.floor(at / width)]?.[at % width] ?? drawn);
}

function edited(data: Float32Array, edits: Readonly<Record<number, number>> = {}): Float32Array {
  for (const [at, value] of Object.entries(edits)) if (Number(at) < data.length) data[Number(at)] = value;
  return data;
}

/** Every row one cell to the right; a zero comes in at its left. */
const movedRight = (data: Float32Array, width: number): Float32Array =>
  data.map((_, at) => (at % width === 0 ? 0 : data[at - 1]));

/** A stack in which copy p holds the p-th number alone. */
function onePerCopy(numbers: Float32Array): Float32Array {
  const data = new Float32Array(numbers.length ** 2);
  for (const [p, value] of numbers.entries()) data[p * numbers.length + p] = value;
  return data;
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const m = built.get(lesson)!;
  const seed = number(knobs, "seed");
  const I = edited(input(m, seed), edits["I"]);
  const ones = new Float32Array(m.windows).fill(1);
  const upstream = knobs["upstream"] === "ones" ? ones.slice() : wholeNumbers(seed * 1000 + 2, m.windows, -2, 3);
  const dO = edited(upstream, edits["dO"]);
  const all: [Tensor, Float32Array][] = [
    [m.I, I],
    [m.dO, dO],
    [m.moved, movedRight(I, m.width)],
  ];
  if (m.travelled) all.push([m.travelled.units, onePerCopy(ones)], [m.travelled.upstreams, onePerCopy(dO)]);
  if (m.movedRoutes) all.push([m.movedRoutes.units, onePerCopy(ones)]);
  return new Map(all.filter(([tensor, data]) => size(tensor.shape) === data.length));
}

// ── knobs ───────────────────────────────────────────────────────────────────

const slider = (
  name: string,
  label: string,
  folder: string,
  [min, max, initial]: readonly [number, number, number],
  turns: "structure" | "value" = "structure",
) => ({ kind: "slider", name, label, folder, turns, min, max, step: 1, initial }) as const;

export const station: Station = {
  id: "pooling",
  ...entry,
  title: "Max-pool is a router",
  eyebrow: "Station 8, question 3 c",
  source: "Midterm review recitation, question 3 c",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs: [
    slider("height", "height", "Input", [1, 64, 4]),
    slider("width", "width", "Input", [1, 64, 4]),
    slider("seed", "seed", "Input", [1, 99, 1], "value"),
    {
      kind: "choice",
      name: "pool",
      label: "pool",
      turns: "structure",
      folder: "Windows",
      initial: "max",
      options: [
        { value: "max", label: "max" },
        { value: "average", label: "average" },
      ],
    },
    slider("kernel_size", "kernel", "Windows", [1, 7, 2]),
    slider("stride", "stride", "Windows", [1, 7, 2]),
    slider("padding", "padding", "Windows", [0, 3, 0]),
    {
      kind: "toggle",
      name: "count_include_pad",
      label: "mean counts padding",
      turns: "structure",
      folder: "Windows",
      initial: true,
      onlyWhile: { knob: "pool", is: "average" },
    },
    {
      kind: "choice",
      name: "upstream",
      label: "dO",
      turns: "value",
      folder: "Upstream",
      initial: "ones",
      options: [
        { value: "ones", label: "all ones" },
        { value: "random", label: "random" },
      ],
    },
  ],
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, { height: span(4, 6), width: span(4, 6), stride: span(1, 3), seed: span(2, 99) }),
  }),
  feed,
};
