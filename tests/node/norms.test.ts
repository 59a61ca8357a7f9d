/** Softmax, normalization, losses and tables on the reference: corner cases, bounds that still tell something, and refusals. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { expect as expected } from "../../src/core/expected";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { record, type Numbers, type OpCall } from "../../src/ops/call";
import { opNamed } from "../../src/ops/index";
import { randomCall } from "../tools/random";

const { NaN: nan } = Number;
const row = (...data: readonly number[]): Numbers => ({ shape: [1, data.length], data });

/** The reference's numbers of a call. */
function run(call: OpCall) {
  const { tape, feed, outputs, grads } = record(call);
  const values = runReference(tape, feed);
  const read = (tensors: typeof outputs) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...(values.get(tensor) ?? [])]]));
  return { outputs: read(outputs), grads: read(grads) };
}

const one = (value: number): Numbers => ({ shape: [1], data: [value] });
const zeros = (...shape: readonly number[]): Numbers => ({
  shape,
  data: Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, () => 0),
});
const softmax = (...data: readonly number[]) =>
  run({ op: "softmax", attrs: { dim: 1 }, inputs: { input: row(...data) } }).outputs["output"];

describe("corner cases, as PyTorch has them", () => {
  test("a masked cell has no share, and the bounds of the others stay finite", () => {
    expect(softmax(0, -Infinity, 0)).toEqual([0.5, 0, 0.5]);
    const { tape, feed } = record({ op: "softmax", attrs: { dim: 1 }, inputs: { input: row(0, -Infinity, 0) } });
    const [{ bounds }] = expected(tape.steps[0], reader(feed));
    expect([...bounds].every(Number.isFinite)).toBe(true);
  });
  test.each([
    ["nothing but −∞", [-Infinity, -Infinity]],
    ["+∞", [Infinity, 1]],
    ["NaN", [nan, 1]],
  ])("a row with %s has no softmax", (_, data) => {
    expect(softmax(...data)).toEqual([nan, nan]);
  });
  test("large scores neither overflow nor vanish from the loss", () => {
    const inputs = { input: row(10_000, -10_000), target: { shape: [1], data: [1] } };
    const upstream = { output: { shape: [], data: [1] } };
    expect(run({ op: "cross_entropy", inputs, upstream })).toEqual({
      outputs: { output: [20_000] },
      grads: { input: [1, -1] },
    });
  });
  test("a token that stands twice gathers both gradients", () => {
    const inputs = { input: { shape: [3], data: [1, 0, 1] }, weight: { shape: [3, 1], data: [5, 6, 7] } };
    const upstream = { output: { shape: [3, 1], data: [1, 10, 100] } };
    expect(run({ op: "embedding", inputs, upstream })).toEqual({
      outputs: { output: [6, 5, 6] },
      grads: { weight: [10, 101, 0] },
    });
  });
  test("running statistics stay as they are outside of training", () => {
    const inputs = { input: { shape: [2, 1], data: [1, 3] }, running_mean: one(2), running_var: one(4) };
    const still = run({ op: "batch_norm", attrs: { eps: 0 }, inputs }).outputs;
    expect(still).toEqual({ output: [-0.5, 0.5], running_mean: [2], running_var: [4] });
    // The variance of 1 and 3 is 1, and 2 where one is taken off the count.
    const trained = run({ op: "batch_norm", attrs: { training: true, momentum: 0.5, eps: 0 }, inputs }).outputs;
    expect(trained).toEqual({ output: [-1, 1], running_mean: [2], running_var: [3] });
  });
});

describe("bounds can be decided on", () => {
  test.each([
    ["softmax", { shapes: { input: [1, 1000] }, attributes: { dim: 1 } }],
    ["layer_norm", { shapes: { input: [1, 513], weight: [513], bias: [513] } }],
  ] as const)(
    "%s on a long row",
    (name, each) => {
      const { tape, feed } = randomCall(opNamed(name), each, 3);
      const values = runReference(tape, feed);
      const verdicts = tape.steps.flatMap((step) =>
        expected(step, reader(values)).map((some) => compare(some.values, some).verdict),
      );
      expect([...new Set(verdicts)]).toEqual(["holds"]);
    },
    180_000,
  );
});

describe("is refused", () => {
  const calls: readonly [string, OpCall, RegExp][] = [
    [
      "an id outside the table",
      { op: "embedding", inputs: { input: row(0, 9), weight: zeros(3, 2) } },
      /^embedding: input holds 9 at position 1.* from 0 to 2 would fit$/,
    ],
    [
      "an id that is no whole number",
      { op: "embedding", inputs: { input: row(0.5), weight: zeros(3, 2) } },
      /^embedding: input holds 0.5/,
    ],
    [
      "a class below 0",
      { op: "cross_entropy", inputs: { input: zeros(1, 2), target: { shape: [1], data: [-100] } } },
      /^cross_entropy: target holds -100 .* from 0 to 1 would fit$/,
    ],
    [
      "a target for each score",
      { op: "cross_entropy", inputs: { input: zeros(2, 3), target: zeros(2, 3) } },
      /target is 2 × 3; 2, a class for each sample, would fit/,
    ],
    [
      "a reduction of another name",
      { op: "mse_loss", attrs: { reduction: "max" }, inputs: { input: row(1), target: row(1) } },
      /mean, sum, none would fit/,
    ],
    [
      "training on one cell for each channel",
      {
        op: "batch_norm",
        attrs: { training: true },
        inputs: { input: zeros(1, 2), running_mean: zeros(2), running_var: zeros(2) },
      },
      /two or more would fit/,
    ],
    [
      "a weight for other columns",
      { op: "layer_norm", inputs: { input: zeros(2, 3), weight: zeros(2) } },
      /weight is 2; 3, one for each column, would fit/,
    ],
    [
      "extents that differ elsewhere",
      { op: "concat", attrs: { dim: 0 }, inputs: { a: zeros(2, 3), b: zeros(4, 4) } },
      /extents along dim 1 differ/,
    ],
    ["a dim that is not there", { op: "softmax", attrs: { dim: 2 }, inputs: { input: row(1) } }, /-2 to 1 would fit/],
  ];
  test.each(calls)("%s", (_, call, message) => {
    expect(() => record(call)).toThrow(message);
  });
});
