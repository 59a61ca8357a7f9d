/** Station 2 on the reference: PyTorch's numbers through its own tape, the wrong answer told apart, and deep stacks that last or do not. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import type { Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { station } from "../../src/stations/activations";
import { functions, type FunctionName } from "../../src/stations/activations/functions";
import type { Answer } from "../../src/story/claim";
import type { Now } from "../../src/story/picture";
import type { Results } from "../../src/story/results";
import { initialKnobs, type Edits, type Knobs, type Lesson } from "../../src/story/station";
import { goldenCases, type ValueCase } from "../tools/golden";

interface Opened {
  readonly lesson: Lesson;
  readonly results: Results;
  readonly tensor: (name: string) => Tensor;
  readonly numbers: (name: string) => readonly number[];
  readonly answer: (claim: string) => Answer;
}

const tensorOf = (lesson: Lesson, name: string): Tensor =>
  lesson.tape.graph.tensors.find((candidate) => candidate.name === name)!;

/** A lesson with its numbers; steps of an op that a test does not look at may be left out. */
function open(turned: Knobs = {}, edits: Edits = {}, without?: string): Opened {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const steps = lesson.tape.steps.filter(({ node }) => node.op.name !== without);
  const value = reader(runReference({ steps }, station.feed(lesson, knobs, edits)));
  const results = { value, ready: true };
  const tensor = (name: string): Tensor => tensorOf(lesson, name);
  return {
    lesson,
    results,
    tensor,
    numbers: (name) => Array.from({ length: size(tensor(name).shape) }, (_, at) => value(tensor(name), at)),
    answer: (id) => lesson.claims.find((claim) => claim.id === id)!.answer(results),
  };
}

/** Once everything has been played. */
const atTheEnd = ({ results }: Opened): Now => ({ results, iteration: 0, progress: () => 1 });

// ── PyTorch's numbers ───────────────────────────────────────────────────────

const goldens = goldenCases(Object.keys(functions)).filter((each): each is ValueCase => each.kind === "values");
const cells = 5;
const chunk = (data: readonly number[], from: number): Readonly<Record<number, number>> =>
  Object.fromEntries(Array.from({ length: cells }, (_, at) => [at, data[from + at] ?? 1]));

describe("goldens", () => {
  test("there is one for each of the nine functions", () => {
    expect(new Set(goldens.map(({ op }) => op))).toEqual(new Set(Object.keys(functions)));
  });

  test.each(goldens)("$op, $name: values and gradients through the station's cells", ({ op, attrs, ...golden }) => {
    const knobs: Knobs = { ...initialKnobs(station), activation: op };
    const lesson = station.build(knobs);
    // Sliders hold decimals as float32; PyTorch had them in float64.
    const slope = Float64Array.of(Number(attrs["negative_slope"] ?? knobs["slope"]));
    const alpha = tensorOf(lesson, "α");
    const { data } = golden.inputs["input"];
    for (let from = 0; from < data.length; from += cells) {
      const edits = { x: chunk(data, from), dy: chunk(golden.upstream!["output"].data, from) };
      const given = new Map<Tensor, ArrayLike<number>>(station.feed(lesson, knobs, edits)).set(alpha, slope);
      const found = runInheriting(lesson.tape, given, float64);
      for (const [name, theirs] of [
        ["f(x)", golden.outputs["output"]],
        ["dx", golden.grads!["input"]],
      ] as const) {
        const tensor = tensorOf(lesson, name);
        const ours = found.get(tensor)!;
        const known = theirs.data.slice(from, from + cells);
        const values = Float64Array.from({ length: cells }, (_, at) => known[at] ?? ours.values[at]);
        // Both sides round.
        const expected = { ...ours, values, bounds: ours.bounds.map((bound) => 2 * bound) };
        expect([name, from, compare([...ours.values], expected, float64).verdict]).toEqual([name, from, "holds"]);
      }
    }
  });
});

// ── one function ────────────────────────────────────────────────────────────

describe("the wrong answer", () => {
  test("is a floor, and flat: no gradient comes through it where leaky ReLU lets some through", () => {
    const { numbers, answer } = open();
    const small = Math.fround(0.01);
    expect(numbers("x")).toEqual([-2, -0.5, 0, 0.5, 2]);
    expect(numbers("f(x)")).toEqual([-2 * small, -0.5 * small, 0, 0.5, 2]);
    expect(numbers("g(x)")).toEqual([small, small, small, 0.5, 2]);
    expect(numbers("f′(x)")).toEqual([small, small, small, 1, 1]);
    expect(numbers("g′(x)")).toEqual([0, 0, 0, 1, 1]);
    expect(numbers("dx by g")).toEqual([0, 0, 0, -1, 0.5]);
    expect(answer("leaky-definition")).toBe("wrong");
    expect(answer("relu-definition")).toBe("valid");
  });

  test("with a slope of 0 it is ReLU, and so is leaky ReLU: then the statement is valid", () => {
    const { numbers, answer } = open({ slope: 0 });
    expect(numbers("g(x)")).toEqual([0, 0, 0, 0.5, 2]);
    expect(numbers("f(x)").map(Math.abs)).toEqual(numbers("g(x)"));
    expect(answer("leaky-definition")).toBe("valid");
  });

  test("its cells without a slope are marked dead, with the reason", () => {
    const opened = open();
    const fates = opened.lesson.picture({}).fates?.(atTheEnd(opened)) ?? [];
    expect(fates.map(({ cell, because }) => [cell.tensor.name, cell.at, because])).toEqual([
      ["dx by g", 0, "0, because g′(−2) = 0"],
      ["dx by g", 1, "0, because g′(−0.5) = 0"],
      ["dx by g", 2, "0, because g′(0) = 0"],
    ]);
  });
});

/** A claim, of which no numbers are asked. */
const claimed = (turned: Knobs, id: string) =>
  station.build({ ...initialKnobs(station), ...turned }).claims.find((claim) => claim.id === id)!;

describe("questions", () => {
  test("statement B speaks of the slope that is given, not of another number", () => {
    const { lesson, results } = open({ slope: 0 });
    const claim = lesson.claims.find(({ id }) => id === "leaky-definition")!;
    expect(claim.prompt).not.toMatch(/\d/);
    expect([claim.given?.includes("0.01"), claim.needs]).toEqual([true, ["slope"]]);
    expect(claim.slideHolds!(results)).toBe(false);
  });

  test("what decides is given, also where its slider stands still", () => {
    expect(claimed({ activation: "relu" }, "leaky-slope").needs).toEqual(["slope"]);
    expect(claimed({ activation: "elu" }, "slope-at-zero").needs).toEqual(["activation", "alpha"]);
    expect(claimed({ show: "stack", activation: "leaky_relu" }, "deviation").needs).toContain("slope");
    expect(claimed({ show: "stack", activation: "relu" }, "deviation").needs).not.toContain("slope");
  });

  test("the weights' deviation is seen where the first layer is", () => {
    const { shows } = claimed({ show: "stack" }, "deviation");
    expect(shows.step?.writes[0].name).toBe("histogram of a");
    expect(shows.cells.every(({ at }) => at < 21)).toBe(true);
  });
});

describe("exactly 0", () => {
  const atZero: Readonly<Record<FunctionName, number>> = {
    relu: 0,
    leaky_relu: Math.fround(0.01),
    elu: 1,
    gelu: 0.5,
    silu: 0.5,
    sigmoid: 0.25,
    tanh: 1,
    softplus: 0.5,
    identity: 1,
  };
  test.each(Object.entries(atZero))("the slope of %s there is %d, as in PyTorch", (activation, slope) => {
    const { answer, numbers } = open({ activation });
    // As float32 holds it: the reference's Φ(0) misses ½ by its last bit.
    expect(Math.fround(Number(answer("slope-at-zero")))).toBe(slope);
    expect(Math.fround(numbers("f′(x)")[2])).toBe(slope);
  });
});

describe("the curve", () => {
  test("follows cells that are typed far out, and breaks where it jumps", () => {
    const { numbers } = open({}, { x: { 0: -30 } });
    expect(numbers("axes, values").slice(0, 2)).toEqual([-33, 33]);
    const x = numbers("x along the curve");
    expect(Math.min(...x.filter(Number.isFinite))).toBe(-33);
    expect(x.flatMap((value, at) => (Number.isNaN(value) ? [x[at - 1]] : []))).toEqual([0, Math.fround(0.01)]);
    expect(x.filter(Number.isFinite).every((value, at, all) => at === 0 || value >= all[at - 1])).toBe(true);
  });

  test.each([0, 0.5])("has axes of some height at a slope of %d", (slope) => {
    const { numbers } = open({ slope });
    for (const name of ["values", "slopes", "up close"]) {
      const [left, right, bottom, top] = numbers(`axes, ${name}`);
      expect(left < right && bottom < 0 && top > 0).toBe(true);
    }
  });
});

// ── the stack ───────────────────────────────────────────────────────────────

const patience = { timeout: 60_000 };
const small = { show: "stack", depth: 5 } as const;
/** Without the histograms, which take the reference longest. */
const sized = (knobs: Knobs): Opened => open({ ...small, ...knobs }, {}, "histogram");

/** What the weights are drawn with. */
const deviation = (turned: Knobs): number => {
  const knobs = { ...initialKnobs(station), ...small, ...turned };
  const lesson = station.build(knobs);
  return station.feed(lesson, knobs, {}).get(tensorOf(lesson, "deviation, given"))![0];
};

describe("the deep stack", () => {
  test("histograms count every number of their layer once, gradients from the last layer on", patience, () => {
    const { numbers, tensor } = open({ ...small, activation: "tanh" });
    const [layers, bins] = tensor("histogram of a").shape;
    const edges = numbers("edges of the bins");
    const count = (values: readonly number[], bin: number): number =>
      values.filter((x) => x >= edges[bin] && x < edges[bin + 1]).length;
    for (const [name, row, layer] of [
      ["a", 3, "a₄"],
      ["∂L/∂a", 3, "∂L/∂a₂"],
    ] as const) {
      const values = numbers(layer);
      const counts = numbers(`histogram of ${name}`);
      const counted = counts.slice(row * bins, (row + 1) * bins);
      expect(counted).toEqual(counted.map((_, bin) => count(values, bin)));
      const all = counts.reduce((total, n) => total + n, 0);
      expect(all).toBe(layers * values.length);
    }
  });

  test.each(["linear", "powers"])("the bins by %s go up, as far as float32 goes, and lie around 0", (axis) => {
    const knobs = { ...initialKnobs(station), ...small, axis };
    const lesson = station.build(knobs);
    const edges = [...station.feed(lesson, knobs, {}).get(tensorOf(lesson, "edges of the bins"))!];
    expect(edges.every((edge, at) => Number.isFinite(edge) && (at === 0 || edge > edges[at - 1]))).toBe(true);
    expect(edges.map((edge) => -edge).toReversed()).toEqual(edges);
    expect(edges.length % 2).toBe(0);
  });

  test.each([
    [{ activation: "relu" }, "it keeps its size", "it keeps its size"],
    [{ activation: "relu", init: "small" }, "it vanishes", "it vanishes"],
    [{ activation: "relu", init: "large", scale: 2 }, "it explodes", "it explodes"],
    [{ activation: "sigmoid", init: "xavier" }, "it keeps its size", "it vanishes"],
  ])("%o: forward %s, backward %s", patience, (knobs, forward, backward) => {
    const { answer } = sized(knobs);
    expect([answer("forward-fate"), answer("backward-fate")]).toEqual([forward, backward]);
  });

  test("ReLU with Kaiming's draw does what its preset says, whatever was set before", patience, () => {
    const lesson = station.build({ ...initialKnobs(station), ...small });
    const presets = lesson.passages.flatMap((passage) => (passage.kind === "presets" ? passage.presets : []));
    const { knobs, outcome } = presets.find(({ id }) => id === "relu-kaiming")!;
    expect(outcome).toContain("the sizes last");
    const { answer } = sized({ depth: 50, seed: 7, ...(knobs as Knobs) });
    expect([answer("forward-fate"), answer("backward-fate")]).toEqual(["it keeps its size", "it keeps its size"]);
  });

  test("the weights' deviation is PyTorch's", () => {
    expect(deviation({ activation: "relu" })).toBe(Math.fround(Math.SQRT2 / Math.sqrt(32)));
    expect(deviation({ activation: "leaky_relu", slope: 0.5 })).toBe(Math.fround(Math.sqrt(2 / 1.25) / Math.sqrt(32)));
    expect(deviation({ init: "xavier" })).toBe(Math.fround(1 / Math.sqrt(32)));
    expect(deviation({ init: "xavier", scale: 2 })).toBe(Math.fround(2 / Math.sqrt(32)));
  });

  test("a unit is dead where no sample makes it positive", patience, () => {
    const { numbers, answer, tensor } = sized({ activation: "relu", depth: 10 });
    const last = numbers("a₁₀");
    const [batch, units] = tensor("a₁₀").shape;
    const silent = Array.from({ length: units }, (_, unit) => unit).filter((unit) =>
      Array.from({ length: batch }, (_, sample) => last[sample * units + unit]).every((a) => a === 0),
    );
    expect(silent.length).toBeGreaterThan(0);
    expect(answer("dead-last")).toBe(silent.length);
  });

  test("no unit of leaky ReLU is dead", patience, () => {
    expect(sized({ activation: "leaky_relu" }).answer("dead-all")).toBe(0);
  });

  test("sizes that no float32 can hold are told in words", () => {
    const lesson = station.build({ ...initialKnobs(station), ...small });
    const said = (value: number): string | undefined =>
      lesson.remark?.(tensorOf(lesson, "mean |a|"), 0, { ready: true, value: () => value });
    expect([said(0), said(Infinity), said(1)]).toEqual([
      "0: the numbers have become smaller than float32 can hold.",
      "The numbers have become larger than float32 can hold.",
      undefined,
    ]);
  });
});
