/** Bounds that hold from end to end: what float32 makes of a whole tape lies within them, and little else does. */
import { describe, expect, test } from "vitest";
import { compare, type Verdict } from "../../src/core/compare";
import { Graph, type Tensor } from "../../src/core/graph";
import { uniform } from "../../src/core/random";
import { float32, float64 } from "../../src/core/precision";
import { expect as expected, expecting } from "../../src/core/expected";
import { flowsInto } from "../../src/core/flow";
import { reader, type ReadTensor, type Values } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { Tape } from "../../src/core/tape";
import { opNamed, ops } from "../../src/ops/index";
import { randomCall } from "../tools/random";
import { runRounded } from "../tools/rounded";

const [add, mul, relu, leaky, matmul, sub, loss, maxPool] = [
  "add",
  "mul",
  "relu",
  "leaky_relu",
  "matmul",
  "sub",
  "half_squared_error",
  "max_pool2d",
].map(opNamed);

interface Chain {
  readonly tape: Tape;
  readonly given: Map<Tensor, Float64Array>;
  readonly named: Readonly<Record<string, Tensor>>;
}

/** Numbers that float32 cannot hold. */
function feeding(
  graph: Graph,
  seed: number,
): { given: Chain["given"]; numbers: (n: string, ...s: number[]) => Tensor } {
  const random = uniform(seed);
  const given = new Map<Tensor, Float64Array>();
  return {
    given,
    numbers(name, ...shape) {
      const tensor = graph.given(name, shape);
      given.set(
        tensor,
        Float64Array.from({ length: size(shape) }, () => 2 * random() - 1),
      );
      return tensor;
    },
  };
}

/** Three steps of descent of a network of two layers: forward, backward, update, all on one tape. */
function descent(seed: number): Chain {
  const graph = new Graph();
  const { given, numbers } = feeding(graph, seed);
  const [x, target] = [numbers("x", 3, 4), numbers("target", 3, 2)];
  const rate = graph.filled("rate", [], 0.1);
  const slope = graph.scalar("slope");
  given.set(slope, Float64Array.of(0.1));
  const tape = new Tape(graph);
  let [first, second] = [numbers("first", 4, 5), numbers("second", 5, 2)];
  for (let step = 0; step < 3; step++) {
    const z = graph.apply(matmul, { a: x, b: first });
    const a = graph.apply(leaky, { input: z }, { scalars: { negative_slope: slope } });
    const y = graph.apply(matmul, { a, b: second });
    const total = graph.apply(loss, { input: y, target });
    tape.forward();
    const gradients = tape.backward(total, { of: [first, second] }, add);
    [first, second] = [first, second].map((weight) => {
      const grad = gradients.get(weight) ?? weight;
      const moved = tape.update(mul, { a: grad, b: rate });
      return tape.update(sub, { a: weight, b: moved });
    });
  }
  return { tape, given, named: { first, second } };
}

/** The verdict on each tensor that float32 made of a chain. */
const verdicts = (chain: Pick<Chain, "tape">, given: Values, made: ReadonlyMap<Tensor, ArrayLike<number>>): Verdict[] =>
  Array.from(runInheriting(chain.tape, given), ([tensor, bounded]) => compare(made.get(tensor) ?? [], bounded).verdict);

/** What rounding a number to float32 loses. */
const lost = (value: number): number => Math.abs(Math.fround(value) - value);

describe("bounds from end to end", () => {
  test.each([1, 2, 3, 4])("hold what float32 makes of three steps of descent, seed %i", (seed) => {
    const chain = descent(seed);
    const found = verdicts(chain, chain.given, runRounded(chain.tape, chain.given, seed));
    expect(found.length).toBeGreaterThan(20);
    expect(found).toEqual(found.map(() => "holds"));
  });

  test("are needed: judged by the bound of one step alone, the last weights would fail", () => {
    const chain = descent(1);
    const made = runRounded(chain.tape, chain.given, 1);
    const inherited = runInheriting(chain.tape, chain.given).get(chain.named["first"]);
    const exact = runReference(chain.tape, chain.given).get(chain.named["first"]);
    const actual = made.get(chain.named["first"]) ?? new Float32Array();
    const own = Float64Array.from(actual, (value) => Math.abs(value) * float32.unit);
    expect(inherited?.values).toEqual(exact);
    expect(actual.some((value, i) => Math.abs(value - (exact?.[i] ?? 0)) > own[i])).toBe(true);
  });

  test("do not hold a rate that is off by a thousandth", () => {
    const chain = descent(1);
    const other = new Map(chain.given);
    for (const [tensor, data] of other)
      if (tensor.role === "scalar")
        other.set(
          tensor,
          data.map((v) => v * 1.001),
        );
    expect(verdicts(chain, chain.given, runRounded(chain.tape, other, 1))).toContain("fails");
  });

  test("count what is lost when given numbers and fills are rounded to float32, and only there", () => {
    const graph = new Graph();
    const [x, third] = [graph.given("x", [2]), graph.filled("third", [], 1 / 3)];
    const y = graph.apply(add, { a: x, b: third });
    const tape = new Tape(graph);
    tape.forward();
    const given = new Map([[x, Float64Array.of(0.1, 0.5)]]);
    const bounds = (precision: typeof float32) => runInheriting(tape, given, precision).get(y)?.bounds ?? [];
    const sums = [0.1 + 1 / 3, 0.5 + 1 / 3];
    // Adding rounds once.
    expect(bounds(float32)[1]).toBeCloseTo(lost(1 / 3) + sums[1] * float32.unit, 14);
    expect(bounds(float32)[0]).toBeCloseTo(lost(0.1) + lost(1 / 3) + sums[0] * float32.unit, 14);
    expect(bounds(float64)[1]).toBeLessThan(2 * float64.unit);
  });
});

/** A sum that is too near a decision for what it may be off by: 0.1 + 0.2 − 0.3 on either side of 0. */
function nearZero(): { graph: Graph; tape: Tape; given: Map<Tensor, Float64Array>; x: Tensor; z: Tensor } {
  const graph = new Graph();
  const { given } = feeding(graph, 1);
  const x = graph.given("x", [1, 1, 1, 2]);
  given.set(x, Float64Array.of(-1e-9, 1e-9));
  const one = graph.filled("one", [1, 1, 1, 2], 1);
  const up = graph.apply(add, { a: x, b: one });
  const z = graph.apply(sub, { a: up, b: one });
  return { graph, tape: new Tape(graph), given, x, z };
}

describe("a decision that the doubt may turn", () => {
  test("carries the whole difference, forward and backward", () => {
    const { graph, tape, given, z } = nearZero();
    const y = graph.apply(relu, { input: z });
    tape.forward();
    const dz = tape.backward(y, { of: [z] }, add).get(z) ?? z;
    const found = runInheriting(tape, given);
    const wide = found.get(z)?.bounds[0] ?? 0;
    expect(wide).toBeGreaterThan(1e-8);
    // The true value is 0; what was computed may have come out above it.
    expect(found.get(y)?.values[0]).toBe(0);
    expect(found.get(y)?.bounds[0]).toBeGreaterThanOrEqual(wide - 1e-9 - float32.unit * 1e-9);
    expect(found.get(dz)?.values).toEqual(Float64Array.of(0, 1));
    expect([...(found.get(dz)?.bounds ?? [])].map((bound) => bound >= 1)).toEqual([true, true]);
  });

  test("of a maximum makes its rivals share the gradient's doubt", () => {
    const { graph, tape, given, z } = nearZero();
    const y = graph.apply(maxPool, { input: z }, { attributes: { kernel_size: [1, 2] } });
    tape.forward();
    const dz = tape.backward(y, { of: [z] }, add).get(z) ?? z;
    const found = runInheriting(tape, given);
    expect(found.get(dz)?.values).toEqual(Float64Array.of(0, 1));
    expect([...(found.get(dz)?.bounds ?? [])].map((bound) => bound >= 1)).toEqual([true, true]);
    const places = tape.graph.nodes.at(-1)?.outputs["indices"];
    expect(places && found.get(places)?.bounds[0]).toBe(1);
  });

  test("is none where the doubt is small beside it", () => {
    const { graph, tape, given, x, z } = nearZero();
    given.set(x, Float64Array.of(-0.25, 0.75));
    const y = graph.apply(relu, { input: z });
    tape.forward();
    const dz = tape.backward(y, { of: [z] }, add).get(z) ?? z;
    const bounds = [...(runInheriting(tape, given).get(dz)?.bounds ?? [])];
    expect(bounds.every((bound) => bound < 1e-6)).toBe(true);
  });

  test("leaves minus infinity where it is", () => {
    const graph = new Graph();
    const x = graph.given("x", [2]);
    const mask = graph.filled("mask", [2], -Infinity);
    const masked = graph.apply(add, { a: graph.apply(mul, { a: x, b: x }), b: mask });
    const y = graph.apply(relu, { input: masked });
    const tape = new Tape(graph);
    tape.forward();
    const found = runInheriting(tape, new Map([[x, Float64Array.of(0.1, 0.2)]]));
    expect(found.get(masked)?.values).toEqual(Float64Array.of(-Infinity, -Infinity));
    expect(found.get(y)).toMatchObject({ values: Float64Array.of(0, 0), bounds: Float64Array.of(0, 0) });
  });
});

const gradients = ops.flatMap((op) =>
  op.cases.map((each, i) => [`${op.name} ${JSON.stringify(each)}`, randomCall(op, each, i + 1)] as const),
);

describe("some cells of a gradient", () => {
  test.each(gradients)("%s: are what they are among all of them", (_, { tape, feed }) => {
    const read = reader(feed);
    for (const step of tape.steps.filter(({ gradient }) => gradient)) {
      const [whole] = expected(step, read);
      const cells = [...whole.values.keys()].filter((cell) => cell % 3 === 1);
      const [some] = expected(step, read, float32, () => cells);
      expect(some.cells).toEqual(cells);
      for (const key of ["values", "bounds", "peaks"] as const)
        expect([...some[key]]).toEqual(cells.map((cell) => whole[key][cell]));
    }
  });

  test("are found without reading the terms of a sum that they are not in", () => {
    const [, { tape, feed }] =
      gradients.find(([title]) => title.startsWith('matmul {"shapes":{"a":[33,5]')) ?? gradients[0];
    const step = tape.steps[1];
    let reads = 0;
    const counted: ReadTensor = (tensor, at) => (reads++, reader(feed)(tensor, at));
    expect(flowsInto(step, step.writes[0], 7, counted)).toHaveLength(35);
    // 35 outputs of 5 terms of 2 cells are looked through; of each, one term is read, looked at again, and its upstream read.
    expect(reads).toBeLessThanOrEqual(35 * (2 * 5 + 2 + 2 + 1));
  });
});

test("a long sum is laid down after every few thousand terms, and comes to the same", () => {
  const n = 20_000;
  const graph = new Graph();
  const x = graph.given("x", [n]);
  const y = graph.apply(opNamed("sum"), { input: x });
  const tape = new Tape(graph);
  tape.forward();
  tape.gradient(graph.nodes[0], "input", { output: graph.filled("up", [], 1) }, "∂x");
  const feed = new Map([[x, Float32Array.from({ length: n }, (_, i) => (i % 7) - 2)]]);
  const [forward, gradient] = tape.steps.map((step) => {
    let turns = 0;
    const work = expecting(step, reader(feed));
    for (let turn = work.next(); ; turn = work.next(), turns++)
      if (turn.done === true) return { turns, ...turn.value[0] };
  });
  const sum = [...(feed.get(x) ?? [])].reduce((before, value) => before + value, 0);
  const total = [...(feed.get(x) ?? [])].reduce((before, value) => before + Math.abs(value), 0);
  expect(forward).toMatchObject({ tensor: y, values: Float64Array.of(sum) });
  expect(forward.bounds[0]).toBeCloseTo((n - 1) * total * float32.unit, 10);
  expect(new Set(gradient.values)).toEqual(new Set([1]));
  expect(Math.min(forward.turns, gradient.turns)).toBeGreaterThanOrEqual(Math.floor(n / 4096));
});
