/** Station 1 on the reference: the recitation's rates, where each optimizer stops being stable, PyTorch's paths, and divergence in words. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { Graph, type Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { Tape } from "../../src/core/tape";
import { mul } from "../../src/ops/mul";
import { outcomeNames } from "../../src/ops/outcomes/outcome";
import { station } from "../../src/stations/learning-rate";
import { descend, type Run } from "../../src/stations/learning-rate/descent";
import { settingOf, type Optimizer } from "../../src/stations/learning-rate/knobs";
import { ofMap } from "../../src/stations/learning-rate/feed";
import { outcomeMap, type OutcomeMap } from "../../src/stations/learning-rate/map";
import { model } from "../../src/stations/learning-rate/model";
import { bound, fateOf, longRun } from "../../src/stations/learning-rate/theory";
import type { Now } from "../../src/story/picture";
import type { Results } from "../../src/story/results";
import { initialKnobs, type Knobs, type Lesson } from "../../src/story/station";
import { expectedOf, goldenCases, type ValueCase } from "../tools/golden";

interface Opened {
  readonly lesson: Lesson;
  readonly knobs: Knobs;
  readonly results: Results;
  readonly numbers: (name: string) => readonly number[];
}

function open(turned: Knobs = {}): Opened {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const value = reader(runReference(lesson.tape, station.feed(lesson, knobs, {})));
  const shown = lesson.shown(0).map(({ tensor }) => tensor);
  const numbers = (name: string): readonly number[] => {
    const tensor = shown.find((candidate) => candidate.name === name)!;
    return Array.from({ length: size(tensor.shape) }, (_, at) => value(tensor, at));
  };
  return { lesson, knobs, results: { value, ready: true }, numbers };
}

const answer = ({ lesson, results }: Opened, id: string): unknown =>
  lesson.claims.find((claim) => claim.id === id)!.answer(results);

const rounded = (numbers: readonly number[]): readonly number[] => numbers.map((x) => Number(x.toPrecision(6)));

/** What stands at the top of the picture. */
function headline({ lesson, knobs, results }: Opened): readonly string[] {
  const now: Now = { results, iteration: 0, progress: () => 1 };
  const labels = lesson.picture(knobs).labels.filter(({ id }) => id.startsWith("headline"));
  return labels.map(({ text }) => (typeof text === "string" ? text : (text(now) ?? "")));
}

// ── the recitation ──────────────────────────────────────────────────────────

test.each([
  [0.1, [1, 0.9, 0.81, 0.729], "it creeps in from one side", "every step leaves it 90 % as far"],
  [1, [1, 0, 0, 0], "it lands in one step", "one step lands in the minimum"],
  [1.5, [1, -0.5, 0.25, -0.125], "it oscillates and converges", "every step lands across, 50 % as far"],
  [2, [1, -1, 1, -1], "it bounces for ever", "it bounces for ever"],
  [2.1, [1, -1.1, 1.21, -1.331], "it diverges", "every step is 10 % larger: it diverges"],
])("η = %d: the slide's numbers, and what happens in words", (lr, path, fate, words) => {
  const opened = open({ lr });
  expect(rounded(opened.numbers("w").slice(0, 4))).toEqual(path);
  expect(answer(opened, "fate")).toBe(fate);
  expect(headline(opened)[1]).toBe(words);
  expect(answer(opened, "too-large")).toBe("B: divergence or oscillation");
});

test("|1 − ηλ| stands in the picture with its numbers", () => {
  expect(headline(open({ lr: 2.1 }))[0]).toBe("$|1 - \\eta\\lambda| = |1 - 2.1 \\cdot 1| = 1.1 > 1$");
  expect(headline(open({ lr: 0.5, curvature: 2 }))[0]).toBe("$|1 - \\eta\\lambda| = |1 - 0.5 \\cdot 2| = 0 < 1$");
});

test("in the bowl the steepest direction decides, whichever it is", () => {
  expect(answer(open({ show: "bowl", curvature: 1, second: 0.2 }), "bound-bowl")).toBe(2);
  expect(answer(open({ show: "bowl", curvature: 1, second: 4 }), "bound-bowl")).toBe(0.5);
  const { numbers } = open({ show: "bowl", lr: 2.1, curvature: 1, second: 0.2, w0: 1, w0second: 1, steps: 3 });
  expect(rounded(numbers("w"))).toEqual([1, 1, -1.1, 0.58, 1.21, 0.3364, -1.331, 0.195112]);
});

// ── what theory says, against the runs themselves ───────────────────────────

/** How far w is after many steps, in shares of the start. */
function remaining(optimizer: Optimizer, lr: number, momentum: number): number {
  const { numbers } = open({ optimizer, lr, momentum, steps: 50, curvature: 2, w0: 1 });
  return Math.max(...numbers("w").slice(-3).map(Math.abs));
}

describe.each([
  ["sgd", 0],
  ["momentum", 0.5],
  ["nesterov", 0.5],
] as const)("%s with a momentum of %d", (optimizer, momentum) => {
  const limit = bound({ optimizer, curvature: 2, momentum })!;

  test("comes nearer below its bound and goes away above it", () => {
    expect(remaining(optimizer, limit * 0.9, momentum)).toBeLessThan(0.1);
    expect(remaining(optimizer, limit * 1.1, momentum)).toBeGreaterThan(10);
  });

  const at = (rate: number): string | undefined => fateOf({ optimizer, rate, curvature: 2, momentum });

  test("is told so", () => {
    expect(at(limit * 0.9)).toBe("it oscillates and converges");
    expect(at(limit)).toBe("it bounces for ever");
    expect(at(limit * 1.1)).toBe("it diverges");
    expect(at(limit * 0.01)).toBe("it creeps in from one side");
    expect(at(0)).toBe("nothing moves");
  });
});

test("in the long run momentum takes w times the size of its larger root", () => {
  const stepped = { optimizer: "momentum", rate: 0.01, curvature: 2, momentum: 0.5 } as const;
  const w = open({ ...stepped, lr: 0.01, steps: 50 }).numbers("w");
  expect(w[50] / w[49]).toBeCloseTo(longRun(stepped)!, 6);
});

test.each(["rmsprop", "adam"] as const)(
  "%s has no such bound, and stays within a few rates of the minimum",
  (optimizer) => {
    expect(bound({ optimizer, curvature: 4, momentum: 0 })).toBeUndefined();
    const ids = open({ optimizer }).lesson.claims.map(({ id }) => id);
    expect(ids).not.toContain("bound");
    expect(ids).not.toContain("fate");
    const { numbers } = open({ optimizer, lr: 2.5, curvature: 4, steps: 50 });
    // RMSprop's first step is 1/√(1 − α) = 10 rates long; nothing moves further than that.
    expect(Math.max(...numbers("w").map(Math.abs))).toBeLessThan(25);
  },
);

// ── divergence is a result ──────────────────────────────────────────────────

test("what float32 can no longer hold says why", () => {
  const { lesson, results } = open({ lr: 2.5, curvature: 4, steps: 50 });
  const overflown: Results = {
    ...results,
    value: (tensor, at) => (tensor.shape.length > 0 ? Infinity : results.value(tensor, at)),
  };
  const { tensor } = lesson.shown(0)[0];
  expect(lesson.remark!(tensor, 40, overflown)).toContain("|1 − ηλ| = 9 > 1");
});

test("noise moves each step, follows its seed, and vanishes with its strength", () => {
  const path = (turned: Knobs): readonly number[] => open({ noisy: true, lr: 0.5, ...turned }).numbers("w");
  expect(path({ noise: 0 })).toEqual(open({ lr: 0.5 }).numbers("w"));
  expect(path({ seed: 3 })).toEqual(path({ seed: 3 }));
  expect(path({ seed: 3 })).not.toEqual(path({ seed: 4 }));
  const { numbers } = open({ noisy: true, lr: 0.5, steps: 2 });
  const [w, noise] = [numbers("w"), numbers("ξ")];
  expect(w[1]).toBe(w[0] - 0.5 * (w[0] + noise[0]));
});

const ends: readonly Knobs[] = [
  { steps: 1 },
  { steps: 50, show: "bowl", optimizer: "adam" },
  { steps: 1, noisy: true, show: "bowl", optimizer: "rmsprop" },
  { w0: 0 },
  { w0: 0, optimizer: "rmsprop" },
  { lr: 0, optimizer: "nesterov" },
];

test.each(ends)("%o is finite, with axes that have room", (turned) => {
  const { lesson, results, numbers } = open(turned);
  expect(numbers("w").every(Number.isFinite)).toBe(true);
  const [{ frame }] = lesson.picture({}).traces!;
  const [left, right, bottom, top] = [0, 1, 2, 3].map((at) => results.value(frame.limits, at));
  expect(right).toBeGreaterThan(left);
  expect(top).toBeGreaterThan(bottom);
});

// ── the outcome map ─────────────────────────────────────────────────────────

interface Mapped {
  readonly map: OutcomeMap;
  readonly value: Results["value"];
  readonly pixels: number;
}

/** A small map on the reference. */
function mapped(turned: Knobs): Mapped {
  const knobs = { ...initialKnobs(station), ...turned };
  const pixels = 12;
  const tape = new Tape(new Graph());
  const map = outcomeMap(tape, settingOf(knobs), pixels);
  return { map, value: reader(runReference(tape, new Map(ofMap(map, knobs)))), pixels };
}

test.each([
  { optimizer: "sgd", swept: "curvature" },
  { optimizer: "momentum", swept: "curvature", momentum: 0.5 },
  { optimizer: "sgd", swept: "momentum", curvature: 2 },
  { optimizer: "nesterov", swept: "curvature", momentum: 0.5 },
  { optimizer: "nesterov", swept: "momentum", curvature: 2 },
] as Knobs[])("%o: trainings diverge beyond the boundary, and nowhere else", (turned) => {
  const { map, value, pixels } = mapped(turned);
  const away: [diverged: boolean, beyond: boolean][] = [];
  for (let at = 0; at < pixels ** 2; at++) {
    const [rate, limit] = [value(map.across, at % pixels), value(map.boundary!.rates, Math.floor(at / pixels))];
    // As near as this, 200 steps do not tell.
    if (Math.abs(rate / limit - 1) < 0.05) continue;
    away.push([outcomeNames[value(map.outcome, at)] === "diverged", rate > limit]);
  }
  expect(away.filter(([diverged, beyond]) => diverged !== beyond)).toEqual([]);
  expect(away.some(([diverged]) => diverged)).toBe(true);
  expect(away.some(([diverged]) => !diverged)).toBe(true);
});

test.each(["rmsprop", "adam"])("%s: each column comes to the same, whatever the curvature", (optimizer) => {
  const { map, value, pixels } = mapped({ optimizer, swept: "curvature" });
  expect(map.boundary).toBeUndefined();
  for (let at = pixels; at < pixels ** 2; at++)
    expect([at, value(map.outcome, at)]).toEqual([at, value(map.outcome, at % pixels)]);
});

/** The knobs of a pixel that stands for these numbers. */
function choose(turned: Knobs, rate: number, raised: number): Knobs | undefined {
  const lesson = station.build({ ...initialKnobs(station), show: "map", ...turned });
  const { tensor } = lesson.picture({}).blocks.map(({ tensors }) => ({ tensor: tensors[0] }))[0];
  const value: Results["value"] = (asked) => (asked.name === "across" ? rate : raised);
  return lesson.choose!({ tensor, at: 0 }, { value, ready: true });
}

test("a click on a pixel takes its very numbers, and shows its run", () => {
  expect(choose({}, Math.fround(2.4881), Math.fround(0.80462))).toEqual({
    show: "parabola",
    noisy: false,
    lr: 2.4881,
    curvature: 0.80462,
  });
  expect(choose({ swept: "momentum" }, Math.fround(0.6), Math.fround(0.333))).toEqual({
    show: "parabola",
    noisy: false,
    lr: 0.6,
    momentum: 0.333,
    optimizer: "momentum",
  });
});

// ── PyTorch ─────────────────────────────────────────────────────────────────

const goldens = goldenCases(["optimizer"]).filter((golden): golden is ValueCase => golden.kind === "values");

/** The station's optimizer that a golden names by PyTorch's. */
function optimizerOf({ attrs }: ValueCase): Optimizer {
  if (attrs["nesterov"] === true) return "nesterov";
  return attrs["momentum"] === undefined ? (attrs["kind"] as Optimizer) : "momentum";
}

/** The numbers of the diagonal: these bowls curve along their axes. */
function diagonal({ shape: [n], data }: ValueCase["inputs"][string]): readonly number[] {
  expect(data.every((x, at) => Math.floor(at / n) === at % n || x === 0)).toBe(true);
  return Array.from({ length: n }, (_, i) => data[i * n + i]);
}

interface Descended {
  readonly tape: Tape;
  readonly run: Run;
  readonly exact: ReadonlyMap<Tensor, Float64Array>;
}

/** The station's own descent at a golden's settings: b tilts every batch alike. */
function descended(golden: ValueCase): Descended {
  const graph = new Graph();
  const tape = new Tape(graph);
  const { h, b, w } = golden.inputs;
  const [curvature, tilt, start] = ["λ", "b", "w₀"].map((name) => graph.given(name, w.shape));
  const numbers = Object.entries(golden.attrs).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  const scalars = numbers.map(([name, value]) => ({ name, value, tensor: graph.scalar(name) }));
  const halfCurvature = graph.apply(mul, { a: graph.filled("½", [], 0.5), b: curvature });
  const steps = golden.outputs["path"].shape[0] - 1;
  const run = descend(tape, {
    optimizer: optimizerOf(golden),
    steps,
    start,
    halfCurvature,
    scalars: Object.fromEntries(scalars.map(({ name, tensor }) => [name, tensor])),
    tilts: Array.from({ length: steps }, () => tilt),
  });
  const exact = new Map<Tensor, Float64Array>([
    [curvature, Float64Array.from(diagonal(h))],
    [tilt, Float64Array.from(b.data)],
    [start, Float64Array.from(w.data)],
    ...scalars.map(({ tensor, value }) => [tensor, Float64Array.of(value)] as const),
    ...[...run.left].map(([tensor, value]) => [tensor, Float64Array.of(value)] as const),
  ]);
  return { tape, run, exact };
}

test("there are goldens for every optimizer of the station", () => {
  expect(new Set(goldens.map(optimizerOf))).toEqual(new Set(["sgd", "momentum", "nesterov", "rmsprop", "adam"]));
});

test.each(goldens.map((golden) => [golden.name, golden] as const))("PyTorch's path: %s", (_, golden) => {
  const { tape, run, exact } = descended(golden);
  const value = reader(runReference(tape, exact));
  const cells = Array.from({ length: size(run.path.shape) }, (_cell, at) => value(run.path, at));
  const recorded = { tape, exact, feed: new Map(), outputs: {}, grads: {} };
  const expected = expectedOf(recorded, float64)(run.path, golden.outputs["path"].data);
  expect(compare(cells, expected, float64)).toMatchObject({ verdict: "holds" });
});

test.each([
  ["sgd", "sgd", { nesterov: false }, false],
  ["momentum", "sgd", { nesterov: false }, true],
  ["nesterov", "sgd", { nesterov: true }, true],
  ["rmsprop", "rmsprop", {}, false],
  ["adam", "adam", {}, false],
] as const)("a lesson on %s takes each of its steps by the op %s", (optimizer, name, attributes, carried) => {
  const { tape, run } = model(settingOf({ ...initialKnobs(station), optimizer, steps: 4 }));
  const taken = tape.steps.filter(({ kind, index }) => kind === "update" && index < run.landed.index);
  expect(taken.map(({ node }) => [node.op.name, node.attributes, "momentum_buffer" in node.inputs])).toEqual(
    Array.from({ length: 4 }, () => [name, attributes, carried]),
  );
});
