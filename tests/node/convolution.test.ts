/** Station 7 on the reference: both settings of the recitation, every gradient also as the convolution that it is. */
import { expect, test } from "vitest";
import { reader, type ReadTensor } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { ShapeError, size, unravel } from "../../src/core/shape";
import { station } from "../../src/stations/convolution";
import { model } from "../../src/stations/convolution/model";
import { recitation, type Setting } from "../../src/stations/convolution/setting";
import { initialKnobs, type Knobs, type Lesson } from "../../src/story/station";
import { plus } from "../../src/story/layout";
import type { Block, Picture, Vector } from "../../src/story/picture";
import { noResults, type Results } from "../../src/story/results";

const knobsOf = (turned: Knobs): Knobs => ({ ...initialKnobs(station), ...turned });

function opened(turned: Knobs): { readonly lesson: Lesson; readonly results: Results } {
  const knobs = knobsOf(turned);
  const lesson = station.build(knobs);
  const values = runReference(lesson.tape, station.feed(lesson, knobs, {}));
  return { lesson, results: { value: reader(values), ready: true } };
}

const numbersOf = ({ lesson, results }: ReturnType<typeof opened>, name: string): number[] => {
  const tensor = lesson
    .shown(0)
    .flatMap((shown) => [shown.tensor, shown.gradient])
    .find((t) => t?.name === name)!;
  return Array.from({ length: size(tensor.shape) }, (_, at) => results.value(tensor, at));
};

/** Section 7 of the recitation's facts, for an upstream of ones. */
const facts = [
  {
    setting: recitation.first,
    O: [2, -2, 1, 3, 2, 2, 0, 3, 0],
    dI: [1, 0, 0, -1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1],
    dF: [10, 9, 10, 10],
  },
  {
    setting: recitation.second,
    O: [1, 2, 0, -1, 2, 0, 0, -1, 1],
    dI: [1, 0, 1, 0, -1, 1, -1, 1, 1, 0, 1, 0, -1, 1, -1, 1],
    dF: [3, 4, 5, 5],
  },
] as const;

test.each(facts)("the recitation's setting with padding $setting.padding: output and gradients", (fact) => {
  const there = opened({ ...fact.setting });
  expect(numbersOf(there, "O")).toEqual([...fact.O]);
  expect(numbersOf(there, "dI").map((n) => n + 0)).toEqual([...fact.dI]);
  expect(numbersOf(there, "dF")).toEqual([...fact.dF]);
  expect(numbersOf(there, "db")).toEqual([9]);
  const told = there.lesson.claims.filter(({ slide }) => slide !== undefined);
  expect(told.length).toBeGreaterThan(4);
  for (const claim of told) expect(claim.answer(there.results)).toEqual(claim.slide);
});

/** Settings in which every axis of every auxiliary tensor takes part: padding under and over the reach, margins, groups. */
const settings: readonly Partial<Setting>[] = [
  {},
  { height: 5, width: 6, kernel_size: 3, stride: 2, padding: 1 },
  { height: 6, width: 5, kernel_size: 2, stride: 3, padding: 0 },
  { height: 4, width: 3, kernel_size: 1, stride: 2, padding: 2 },
  { height: 5, width: 5, kernel_size: 2, stride: 3, padding: 4 },
  { height: 7, width: 6, kernel_size: 3, stride: 1, padding: 2, dilation: 2 },
  { height: 7, width: 7, kernel_size: 2, stride: 3, padding: 1, dilation: 2, in_channels: 2, out_channels: 3 },
  { height: 5, width: 4, kernel_size: 2, in_channels: 4, out_channels: 6, groups: 2 },
  { height: 4, width: 4, kernel_size: 3, padding: 1, in_channels: 3, out_channels: 3, groups: 3, stride: 2 },
  { batch: 3 },
  { batch: 2, height: 5, width: 4, kernel_size: 2, stride: 2, padding: 1, in_channels: 4, out_channels: 2, groups: 2 },
  { batch: 2, height: 6, width: 5, kernel_size: 2, stride: 3, dilation: 2, in_channels: 2, out_channels: 3 },
];

test.each(settings)("each gradient equals its convolution, and position by position it ends there: %j", (turned) => {
  const there = opened({ ...turned, upstream: "random", seed: 5 });
  const { lesson, results } = there;
  for (const id of ["same-dI", "same-dF", "same-db"])
    expect([id, lesson.claims.find((claim) => claim.id === id)!.answer(results)]).toEqual([id, 0]);
  expect(numbersOf(there, "dI").some((n) => n !== 0)).toBe(true);
});

test.each(settings)("running sums and what positions leave behind end at the result: %j", (turned) => {
  const knobs = knobsOf({ ...turned, upstream: "random", seed: 5 });
  const lesson = station.build(knobs);
  const read = reader(runReference(lesson.tape, station.feed(lesson, knobs, {})));
  for (const gradients of ["window", "convolution"]) {
    const { blocks } = lesson.picture({ ...knobs, gradients });
    const made = blocks.filter((block) => block.running ?? block.series);
    expect([gradients, ...made.map(({ id }) => id).toSorted()]).toEqual([gradients, "O", "dF", "dI", "db"]);
    for (const block of made)
      expect([gradients, block.id, ...endsOf(block, read)]).toEqual([gradients, block.id, ...own(block, read)]);
  }
});

const cellsOf = ({ tensors: [tensor] }: Block): number[] => Array.from({ length: size(tensor.shape) }, (_, at) => at);
const own = (block: Block, read: ReadTensor): number[] => cellsOf(block).map((at) => read(block.tensors[0], at));

/** What a block shows when its last term is in, or its last moment over. */
function endsOf(block: Block, read: ReadTensor): number[] {
  const { running, series } = block;
  const cells = cellsOf(block);
  if (series) return cells.map((at) => read(series.tensor, (series.tensor.shape[0] - 1) * cells.length + at));
  if (!running) return [];
  const { tensor, stride, along, terms } = running;
  return cells.map((at) => {
    const index = unravel(block.tensors[0].shape, at);
    return read(
      tensor,
      index.reduce((flat, i, axis) => flat + i * stride[axis], (terms - 1) * along),
    );
  });
}

// ── a batch ─────────────────────────────────────────────────────────────────

const batches = { batch: 3, in_channels: 2, out_channels: 2, upstream: "random", seed: 7 } as const;

const byPosition = (numbers: readonly number[]): Record<number, number> => Object.fromEntries(numbers.entries());

/** One sample of a batch alone, with the batch's numbers. */
function alone(sample: number): ReturnType<typeof opened> {
  const all = opened(batches);
  const part = (name: string): Record<number, number> => {
    const numbers = numbersOf(all, name);
    const each = numbers.length / batches.batch;
    return byPosition(numbers.slice(sample * each, (sample + 1) * each));
  };
  const knobs = knobsOf({ ...batches, batch: 1 });
  const lesson = station.build(knobs);
  const edits = { I: part("I"), dO: part("dO"), F: byPosition(numbersOf(all, "F")) };
  return {
    lesson,
    results: { value: reader(runReference(lesson.tape, station.feed(lesson, knobs, edits))), ready: true },
  };
}

const samples = Array.from({ length: batches.batch }, (_, sample) => sample);

test("every sample of a batch has the output and the dI that it has alone", () => {
  const there = opened(batches);
  for (const name of ["O", "dI"])
    expect(numbersOf(there, name)).toEqual(samples.flatMap((sample) => numbersOf(alone(sample), name)));
});

/** What the first sample sends, the first two, and so on. */
const sums = (name: string): number[][] => {
  const parts = samples.map((sample) => numbersOf(alone(sample), name));
  return samples.map((last) => parts[0].map((_, at) => parts.slice(0, last + 1).reduce((n, part) => n + part[at], 0)));
};

const minus = (n: number): string => String(n).replace("-", "−");

test("the filter and the bias gather from all samples what each sends alone, and the table says after which", () => {
  const there = opened(batches);
  for (const name of ["dF", "db"]) expect(numbersOf(there, name)).toEqual(sums(name).at(-1));
  const table = there.lesson.passages.find((passage) => passage.kind === "comparison")!;
  expect(table.rows(there.results)).toEqual(
    sums("dF").map((numbers, last) => [String(last + 1), numbers.map(minus).join(" ")]),
  );
});

const inputShape = (turned: Knobs): readonly number[] => opened(turned).lesson.shown(0)[0].tensor.shape;

test("one alone is no batch: its tensors have channels first", () => {
  expect(inputShape({})).toEqual([1, 4, 4]);
  expect(inputShape({ batch: 2 })).toEqual([2, 1, 4, 4]);
});

// ── the picture ─────────────────────────────────────────────────────────────

interface Rectangle {
  readonly of: string;
  /** Sheets of one tensor may stand one behind the other. */
  readonly depth: number;
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/** The sheets of a block as they are seen, sheared upright: under one direction of view all of them are rectangles. */
function seen(block: Block, opening: Picture["opening"]): Rectangle[] {
  if (opening.kind !== "perspective" || opening.fieldOfView !== 0 || block.body.kind !== "plate") return [];
  const [azimuth, elevation] = [opening.azimuth, opening.elevation].map((degrees) => (degrees * Math.PI) / 180);
  const { shape } = block.tensors[0];
  const flat = Math.min(2, shape.length);
  const across = ([x, , z]: Vector): number => Math.cos(azimuth) * x - Math.sin(azimuth) * z;
  const up = ([x, y, z]: Vector): number =>
    Math.cos(elevation) * y - Math.sin(elevation) * (Math.sin(azimuth) * x + Math.cos(azimuth) * z);
  const shear = up([1, 0, 0]) / across([1, 0, 0]);
  const at = (index: readonly number[]): Vector =>
    block.place.pitch.reduce((p, step, axis) => plus(p, step, index[axis]), block.place.origin);
  const outer = shape.slice(0, -flat);
  const half = [(block.body.width / 2) * across([1, 0, 0]), (block.body.height / 2) * up([0, 1, 0])];
  return Array.from({ length: size(outer) }, (_, sheet) => {
    const first = at([...unravel(outer, sheet), ...Array.from<number>({ length: flat }).fill(0)]);
    const last = at([...unravel(outer, sheet), ...shape.slice(-flat).map((extent) => extent - 1)]);
    const [from, to] = [first, last].map((p) => [across(p), up(p) - shear * across(p)]);
    const of = block.padding ? "I" : block.id;
    return {
      of,
      depth: first[2],
      left: from[0] - half[0],
      right: to[0] + half[0],
      low: to[1] - half[1],
      high: from[1] + half[1],
    };
  });
}

const cross = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right && b.left < a.right && a.low < b.high && b.low < a.high;

test.each([
  ...settings,
  { height: 64, width: 64, kernel_size: 7, in_channels: 8, out_channels: 8 },
  { height: 64, width: 9, kernel_size: 5, padding: 6, in_channels: 3, out_channels: 8 },
  { height: 7, width: 40, kernel_size: 7, in_channels: 8, out_channels: 1 },
  { height: 8, width: 8, kernel_size: 2, in_channels: 8, out_channels: 8, groups: 8 },
  { height: 1, width: 1, kernel_size: 1 },
  { batch: 4 },
  { batch: 4, padding: 2, in_channels: 3, out_channels: 2 },
])("no tensor is seen over another: %j", (turned) => {
  const knobs = knobsOf(turned);
  const lesson = station.build(knobs);
  for (const gradients of ["window", "convolution"]) {
    const { blocks, opening } = lesson.picture({ ...knobs, gradients });
    for (const phase of lesson.phases({ ...knobs, gradients })) {
      for (const { step } of phase.acts) {
        const now = { results: noResults, iteration: 0, progress: () => 1, act: { step, moment: 0 } };
        const sheets = blocks.filter((block) => block.shown?.(now) ?? true).flatMap((block) => seen(block, opening));
        const crossing = sheets.flatMap((a, i) =>
          sheets
            .slice(i + 1)
            .flatMap((b) => ((a.of !== b.of || a.depth === b.depth) && cross(a, b) ? [`${a.of} over ${b.of}`] : [])),
        );
        expect([gradients, phase.name, ...new Set(crossing)]).toEqual([gradients, phase.name]);
      }
    }
  }
});

// ── refusals and sizes ──────────────────────────────────────────────────────

/** What building with these knobs throws. */
function refusal(turned: Knobs): ShapeError | undefined {
  try {
    station.build(knobsOf(turned));
    return undefined;
  } catch (error) {
    if (error instanceof ShapeError) return error;
    throw error;
  }
}

test("what does not fit is refused by conv2d, with what would", () => {
  expect(refusal({ kernel_size: 7 })?.remedy).toMatchObject({ kernel_size: 4 });
  expect(refusal({ in_channels: 3, out_channels: 4, groups: 2 })?.message).toMatch(/groups/);
  expect(refusal({})).toBeUndefined();
});

test("the largest setting records no more than it can bear", () => {
  const most = model({ ...recitation.first, height: 64, width: 64, kernel_size: 7, in_channels: 8, out_channels: 8 });
  const cells = most.tape.graph.tensors.reduce((n, tensor) => n + (tensor.of ? 0 : size(tensor.shape)), 0);
  expect(cells).toBeLessThan(1_000_000);
});
