/** Compositions: what they are made of, their gradients from end to end, and what they refuse in which words. */
import { describe, expect, test } from "vitest";
import { float32, float64 } from "../../src/core/precision";
import { reader, type Values } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { isDifferentiable, type Given } from "../../src/core/op";
import { uniform } from "../../src/core/random";
import { size } from "../../src/core/shape";
import { record, type Numbers, type OpCall, type Recorded } from "../../src/ops/call";
import type { AnyComposition } from "../../src/ops/compositions/composition";
import { callableNamed, compositions, ops } from "../../src/ops/index";
import { numbers } from "../tools/random";

const cases = compositions.flatMap((composition) =>
  composition.cases.map((each, i) => ({
    composition,
    each,
    seed: i + 1,
    title: `${composition.name} ${JSON.stringify(each)}`,
  })),
);

/** The numbers of every output and gradient of a call, in float64. */
function run(call: OpCall) {
  const { tape, exact, outputs, grads } = record(call);
  const read = reader(runReference(tape, exact));
  const all = (tensors: Recorded["outputs"]): Record<string, number[]> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [
        name,
        Array.from({ length: size(tensor.shape) }, (_, at) => read(tensor, at)),
      ]),
    );
  return { outputs: all(outputs), grads: all(grads) };
}

/** A case with random numbers and random gradients at every output that takes one. */
function called(
  composition: AnyComposition,
  { shapes, attributes = {} }: AnyComposition["cases"][number],
  seed: number,
) {
  const random = uniform(seed);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, numbers(shape, random)]));
  const { outputs } = record({ op: composition, attrs: attributes, inputs });
  const upstream = Object.fromEntries(
    composition.outputs.filter(isDifferentiable).map(({ name }) => [name, numbers(outputs[name].shape, random)]),
  );
  return { op: composition, attrs: attributes, inputs, ...(Object.keys(upstream).length > 0 && { upstream }) };
}

describe.each(compositions.map((each) => [each.name, each] as const))("%s", (name, composition) => {
  test("says where it comes from, has cases, and bears a name of its own", () => {
    expect(composition.source).toMatch(/^https:\/\//);
    expect(composition.cases.length).toBeGreaterThan(1);
    expect(ops.map((op) => op.name)).not.toContain(name);
    expect(callableNamed(name)).toBe(composition);
  });
  test("takes the attributes of its cases, and no others", () => {
    for (const { attributes = {} } of composition.cases) {
      expect(composition.takes).toEqual(expect.arrayContaining(Object.keys(attributes)));
      expect(() => composition.read({ ...attributes, nonsense: 1 })).toThrow(
        /nonsense is no attribute of it; it takes/,
      );
    }
  });
  test("refuses a stranger among its inputs", () => {
    const [{ attributes = {}, shapes }] = composition.cases;
    const inputs = Object.fromEntries(
      Object.entries(shapes).map(([each, shape]) => [each, numbers(shape, uniform(1))]),
    );
    const more = { ...inputs, stranger: numbers([1], uniform(1)) };
    expect(() => record({ op: name, attrs: attributes, inputs: more })).toThrow(
      `${name}: stranger is no input of it; it reads`,
    );
  });
  test("writes the outputs that it states", () => {
    for (const each of composition.cases)
      expect(Object.keys(record(called(composition, each, 1)).outputs).toSorted()).toEqual(
        composition.outputs.map((output) => output.name).toSorted(),
      );
  });
});

// ── gradients from end to end ───────────────────────────────────────────────

/** Σ upstream · output at given numbers, and what rounding may have added to it. */
function potential({ tape, outputs }: Recorded, upstream: Readonly<Record<string, Numbers>>, given: Values) {
  const forward = { steps: tape.steps.filter(({ kind }) => kind !== "gradient" && kind !== "gather") };
  const found = runInheriting(forward, given, float64);
  const terms = Object.entries(upstream).flatMap(([name, { data }]) => {
    const { values = [], bounds = [] } = found.get(outputs[name].of ?? outputs[name]) ?? {};
    return Array.from(data, (up, at) => ({ value: up * values[at], bound: Math.abs(up) * bounds[at] }));
  });
  const total = terms.reduce((sum, { value }) => sum + value, 0);
  const scale = terms.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const bound = terms.reduce((sum, each) => sum + each.bound, terms.length * scale * float64.unit);
  return { total, bound };
}

/** Along a random direction: the slope that the gradients say, and what central differences at h and h/2 find. */
function slopes(call: OpCall & { readonly upstream: Readonly<Record<string, Numbers>> }, seed: number) {
  const recorded = record(call);
  const random = uniform(seed);
  const given = [...recorded.exact].filter(([tensor]) => tensor.name in recorded.grads);
  const direction = new Map(given.map(([tensor, data]) => [tensor, Array.from(data, () => 2 * random() - 1)]));
  const { grads } = run(call);
  const said = given.reduce(
    (sum, [tensor]) =>
      sum + grads[tensor.name].reduce((own, slope, at) => own + slope * (direction.get(tensor)?.[at] ?? 0), 0),
    0,
  );
  const moved = (by: number) =>
    potential(
      recorded,
      call.upstream,
      new Map(
        [...recorded.exact].map(([tensor, data]) => [
          tensor,
          Array.from(data, (value, at) => value + by * (direction.get(tensor)?.[at] ?? 0)),
        ]),
      ),
    );
  const difference = (h: number) => {
    const [up, down] = [moved(h), moved(-h)];
    return { slope: (up.total - down.total) / (2 * h), floor: (up.bound + down.bound) / (2 * h) };
  };
  return { said, wide: difference(2 ** -9), narrow: difference(2 ** -10) };
}

const differentiable = cases.filter(({ composition }) => composition.outputs.some(isDifferentiable));
test.each(differentiable)("gradients are what differences close in on: $title", ({ composition, each, seed }) => {
  const call = called(composition, each, seed);
  if (!call.upstream) throw new Error(`${composition.name}: no output takes a gradient`);
  const { said, wide, narrow } = slopes({ ...call, upstream: call.upstream }, seed);
  const [before, after] = [Math.abs(wide.slope - said), Math.abs(narrow.slope - said)];
  // The error is c·h² + O(h⁴): a quarter, with a third as the room that the next order may take.
  expect(after).toBeLessThanOrEqual(Math.max(before / 3, narrow.floor));
  expect(said).not.toBe(0);
});

test("a gradient that arrives at one output alone counts the others as 0, and what it does not reach gets zeros", () => {
  const call = called(callableNamed("scaled_dot_product_attention") as AnyComposition, cases[0].each, 5);
  const { output, weights } = call.upstream ?? {};
  const both = run(call).grads;
  const [one, other] = [run({ ...call, upstream: { output } }).grads, run({ ...call, upstream: { weights } }).grads];
  expect(new Set(other["v"])).toEqual(new Set([0]));
  expect(other["q"].some((slope) => slope !== 0)).toBe(true);
  both["k"].forEach((slope, at) => expect(slope).toBeCloseTo(one["k"][at] + other["k"][at], 12));
});

// ── what they mean ──────────────────────────────────────────────────────────

const random = uniform(11);
const some = (...shape: readonly number[]): Numbers => numbers(shape, random);
/** A part of the first axis. */
const row = ({ shape, data }: Numbers, at: number): Numbers => {
  const cells = size(shape.slice(1));
  return { shape: shape.slice(1), data: Array.from(data).slice(at * cells, (at + 1) * cells) };
};
/** Columns `from` to `to` of a matrix. */
const columns = ({ shape: [rows, width], data }: Numbers, from: number, to: number): Numbers => ({
  shape: [rows, to - from],
  data: Array.from({ length: rows }, (_, i) => Array.from(data).slice(i * width + from, i * width + to)).flat(),
});

describe("attention", () => {
  const op = "scaled_dot_product_attention";
  test("over a batch is attention on each of it", () => {
    const inputs = { q: some(2, 5, 4), k: some(2, 3, 4), v: some(2, 3, 6) };
    const whole = run({ op, inputs }).outputs;
    const parts = [0, 1].map((at) => {
      const [q, k, v] = [row(inputs.q, at), row(inputs.k, at), row(inputs.v, at)];
      return run({ op, inputs: { q, k, v } }).outputs;
    });
    for (const name of ["output", "weights"]) expect(whole[name]).toEqual(parts.flatMap((part) => part[name]));
  });
  test("with heads is attention on parts of the width, side by side", () => {
    const inputs = { q: some(5, 6), k: some(4, 6), v: some(4, 8) };
    const whole = run({ op, attrs: { num_heads: 2 }, inputs }).outputs;
    const parts = [0, 1].map((at) => {
      const [q, k] = [inputs.q, inputs.k].map((each) => columns(each, 3 * at, 3 * at + 3));
      return run({ op, inputs: { q, k, v: columns(inputs.v, 4 * at, 4 * at + 4) } }).outputs;
    });
    expect(whole["weights"]).toEqual(parts.flatMap(({ weights }) => weights));
    const output = { shape: [5, 8], data: whole["output"] };
    parts.forEach((part, at) => expect(columns(output, 4 * at, 4 * at + 4).data).toEqual(part["output"]));
  });
  test("that is causal never looks ahead, not even at NaN", () => {
    const inputs = { q: some(4, 3), k: some(4, 3), v: some(4, 2) };
    const spoilt = { shape: [4, 3], data: Array.from(inputs.k.data, (value, at) => (at < 9 ? value : Number.NaN)) };
    const attrs = { causal: true };
    const clean = run({ op, attrs, inputs }).outputs;
    const { output, weights } = run({ op, attrs, inputs: { ...inputs, k: spoilt } }).outputs;
    expect(output.slice(0, 6)).toEqual(clean["output"].slice(0, 6));
    expect(weights.slice(12)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(weights.slice(0, 4)).toEqual([1, 0, 0, 0]);
  });
});

test("a recurrent network over a batch is one on each of it", () => {
  const weights = { w_ih: some(12, 2), w_hh: some(12, 3), b: some(12) };
  const [x, h0, c0] = [some(4, 2, 2), some(2, 3), some(2, 3)];
  const whole = run({ op: "lstm", inputs: { x, h0, c0, ...weights } }).outputs;
  const alone = [0, 1].map((at) => {
    const own = { shape: [4, 2], data: [0, 1, 2, 3].flatMap((t) => row(row(x, t), at).data as number[]) };
    return run({ op: "lstm", inputs: { x: own, h0: row(h0, at), c0: row(c0, at), ...weights } }).outputs;
  });
  expect(whole["cell"]).toEqual(alone.flatMap(({ cell }) => cell));
  alone.forEach(({ output }, at) =>
    [0, 1, 2, 3].forEach((t) =>
      expect(row(row({ shape: [4, 2, 3], data: whole["output"] }, t), at).data).toEqual(output.slice(3 * t, 3 * t + 3)),
    ),
  );
});

test("positions are as good far out as near by", () => {
  const far = 10_000;
  const { tape, exact, outputs } = record({
    op: "sinusoidal_positions",
    attrs: { length: far + 1, dim: 2 },
    inputs: {},
  });
  const found = runInheriting(tape, exact).get(outputs["output"].of ?? outputs["output"]);
  [Math.sin(far), Math.cos(far)].forEach((wanted, i) => {
    const at = 2 * far + i;
    expect(Math.abs((found?.values[at] ?? Number.NaN) - wanted)).toBeLessThanOrEqual(found?.bounds[at] ?? 0);
    // The angle is held to half a unit of what half a turn has, and so is the wave.
    expect(found?.bounds[at]).toBeLessThan(Math.PI * float32.unit * 4);
  });
});

describe("an optimizer walks as PyTorch's does", () => {
  const inputs = {
    h: { shape: [2, 2], data: [1.5, 0.25, 0.25, 0.75] },
    b: { shape: [2], data: [0.5, -1] },
    w: { shape: [2], data: [1, -2] },
  };
  // torch.optim in float64, three steps.
  const walks: readonly (readonly [Given, readonly number[]])[] = [
    [
      { kind: "sgd", lr: 0.125, momentum: 0.5, weight_decay: 0.25, nesterov: true },
      [0.133640289306640625, -0.49794769287109375],
    ],
    [
      { kind: "rmsprop", lr: 0.0625, alpha: 0.5, momentum: 0.5, weight_decay: 0.25, eps: 2 ** -10 },
      [0.6776169826956081, -1.6724899073826407],
    ],
    [
      { kind: "adam", lr: 0.0625, betas: [0.5, 0.75], weight_decay: 0.25, eps: 2 ** -10 },
      [0.813875345121921, -1.8129379816929503],
    ],
  ];
  test.each(walks)("%j", (attrs, end) => {
    const recorded = record({ op: "optimizer", attrs: { ...attrs, steps: 3 }, inputs });
    const found = runInheriting(recorded.tape, recorded.exact, float64).get(recorded.outputs["path"]);
    end.forEach((value, at) =>
      expect(Math.abs((found?.values[6 + at] ?? Number.NaN) - value)).toBeLessThanOrEqual(
        2 * (found?.bounds[6 + at] ?? 0),
      ),
    );
  });
});

const list = (...data: readonly number[]): Numbers => ({ shape: [data.length], data });

/** The names of what a first step hands on. */
const state = (op: string, attrs: Given = {}): readonly string[] => {
  return Object.keys(run({ op, attrs, inputs: { param: list(1), grad: list(1) } }).outputs);
};

describe("one step alone begins with no state, and hands on the state after it", () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  // What PyTorch makes of them, with lr = ½ and everything else left as it is.
  const [param, grad] = [list(inf, nan, -inf, 0, 1, 2), list(1, 1, 1, inf, nan, 0)];
  test.each([
    ["sgd", {}, [inf, nan, -inf, -inf, nan, 2]],
    ["sgd", { momentum: 0.5 }, [inf, nan, -inf, -inf, nan, 2]],
    ["rmsprop", {}, [inf, nan, -inf, nan, nan, 2]],
    ["adam", {}, [inf, nan, -inf, nan, nan, 2]],
  ] as const)("%s %j", (op, attrs, after) => {
    expect(run({ op, attrs: { lr: 0.5, ...attrs }, inputs: { param, grad } }).outputs["param"]).toEqual(after);
  });
  test("names the state by PyTorch's names", () => {
    expect(state("sgd")).toEqual(["param"]);
    expect(state("sgd", { momentum: 0.5 })).toEqual(["param", "momentum_buffer"]);
    expect(state("rmsprop", { momentum: 0.5 })).toEqual(["param", "square_avg", "momentum_buffer"]);
    expect(state("adam")).toEqual(["param", "exp_avg", "exp_avg_sq", "step"]);
  });
});

// ── refusals ────────────────────────────────────────────────────────────────

describe("refused", () => {
  const [q, k, v] = [some(3, 4), some(5, 4), some(5, 2)];
  const recurrent = { x: some(4, 2), h0: some(3), w_ih: some(3, 2), w_hh: some(3, 3), b: some(3) };
  const quadratic = { h: some(2, 2), b: some(2), w: some(2) };
  const step = { param: some(2), grad: some(2) };
  const refusals: readonly (readonly [string, OpCall])[] = [
    [
      "scaled_dot_product_attention: q is 3 × 4, k is 5 × 3, their widths (last extents) differ; equal ones would fit",
      { op: "scaled_dot_product_attention", inputs: { q, k: some(5, 3), v } },
    ],
    [
      "scaled_dot_product_attention: k is 5 × 4, v is 4 × 2, their lengths (last extents but one) differ; equal ones would fit",
      { op: "scaled_dot_product_attention", inputs: { q, k, v: some(4, 2) } },
    ],
    [
      "scaled_dot_product_attention: q is 4; two dimensions or more, length × width, would fit",
      { op: "scaled_dot_product_attention", inputs: { q: some(4), k, v } },
    ],
    [
      "scaled_dot_product_attention: q is 3 × 4; a width that 3 heads can share would fit",
      { op: "scaled_dot_product_attention", attrs: { num_heads: 3 }, inputs: { q, k, v } },
    ],
    [
      "scaled_dot_product_attention: num_heads is 0; 1 or more would fit",
      { op: "scaled_dot_product_attention", attrs: { num_heads: 0 }, inputs: { q, k, v } },
    ],
    [
      'scaled_dot_product_attention: causal is "yes"; true or false would fit',
      { op: "scaled_dot_product_attention", attrs: { causal: "yes" }, inputs: { q, k, v } },
    ],
    [
      "scaled_dot_product_attention: the batches of q, k and v: 2 and 3 and scalar do not broadcast",
      { op: "scaled_dot_product_attention", inputs: { q: some(2, 3, 4), k: some(3, 5, 4), v } },
    ],
    [
      "scaled_dot_product_attention: the input v is missing; it reads q, k, v",
      { op: "scaled_dot_product_attention", inputs: { q, k } },
    ],
    [
      "scaled_dot_product_attention: the upstream of weights is 3 × 4, the output is 3 × 5; equal shapes would fit",
      { op: "scaled_dot_product_attention", inputs: { q, k, v }, upstream: { weights: some(3, 4) } },
    ],
    [
      "scaled_dot_product_attention: no gradient arrives at attention; output, weights would fit",
      { op: "scaled_dot_product_attention", inputs: { q, k, v }, upstream: { attention: some(3, 4) } },
    ],
    [
      "rnn_tanh: h0 is 4, with x of 4 × 2 and 3 hidden; 3 would fit",
      { op: "rnn_tanh", inputs: { ...recurrent, h0: some(4) } },
    ],
    [
      "lstm: w_ih is 3 × 2, with x of 4 × 2 and 3 hidden; 12 × 2 would fit",
      { op: "lstm", inputs: { ...recurrent, c0: some(3) } },
    ],
    ["rnn_tanh: x is 4; length × width", { op: "rnn_tanh", inputs: { ...recurrent, x: some(4) } }],
    [
      "lstm: c0 has 1 numbers, its shape 2 holds 2",
      { op: "lstm", inputs: { ...recurrent, c0: { shape: [2], data: [1] } } },
    ],
    [
      "sinusoidal_positions: dim is 3; an even number, a sine and a cosine each, would fit",
      { op: "sinusoidal_positions", attrs: { length: 2, dim: 3 }, inputs: {} },
    ],
    [
      "sinusoidal_positions: length is missing; a whole number would fit",
      { op: "sinusoidal_positions", attrs: { dim: 2 }, inputs: {} },
    ],
    [
      "sinusoidal_positions: length 1000000000 and dim 1024 make 1024000000000 cells, more than 16777216; a length of at most 16384 would fit",
      { op: "sinusoidal_positions", attrs: { length: 1e9, dim: 1024 }, inputs: {} },
    ],
    [
      "sinusoidal_positions: length 300000 and dim 1024 make 307200000 cells, more than 16777216; a length of at most 16384 would fit",
      { op: "sinusoidal_positions", attrs: { length: 300_000, dim: 1024 }, inputs: {} },
    ],
    [
      "sinusoidal_positions: length 1 and dim 16777218 make 16777218 cells, more than 16777216; a dim of at most 16777216 would fit",
      { op: "sinusoidal_positions", attrs: { length: 1, dim: 2 ** 24 + 2 }, inputs: {} },
    ],
    [
      "sinusoidal_positions: x is no input of it; it reads none",
      { op: "sinusoidal_positions", attrs: { length: 2, dim: 2 }, inputs: { x: some(1) } },
    ],
    ["optimizer: kind is missing; sgd, rmsprop, adam would fit", { op: "optimizer", inputs: quadratic }],
    [
      'optimizer: kind is "adagrad"; sgd, rmsprop, adam would fit',
      { op: "optimizer", attrs: { kind: "adagrad" }, inputs: quadratic },
    ],
    [
      "optimizer: w is 2, h is 2 × 3; 2 × 2 would fit",
      { op: "optimizer", attrs: { kind: "sgd" }, inputs: { ...quadratic, h: some(2, 3) } },
    ],
    [
      "optimizer: w is 2, b is 3; 2 would fit",
      { op: "optimizer", attrs: { kind: "sgd" }, inputs: { ...quadratic, b: some(3) } },
    ],
    [
      "optimizer: steps is 0; 1 or more would fit",
      { op: "optimizer", attrs: { kind: "sgd", steps: 0 }, inputs: quadratic },
    ],
    [
      "optimizer: steps is 100000; 250 or fewer would fit",
      { op: "optimizer", attrs: { kind: "sgd", steps: 1e5 }, inputs: quadratic },
    ],
    [
      "optimizer: no gradient arrives at path; no output would fit",
      { op: "optimizer", attrs: { kind: "sgd" }, inputs: quadratic, upstream: { path: some(11, 2) } },
    ],
    [
      "sgd: nesterov looks ahead along a momentum, which is 0; one above 0 would fit",
      { op: "optimizer", attrs: { kind: "sgd", nesterov: true }, inputs: quadratic },
    ],
    [
      "sgd: alpha is no attribute of it; it takes nesterov; besides these, it takes the numbers lr, momentum, weight_decay",
      { op: "optimizer", attrs: { kind: "sgd", alpha: 0.5 }, inputs: quadratic },
    ],
    ["sgd: lr is -1; 0 or more would fit", { op: "sgd", attrs: { lr: -1 }, inputs: step }],
    ["adam: beta1 is 1; 0 or more and less than 1 would fit", { op: "adam", attrs: { betas: [1, 0.5] }, inputs: step }],
    ["adam: betas is 0.9; two numbers, [0.9, 0.999], would fit", { op: "adam", attrs: { betas: 0.9 }, inputs: step }],
    ["adam: step is 1; a scalar would fit", { op: "adam", inputs: { ...step, step: some(1) } }],
    [
      "rmsprop: param is 2, square_avg is 3; equal shapes would fit",
      { op: "rmsprop", inputs: { ...step, square_avg: some(3) } },
    ],
    [
      "recitation_network: w is [1,2]; three numbers, w₁, w₂ and w₃, would fit",
      { op: "recitation_network", attrs: { x: 1, y: 1, w: [1, 2], lr: 0.1, activation: "relu" }, inputs: {} },
    ],
    [
      'recitation_network: activation is "tanh"; relu, identity, leaky_relu would fit',
      { op: "recitation_network", attrs: { x: 1, y: 1, w: [1, 2, 3], lr: 0.1, activation: "tanh" }, inputs: {} },
    ],
  ];
  test.each(refusals)("%s", (message, call) => {
    expect(() => record(call)).toThrow(message);
  });
});
