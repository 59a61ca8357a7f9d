/** Station 4, warm-up 3: how many numbers a convolution saves, and how. */
import type { Tensor } from "../../core/graph";
import { uniform, wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { cellsAt } from "../../story/act";
import type { CellRef } from "../../story/picture";
import { edited } from "../../story/edits";
import { slider, toggle } from "../../story/knob";
import { drawKnobs, span } from "../../story/practice";
import type { Edits, Feed, Knob, Knobs, Lesson, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import { repeatsOf, structureOf, unitsOf, weightAt } from "./small";

const built = new WeakMap<Lesson, Model>();
const number = (knobs: Knobs, name: string): number => Number(knobs[name]);

function build(knobs: Knobs): Lesson {
  const window = number(knobs, "window");
  const padding = knobs["padded"] === true ? Math.floor((window - 1) / 2) : 0;
  const m = model({ side: number(knobs, "side"), window, padding });
  const { counts, small } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [small.x, small.weight].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () =>
      [
        ...Object.values(counts.sizes),
        counts.convolution,
        counts.biased,
        counts.dense,
        counts.ratio,
        m.zoom.limits,
        small.x,
        small.weight,
        small.y,
        small.matrix,
        small.dense,
      ].map((tensor) => ({ tensor })),
    groups: { values: [small.x, small.weight, small.matrix], outputs: [small.y], gradients: [] },
    opens: m.writer(m.zoom.limits),
    picture: () => picture(m),
    related: (cell) => related(m, cell),
    remark: (tensor, at) => remark(m, tensor, at),
  };
  built.set(lesson, m);
  return lesson;
}

/** All places of a weight; an output's row; a pixel's column. */
function related({ small }: Model, { tensor, at }: CellRef): readonly CellRef[] {
  const inputs = size(small.x.shape);
  const rows = [...Array(size(small.y.shape)).keys()];
  if (tensor === small.weight) return cellsAt(small.matrix, repeatsOf(small, at));
  if (tensor === small.y)
    return cellsAt(
      small.matrix,
      [...Array(inputs).keys()].map((c) => at * inputs + c),
    );
  if (tensor === small.x)
    return cellsAt(
      small.matrix,
      rows.map((r) => r * inputs + at),
    );
  if (tensor !== small.matrix) return [];
  const weight = weightAt(small, at);
  return weight === undefined
    ? []
    : [...cellsAt(small.matrix, repeatsOf(small, weight)), { tensor: small.weight, at: weight }];
}

function remark(m: Model, tensor: Tensor, at: number): string | undefined {
  const { small, counts } = m;
  if (tensor === small.weight) return `It stands in ${repeatsOf(small, at).length} entries of the matrix.`;
  if (tensor === small.matrix) return entryRemark(m, at);
  if (tensor === counts.dense || tensor === counts.convolution)
    return "Rounded to a float32 here; the count beside it is exact.";
  return undefined;
}

function entryRemark({ small }: Model, at: number): string {
  const inputs = size(small.x.shape);
  const [r, c] = [Math.floor(at / inputs), at % inputs];
  const output = `y[${Math.floor(r / small.across)}, ${r % small.across}]`;
  const input = `x[${Math.floor(c / small.side)}, ${c % small.side}]`;
  const weight = weightAt(small, at);
  if (weight === undefined) return `Always 0: ${input} lies outside of the window of ${output}.`;
  return `w[${Math.floor(weight / small.window)}, ${weight % small.window}] once more: it takes ${input} to ${output}.`;
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const { counts, small } = built.get(lesson)!;
  const { sizes } = counts;
  const seed = number(knobs, "seed");
  const one = (tensor: Tensor, name: string): [Tensor, Float32Array] => [tensor, Float32Array.of(number(knobs, name))];
  return new Map([
    one(sizes.kernel, "kernel"),
    one(sizes.inputs, "inputs"),
    one(sizes.outputs, "outputs"),
    one(sizes.height, "height"),
    one(sizes.width, "width"),
    edited(small.x, wholeNumbers(seed * 1000 + 1, size(small.x.shape), -2, 3), edits),
    edited(small.weight, shuffled(seed * 1000 + 2).slice(0, size(small.weight.shape)), edits),
    [small.mask, structureOf(small)],
    [small.upstream, unitsOf(small)],
  ]);
}

/** Nine weights of which no two are equal and none is 0: each is known by its number wherever it stands. */
function shuffled(seed: number): Float32Array {
  const next = uniform(seed);
  const left = [-4, -3, -2, -1, 1, 2, 3, 4, 5];
  return Float32Array.from({ length: left.length }, () => left.splice(Math.floor(next() * left.length), 1)[0]);
}

const counted = { folder: "Counted" } as const;
const writtenOut = { folder: "Written out" } as const;

const knobs: readonly Knob[] = [
  slider("kernel", "window k", [1, 7, 1, 3], counted),
  slider("inputs", "channels in", [1, 1024, 1, 64], counted),
  slider("outputs", "channels out", [1, 1024, 1, 64], counted),
  slider("height", "height H", [8, 1024, 1, 224], counted),
  slider("width", "width W", [8, 1024, 1, 224], counted),
  slider("side", "image", [4, 6, 1, 5], { ...writtenOut, turns: "structure" }),
  slider("window", "window", [1, 3, 1, 3], { ...writtenOut, turns: "structure" }),
  // Half a window on either side: there is none to add at other sizes.
  toggle("padded", "padded", false, { ...writtenOut, onlyWhile: { knob: "window", is: 3 } }),
  slider("seed", "seed", [1, 99, 1, 1], writtenOut),
];

export const station: Station = {
  id: "conv-vs-fc",
  ...entry,
  title: "Ten trillion weights, or 36 864",
  eyebrow: "Station 4, warm-up 3",
  source: "Midterm review recitation, warm-up 3",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs,
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      kernel: [1, 3, 5],
      inputs: [1, 2, 3, 10],
      outputs: [2, 4, 5, 10],
      height: [8, 10, 20],
      width: [10, 20, 50],
      side: span(4, 5),
      window: span(2, 3),
      seed: span(2, 99),
    }),
  }),
  feed,
};
