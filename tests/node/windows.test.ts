/** Convolution, pooling and unfolding: against plain loops on what is drawn at random, in the corner cases, and refused. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import type { AnyOp, Case } from "../../src/core/op";
import { float64 } from "../../src/core/precision";
import { expect as expected } from "../../src/core/expected";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { record, type Numbers, type OpCall } from "../../src/ops/call";
import { opNamed } from "../../src/ops/index";
import { plainly, wholeCall, windowCases } from "../tools/windows";

const { NaN: nan } = Number;
const image = (...rows: readonly (readonly number[])[]): Numbers => ({
  shape: [1, rows.length, rows[0].length],
  data: rows.flat(),
});
const ones = (...shape: readonly number[]): Numbers => ({
  shape,
  data: Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, () => 1),
});

/** The reference's numbers of a call. */
function run(call: OpCall) {
  const { tape, feed, outputs, grads } = record(call);
  const values = runReference(tape, feed);
  const read = (tensors: typeof outputs) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...(values.get(tensor) ?? [])]]));
  return { outputs: read(outputs), grads: read(grads) };
}

/** What the reference says of a call and plain loops do not. Means round, so the bounds of the formulas decide. */
function faultsOf(call: OpCall, name: string): readonly string[] {
  const { tape, feed, outputs, grads } = record(call);
  const plain = plainly[name](call);
  const theirs = new Map([
    ...Object.entries(outputs).map(([key, tensor]) => [tensor, plain.outputs[key]] as const),
    ...Object.entries(grads).map(([key, tensor]) => [tensor, plain.grads[key]] as const),
  ]);
  const values = runReference(tape, feed);
  return tape.steps
    .flatMap((step) => expected(step, reader(values), float64))
    .flatMap((each) => {
      const numbers = theirs.get(each.tensor) ?? [];
      const { verdict, worst } = compare(numbers, each, float64);
      return verdict === "holds" && numbers.length === each.values.length
        ? []
        : [`${each.tensor.name}: ${verdict} at ${worst}`];
    });
}

describe("what is drawn at random agrees with plain loops, forward and backward", () => {
  test.each(Object.entries(windowCases))("%s", (name, cases) => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 1e6 }), (each, seed) => {
        expect(faultsOf(wholeCall(name, each, seed), name)).toEqual([]);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

/** The op as if some attributes were others. */
const misread = (op: AnyOp, change: Readonly<Record<string, unknown>>): AnyOp => ({
  ...op,
  formula: (output, index, inputs, attributes, scalars) =>
    op.formula(output, index, inputs, { ...attributes, ...change }, scalars),
});

describe("formulas that are wrong are caught", () => {
  const shapes = { input: [1, 4, 8, 8], weight: [4, 2, 3, 3] };
  test.each<[string, string, Readonly<Record<string, unknown>>, Case]>([
    ["padding off by one", "conv2d", { padding: [1, 0] }, { shapes, attributes: { padding: [1, 1], groups: 2 } }],
    ["a forgotten dilation", "conv2d", { dilation: [1, 1] }, { shapes, attributes: { dilation: [2, 2], groups: 2 } }],
    ["forgotten groups", "conv2d", { groups: 1 }, { shapes, attributes: { groups: 2 } }],
    [
      "a forgotten dilation",
      "max_pool2d",
      { dilation: [1, 1] },
      { shapes: { input: [1, 8, 8] }, attributes: { kernel_size: [2, 2], stride: [2, 2], dilation: [2, 2] } },
    ],
    [
      "padding counted that must not be",
      "avg_pool2d",
      { count_include_pad: true },
      {
        shapes: { input: [1, 8, 8] },
        attributes: { kernel_size: [3, 3], stride: [1, 1], padding: [1, 1], count_include_pad: false },
      },
    ],
  ])("%s in %s", (_, name, change, each) => {
    expect(faultsOf(wholeCall(name, each), name)).toEqual([]);
    expect(faultsOf(wholeCall(misread(opNamed(name), change), each), name)).not.toEqual([]);
  });
});

test("a convolution is the product of the weight with the unfolded input", () => {
  const cases = windowCases["conv2d"].filter(
    ({ shapes, attributes }) => attributes?.["groups"] === 1 && !shapes["bias"],
  );
  fc.assert(
    fc.property(cases, (each) => {
      const { inputs, attrs = {} } = wholeCall("conv2d", each);
      const { input, weight } = inputs;
      const { groups: _, ...sliding } = attrs;
      const kernel_size = weight.shape.slice(2);
      const columns = record({ op: "unfold", attrs: { ...sliding, kernel_size }, inputs: { input } });
      const unfolded = {
        shape: columns.outputs["output"].shape,
        data: [...(runReference(columns.tape, columns.feed).get(columns.outputs["output"]) ?? [])],
      };
      const matrix = { shape: [weight.shape[0], unfolded.shape[unfolded.shape.length - 2]], data: weight.data };
      expect(run({ op: "conv2d", attrs, inputs }).outputs["output"]).toEqual(
        run({ op: "matmul", inputs: { a: matrix, b: unfolded } }).outputs["output"],
      );
    }),
    { numRuns: 25, seed: 2 },
  );
});

describe("padding is made of zeros, as in PyTorch", () => {
  test("infinity and NaN in the weight meet them", () => {
    const weight = { shape: [1, 1, 1, 2], data: [Infinity, 1] };
    const { outputs } = run({ op: "conv2d", attrs: { padding: [0, 1] }, inputs: { input: image([1, 2]), weight } });
    expect(outputs["output"]).toEqual([nan, Infinity, Infinity]);
  });
  test("and nothing of it reaches the gradient of the input", () => {
    const weight = { shape: [1, 1, 1, 2], data: [Infinity, 1] };
    const call = { op: "conv2d", attrs: { padding: [0, 1] }, inputs: { input: image([1, 2]), weight } };
    expect(run({ ...call, upstream: { output: ones(1, 1, 3) } }).grads["input"]).toEqual([Infinity, Infinity]);
  });
});

/** A max pool of an image with ones arriving. */
const pooled = (input: Numbers, attrs: OpCall["attrs"] = { kernel_size: 2 }) => {
  const { outputs } = record({ op: "max_pool2d", attrs, inputs: { input } });
  return run({ op: "max_pool2d", attrs, inputs: { input }, upstream: { output: ones(...outputs["output"].shape) } });
};

describe("the largest of a window", () => {
  test.each<[string, Numbers, number, number]>([
    ["the first of equals", image([1, 2], [2, 1]), 2, 1],
    ["NaN", image([1, nan], [9, Infinity]), nan, 1],
    ["the last of several NaN", image([1, nan], [nan, 2]), nan, 2],
    ["the first of minus infinities", image([-Infinity, -Infinity], [-Infinity, -Infinity]), -Infinity, 0],
    ["the first of both zeros", image([-0, 0], [0, -0]), -0, 0],
  ])("is %s, and value, place and gradient agree", (_, input, value, place) => {
    const { outputs, grads } = pooled(input);
    expect(outputs).toEqual({ output: [value], indices: [place] });
    expect(grads["input"]).toEqual([0, 1, 2, 3].map((at) => (at === place ? 1 : 0)));
  });
  test("is the recitation's, with its tie in the last window", () => {
    const input = image([1, 0, 2, 1], [2, 1, 0, 0], [1, 2, 1, 2], [0, 1, 2, 1]);
    const { outputs } = pooled(input);
    expect(outputs).toEqual({ output: [2, 2, 2, 2], indices: [4, 2, 9, 11] });
  });
  test("gathers what arrives from every window that it wins", () => {
    const { grads } = pooled(image([0, 0, 0], [0, 5, 0], [0, 0, 0]), { kernel_size: 2, stride: 1 });
    expect(grads["input"]).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0]);
  });
});

describe("the smallest and the largest that fit", () => {
  test("one cell", () => {
    expect(
      run({ op: "conv2d", inputs: { input: image([3]), weight: { shape: [1, 1, 1, 1], data: [2] } } }).outputs,
    ).toEqual({
      output: [6],
    });
    expect(run({ op: "avg_pool2d", attrs: { kernel_size: 1 }, inputs: { input: image([3]) } }).outputs).toEqual({
      output: [3],
    });
  });
  test("a kernel as large as the padded input", () => {
    const inputs = { input: image([1, 2], [3, 4]), weight: ones(1, 1, 4, 4) };
    expect(run({ op: "conv2d", attrs: { padding: 1 }, inputs }).outputs["output"]).toEqual([10]);
  });
  test("strides wider than the kernel leave cells out", () => {
    const call = { op: "avg_pool2d", attrs: { kernel_size: 1, stride: 2 }, inputs: { input: image([1, 2, 3]) } };
    expect(run({ ...call, upstream: { output: ones(1, 1, 2) } })).toEqual({
      outputs: { output: [1, 3] },
      grads: { input: [1, 0, 1] },
    });
  });
  test("windows that read padding alone", () => {
    const call = { op: "conv2d", attrs: { padding: 1 }, inputs: { input: image([3]), weight: ones(1, 1, 1, 1) } };
    expect(run(call).outputs["output"]).toEqual([0, 0, 0, 0, 3, 0, 0, 0, 0]);
  });
});
