/** Calls from outside: what is taken, what is refused and in which words. */
import { describe, expect, test } from "vitest";
import { AttributeError, flag, integers, only, real } from "../../src/core/attributes";
import { runReference } from "../../src/core/reference";
import { ShapeError } from "../../src/core/shape";
import { record, type OpCall } from "../../src/ops/call";
import { ops } from "../../src/ops/index";
import { both } from "../tools/probe";

const list = (...data: readonly number[]) => ({ shape: [data.length], data });
const { NaN: nan } = Number;

function run(call: OpCall) {
  const { tape, feed, outputs, grads } = record(call);
  const values = runReference(tape, feed);
  const read = (tensors: typeof outputs) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...(values.get(tensor) ?? [])]]));
  return { outputs: read(outputs), grads: read(grads) };
}

describe("a call", () => {
  test("tells scalars from structure", () => {
    const call = { op: "leaky_relu", attrs: { negative_slope: 0.25 }, inputs: { input: list(-4, 4) } };
    expect(run(call).outputs).toEqual({ output: [-1, 4] });
    expect(run({ ...call, attrs: {} }).outputs["output"][0]).toBeCloseTo(-0.04, 8);
  });
  test("without upstream has no gradients", () => {
    expect(run({ op: "relu", inputs: { input: list(1) } }).grads).toEqual({});
  });
  test("has a gradient per differentiable input", () => {
    const inputs = { input: list(3), target: list(1) };
    const upstream = { output: { shape: [], data: [10] } };
    expect(run({ op: "half_squared_error", inputs, upstream })).toEqual({
      outputs: { output: [2] },
      grads: { input: [20] },
    });
  });
  test("gives zeros to an output without upstream", () => {
    const inputs = { a: list(2), b: list(5) };
    expect(run({ op: both, inputs, upstream: { area: list(1) } }).grads).toEqual({ a: [5], b: [2] });
  });
  test("writes a new parameter and leaves the old", () => {
    const call = { op: "sgd", attrs: { lr: 0.5 }, inputs: { param: list(1, 2), grad: list(2, -2) } };
    expect(run(call).outputs).toEqual({ param: [0, 3] });
  });
  test("stores numbers as float32", () => {
    const { feed } = record({ op: "relu", inputs: { input: list(0.1) } });
    expect([...feed.values()]).toEqual([Float32Array.of(0.1)]);
  });
});

describe("NaN and infinities go where PyTorch sends them", () => {
  const special = list(nan, Infinity, -Infinity, 0, -0);
  const upstream = { output: list(1, 2, 3, 4, 5) };
  test.each([
    ["relu", [nan, Infinity, 0, 0, 0], [1, 2, 0, 0, 0]],
    ["leaky_relu", [nan, Infinity, -Infinity, 0, -0], [0.5, 2, 1.5, 2, 2.5]],
    ["identity", [nan, Infinity, -Infinity, 0, -0], [1, 2, 3, 4, 5]],
  ])("%s", (op, output, input) => {
    const attrs = op === "leaky_relu" ? { negative_slope: 0.5 } : {};
    expect(run({ op, attrs, inputs: { input: special }, upstream })).toEqual({ outputs: { output }, grads: { input } });
  });
  test("a closed ReLU lets nothing through, not even NaN", () => {
    expect(
      run({ op: "relu", inputs: { input: list(-1, 0) }, upstream: { output: list(nan, Infinity) } }).grads,
    ).toEqual({
      input: [0, 0],
    });
  });
  test("0 · ∞ is NaN, in products and in their sums", () => {
    expect(run({ op: "mul", inputs: { a: list(0), b: list(Infinity) } }).outputs).toEqual({ output: [nan] });
    expect(run({ op: "matmul", inputs: { a: list(0, 1), b: list(Infinity, 1) } }).outputs).toEqual({ output: [nan] });
    expect(run({ op: "sum", inputs: { input: list(Infinity, -Infinity) } }).outputs).toEqual({ output: [nan] });
    expect(run({ op: "cumsum", attrs: { dim: 0 }, inputs: { input: list(1, nan, 2) } }).outputs).toEqual({
      output: [1, nan, nan],
    });
  });
});

describe("refused", () => {
  const two = { shape: [2, 3], data: [1, 2, 3, 4, 5] };
  const cases: readonly (readonly [string, OpCall])[] = [
    [
      "matmul: a has 5 numbers, its shape 2 × 3 holds 6; as many numbers would fit",
      { op: "matmul", inputs: { a: two, b: list(1, 2, 3) } },
    ],
    ["matmul: the input b is missing; it reads a, b", { op: "matmul", inputs: { a: list(1) } }],
    ["matmul: b is a scalar", { op: "matmul", inputs: { a: list(1), b: { shape: [], data: [1] } } }],
    [
      "matmul: transpose is no attribute of it; it takes none; a call without attributes would fit",
      { op: "matmul", attrs: { transpose: true }, inputs: {} },
    ],
    ["relu: input: the shape [0] has an extent of 0", { op: "relu", inputs: { input: list() } }],
    ["sum: dim 2 does not exist in 2", { op: "sum", attrs: { dim: [2] }, inputs: { input: list(1, 2) } }],
    ["sum: dim [0, -1] names axis 0 of 2 twice", { op: "sum", attrs: { dim: [0, -1] }, inputs: { input: list(1, 2) } }],
    ['sum: keepdim is "yes"; true or false', { op: "sum", attrs: { keepdim: "yes" }, inputs: { input: list(1) } }],
    ["cumsum: dim is missing", { op: "cumsum", inputs: { input: list(1) } }],
    [
      "half_squared_error: input is 1, target is 2",
      { op: "half_squared_error", inputs: { input: list(1), target: list(1, 2) } },
    ],
    ["sgd: param is 1, grad is 2; equal shapes", { op: "sgd", inputs: { param: list(1), grad: list(1, 2) } }],
    [
      "sgd: lr is NaN; a finite number would fit",
      { op: "sgd", attrs: { lr: nan }, inputs: { param: list(1), grad: list(1) } },
    ],
    [
      "leaky_relu: slope is no attribute of it; it takes none; besides these, it takes the numbers negative_slope",
      { op: "leaky_relu", attrs: { slope: 1 }, inputs: { input: list(1) } },
    ],
    [
      "relu: the upstream of output is 1, the output is 2",
      { op: "relu", inputs: { input: list(1, 2) }, upstream: { output: list(1) } },
    ],
    [
      "relu: no gradient arrives at y; output would fit",
      { op: "relu", inputs: { input: list(1) }, upstream: { y: list(1) } },
    ],
    ['ops: no op is named "Matmul"; there are matmul,', { op: "Matmul", inputs: {} }],
  ];
  test.each(cases)("%s", (message, call) => {
    expect(() => record(call)).toThrow(message);
  });
  test("an index beyond the rows", () => {
    const inputs = { weight: { shape: [2, 1], data: [1, 2] }, input: list(1, 0, 2) };
    expect(() => record({ op: "embedding", inputs })).toThrow(
      "embedding: input holds 2 at position 2, which is no index; whole numbers from 0 to 1 would fit",
    );
  });
  test("what is no number, or no shape", () => {
    const words = { shape: [1], data: ["1"] } as unknown as { shape: number[]; data: number[] };
    expect(() => record({ op: "relu", inputs: { input: words } })).toThrow(
      'relu: input holds "1" at position 0; numbers would fit',
    );
    const large = { shape: [1], data: [1n] } as unknown as { shape: number[]; data: number[] };
    expect(() => record({ op: "relu", inputs: { input: large } })).toThrow("relu: input holds 1n at position 0;");
    const bare = { data: [1] } as unknown as { shape: number[]; data: number[] };
    expect(() => record({ op: "relu", inputs: { input: bare } })).toThrow(ShapeError);
  });
});

describe("attributes", () => {
  const given = { flag: true, list: [1, 2], one: 3, half: 0.5, none: null, word: "x" };
  test("are read as what they are", () => {
    expect(flag("op", given, "flag", false)).toBe(true);
    expect(flag("op", given, "none", true)).toBe(true);
    expect(integers("op", given, "list", undefined)).toEqual([1, 2]);
    expect(integers("op", given, "one", undefined)).toEqual([3]);
    expect(integers("op", given, "none", undefined)).toBeUndefined();
    expect(real("op", given, "half", undefined)).toBe(0.5);
  });
  test.each([
    ['op: word is "x"; whole numbers would fit', () => integers("op", given, "word", [])],
    ["op: half is 0.5; whole numbers would fit", () => integers("op", given, "half", [])],
    ["op: missing is missing; a finite number would fit", () => real("op", given, "missing", undefined)],
    ["op: one is 3; true or false would fit", () => flag("op", given, "one", false)],
    ["op: flag is no attribute of it; it takes half, one", () => only("op", { flag: 1 }, ["half", "one"])],
  ])("refused: %s", (message, read) => {
    expect(read).toThrow(AttributeError);
    expect(read).toThrow(message);
  });
});

test("every op takes its own cases", () => {
  for (const op of ops)
    for (const { attributes } of op.cases) expect(() => op.attributes(attributes ?? {})).not.toThrow();
});
