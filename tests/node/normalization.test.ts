/** Station 3 on the reference: PyTorch's numbers through its own graph, who moves whom, and running averages by hand. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { Graph, storage, type Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { Tape } from "../../src/core/tape";
import { add } from "../../src/ops/add";
import { station } from "../../src/stations/normalization";
import { normalize, type Method } from "../../src/stations/normalization/normalize";
import { initialKnobs, type Edits, type Knobs } from "../../src/story/station";
import { goldenCases, type ValueCase } from "../tools/golden";

function open(turned: Knobs = {}, edits: Edits = {}) {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const value = reader(runReference(lesson.tape, station.feed(lesson, knobs, edits)));
  const results = { value, ready: true };
  const answer = (id: string) => lesson.claims.find((claim) => claim.id === id)!.answer(results);
  const numbers = (name: string): number[] => {
    const tensor = lesson.tape.graph.tensors.find((each) => each.name === name)!;
    return Array.from({ length: size(tensor.shape) }, (_, at) => value(tensor, at));
  };
  return { knobs, lesson, results, answer, numbers };
}

// ── PyTorch's numbers ───────────────────────────────────────────────────────

const goldens = goldenCases(["layer_norm", "batch_norm"]).filter((each): each is ValueCase => each.kind === "values");

const methodOf = ({ op, attrs }: ValueCase): Method =>
  op === "layer_norm" ? "layer" : attrs["training"] === true ? "training" : "inference";

/** A golden's tensors by the names that they have at the station. */
const names: Readonly<Record<string, string>> = {
  input: "x",
  weight: "γ",
  bias: "β",
  running_mean: "running mean",
  running_var: "running variance",
};

/** Holds every output and gradient of a golden against a tape that was fed the golden's numbers. */
function expectGolden(
  golden: ValueCase,
  tape: Tape,
  feed: ReadonlyMap<Tensor, ArrayLike<number>>,
  ours: Readonly<Record<string, Tensor>>,
) {
  const made = runInheriting(tape, feed, float64);
  const theirs = [
    ...Object.entries(golden.outputs),
    ...Object.entries(golden.grads ?? {}).map(([name, tensor]) => [`d${name}`, tensor] as const),
  ];
  for (const [name, { data }] of theirs) {
    const own = made.get(storage(ours[name]));
    // What nothing writes is what was fed: running averages that no training has moved.
    if (!own) {
      expect(Array.from(feed.get(storage(ours[name]))!)).toEqual([...data]);
      continue;
    }
    // Both sides round in float64.
    const bounds = own.bounds.map((bound) => 2 * bound);
    const expected = { tensor: ours[name], values: Float64Array.from(data), bounds, peaks: own.peaks };
    expect([name, compare([...own.values], expected, float64).verdict]).toEqual([name, "holds"]);
  }
}

describe("PyTorch's numbers", () => {
  const matrices = goldens.filter(({ inputs }) => {
    const [samples, features, ...more] = inputs["input"].shape;
    return more.length === 0 && samples <= 8 && features <= 6;
  });
  test("some of them fit the sliders", () => expect(matrices.length).toBe(3));

  test.each(matrices)("$op $name through the lesson that the sliders build", (golden) => {
    const method = methodOf(golden);
    const [samples, features] = golden.inputs["input"].shape;
    const turned = { method, samples, features, batches: method === "training" ? 1 : 0, momentum: 0.1, epsilon: -5 };
    const knobs = { ...initialKnobs(station), ...turned };
    const lesson = station.build(knobs);
    const named = (name: string): Tensor => lesson.tape.graph.tensors.find((tensor) => tensor.name === name)!;
    const exact = new Map<Tensor, ArrayLike<number>>(station.feed(lesson, knobs, {}));
    for (const [name, { data }] of Object.entries(golden.inputs)) exact.set(named(names[name]), data);
    exact.set(named("dy"), golden.upstream!["output"].data);
    exact.set(named("ε"), [1e-5]);
    exact.set(named("momentum"), [0.1]);
    const after = method === "training" ? " 1" : "";
    expectGolden(golden, lesson.tape, exact, {
      output: named("y"),
      running_mean: named(`running mean${after}`),
      running_var: named(`running variance${after}`),
      dinput: named("dx"),
      dweight: named("dγ"),
      dbias: named("dβ"),
    });
  });

  test.each(goldens)(
    "$op $name through the station's call",
    (golden) => {
      const graph = new Graph();
      const given = Object.fromEntries(
        Object.entries(golden.inputs).map(([name, { shape }]) => [name, graph.given(name, shape)]),
      );
      const vector = (name: string): Tensor => given[name] ?? graph.given(name, [1]);
      const scalars = { eps: graph.scalar("ε"), momentum: graph.scalar("momentum") };
      const { output, running } = normalize(
        graph,
        {
          method: methodOf(golden),
          input: given["input"],
          weight: given["weight"],
          bias: given["bias"],
          running: { mean: vector("running_mean"), variance: vector("running_var") },
          ...scalars,
        },
        { output: "y" },
      );
      const tape = new Tape(graph);
      tape.forward();
      const upstream = graph.given("dy", output.shape);
      const of = [given["input"], given["weight"], given["bias"]];
      const gradient = tape.backward(output, { of, upstream }, add);
      const feed = new Map<Tensor, ArrayLike<number>>([
        ...Object.entries(golden.inputs).map(([name, { data }]) => [given[name], data] as const),
        [upstream, golden.upstream!["output"].data],
        [scalars.eps, [1e-5]],
        [scalars.momentum, [0.1]],
      ]);
      expectGolden(golden, tape, feed, {
        output,
        ...(running && { running_mean: running.mean, running_var: running.variance }),
        dinput: gradient.get(given["input"])!,
        dweight: gradient.get(given["weight"])!,
        dbias: gradient.get(given["bias"])!,
      });
    },
    60_000,
  );
});

// ── the recitation ──────────────────────────────────────────────────────────

test("of the four statements A and D are valid, whatever the sliders say", () => {
  for (const method of ["training", "inference", "layer"]) {
    const { answer } = open({ method });
    expect(["valid", "statement-C", "statement-D", "same-layer"].map(answer)).toEqual([
      "A and D",
      "false",
      "true",
      "the same",
    ]);
  }
});

describe("who moves whom", () => {
  test.each([
    ["training", 4, 3, 4 * 4 * 3],
    ["inference", 1, 0, 4 * 3],
    ["layer", 3, 0, 4 * 3 * 3],
  ])("%s", (method, moved, others, entries) => {
    const { answer } = open({ method });
    expect(["moved", "other-samples", "not-always-zero"].map(answer)).toEqual([moved, others, entries]);
  });

  test("the Jacobian holds 0 wherever the structure says so, and finite differences elsewhere", () => {
    for (const method of ["training", "inference", "layer"]) {
      const { numbers, knobs, lesson } = open({ method });
      const [J, mask] = [numbers("∂y/∂x"), numbers("not always zero")];
      expect(J.filter((entry, at) => mask[at] === 0 && entry !== 0)).toEqual([]);
      // The moved cell, nudged: a step of h errs by about h²; half of it by a quarter of that.
      const cell = 3;
      const slopes = (h: number): number[] => {
        const outputs = [h, -h].map((by) => {
          const data = station.feed(lesson, knobs, { x: { [cell]: numbers("x")[cell] + by } });
          const value = reader(runReference(lesson.tape, new Map<Tensor, ArrayLike<number>>(data)));
          const y = lesson.tape.graph.tensors.find(({ name }) => name === "y")!;
          return Array.from({ length: 12 }, (_, at) => value(y, at));
        });
        return outputs[0].map((up, at) => (up - outputs[1][at]) / (2 * h));
      };
      const [coarse, fine] = [slopes(2 ** -4), slopes(2 ** -5)];
      for (let at = 0; at < 12; at++) {
        const [far, near] = [coarse, fine].map((found) => Math.abs(found[at] - J[at * 12 + cell]));
        // Where the error is down to rounding, a float64 of the size of y over 2h, it shrinks no more.
        expect(near).toBeLessThanOrEqual(Math.max(far / 3, (16 * Number.EPSILON) / 2 ** -4));
      }
    }
  });
});

test("running averages follow by a tenth, the variance unbiased", () => {
  const { numbers } = open();
  const column = (name: string): number[] => numbers(name).filter((_, at) => at % 3 === 0);
  let [mean, variance] = [0, 1];
  for (let t = 1; t <= 5; t++) {
    const x = column(t === 1 ? "x" : `x, batch ${t}`);
    const centre = x.reduce((a, b) => a + b, 0) / 4;
    const unbiased = x.reduce((a, b) => a + (b - centre) ** 2, 0) / 3;
    // The momentum of a slider is a float32.
    const share = Math.fround(0.1);
    [mean, variance] = [mean * (1 - share) + share * centre, variance * (1 - share) + share * unbiased];
    expect(numbers(`running mean ${t}`)[0].toPrecision(12)).toBe(mean.toPrecision(12));
    expect(numbers(`running variance ${t}`)[0].toPrecision(12)).toBe(variance.toPrecision(12));
  }
});

test("one sample: training refuses and says what would fit, the others go on", () => {
  expect(() => open({ samples: 1 })).toThrow(/no variance to train on; two or more would fit/);
  expect(open({ samples: 1, method: "inference" }).numbers("y").every(Number.isFinite)).toBe(true);
  expect(open({ samples: 1, method: "layer" }).numbers("y").every(Number.isFinite)).toBe(true);
});

test("a moved cell of 0 moves nobody", () => {
  const { answer, numbers } = open({ by: 0 });
  expect([answer("moved"), answer("other-samples")]).toEqual([0, 0]);
  expect(numbers("y′ − y").every((difference) => difference === 0)).toBe(true);
});

test("what is practised has an answer to every question, for many seeds", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { lesson, results } = open(station.practice(seed).knobs);
    for (const claim of lesson.claims) {
      const answer = claim.answer(results);
      expect([claim.id, typeof answer === "number" ? Number.isFinite(answer) : answer !== ""]).toEqual([
        claim.id,
        true,
      ]);
    }
  }
});
