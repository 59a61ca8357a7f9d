/** What the page's `run` answers, by the GPU and by the worker's reference: compositions, state, and refusals. */
import { afterAll, describe, expect, it } from "vitest";
import { compare } from "../../src/core/compare";
import { float32, float64 } from "../../src/core/precision";
import { size } from "../../src/core/shape";
import { compositions } from "../../src/ops";
import type { Numbers, OpCall } from "../../src/ops/call";
import { Engine } from "../../src/ui/engine";
import { opReports } from "../../src/ui/op-report";
import { expectedOf, goldenCases, recordGolden, type ValueCase } from "../tools/golden";

const errors: string[] = [];
const engine = new Engine({ error: (message) => errors.push(message), lost: (message) => errors.push(message) });
await engine.open();
afterAll(() => engine.gpu?.device.destroy());

const backends = [
  ["gpu", float32],
  ["reference", float64],
] as const;
const names = compositions.map(({ name }) => name);
const goldens = goldenCases(names).filter((each): each is ValueCase => each.kind === "values");
/** One golden of each composition. */
const one = names.map((name) => goldens.find(({ op }) => op === name)).filter((each) => each !== undefined);

const zeros = (...shape: readonly number[]): Numbers => ({ shape, data: new Float32Array(size(shape)) });
const callOf = ({ op, attrs, inputs, upstream }: ValueCase): OpCall => ({
  op,
  attrs,
  inputs,
  ...(upstream && { upstream }),
});

describe.each(backends)("%s", (backend, precision) => {
  it.each(one.map((golden) => [golden.op, golden] as const))("answers %s within its bounds", async (_, golden) => {
    const recorded = recordGolden(golden);
    const expecting = expectedOf(recorded, precision);
    const { outputs, grads } = await engine.run(callOf(golden), backend);
    const check = (
      answers: Readonly<Record<string, Numbers>>,
      ours: typeof recorded.outputs,
      theirs: ValueCase["inputs"],
    ) => {
      expect(Object.keys(answers).toSorted()).toEqual(Object.keys(theirs).toSorted());
      for (const [name, { shape, data }] of Object.entries(theirs)) {
        expect(answers[name].shape).toEqual(shape);
        const { verdict, ratio } = compare(answers[name].data, expecting(ours[name], data), precision);
        expect({ name, verdict, ratio }).toMatchObject({ name, verdict: "holds" });
      }
    };
    check(outputs, recorded.outputs, golden.outputs);
    check(grads, recorded.grads, golden.grads ?? {});
  });

  it("hands on the state of an optimizer", async () => {
    const inputs = { param: { shape: [2], data: [1, 2] }, grad: { shape: [2], data: [1, -1] } };
    const first = await engine.run({ op: "adam", attrs: { lr: 0.5 }, inputs }, backend);
    const { param, ...state } = first.outputs;
    expect(Array.from(state["step"].data)).toEqual([1]);
    const second = await engine.run(
      { op: "adam", attrs: { lr: 0.5 }, inputs: { ...inputs, ...state, param } },
      backend,
    );
    expect(Array.from(second.outputs["step"].data)).toEqual([2]);
    // With a slope that stays the same Adam walks lr a step.
    expect(Array.from(second.outputs["param"].data, (value) => Math.round(value * 1000))).toEqual([0, 3000]);
  });

  it.each([
    ["ops: no op is named", { op: "nonsense", inputs: {} }],
    ["lstm: the input x is missing; it reads x, h0, c0, w_ih, w_hh, b", { op: "lstm", inputs: {} }],
    [
      "sinusoidal_positions: dim is 3; an even number, a sine and a cosine each, would fit",
      { op: "sinusoidal_positions", attrs: { length: 1, dim: 3 }, inputs: {} },
    ],
    [
      "add: output is 15000 × 15000, 900 MB: run hands numbers over as JavaScript arrays, at most 64 MiB per tensor (16,777,216 cells); 4096 × 4096 would fit",
      { op: "add", inputs: { a: zeros(15_000, 1), b: zeros(15_000) } },
    ],
    [
      "matmul: output is 20000 × 20000, 1.6 GB: run hands numbers over",
      { op: "matmul", inputs: { a: zeros(20_000, 1), b: zeros(1, 20_000) } },
    ],
    [
      "conv2d: output is 1 × 1 × 4294967297 × 4294967297, ",
      { op: "conv2d", attrs: { padding: 2 ** 31 }, inputs: { input: zeros(1, 1, 2, 2), weight: zeros(1, 1, 2, 2) } },
    ],
    ["relu: input is 100000 × 100000, 40 GB: run", { op: "relu", inputs: { input: { shape: [1e5, 1e5], data: [1] } } }],
  ])("refuses: %s", async (message, call) => {
    await expect(engine.run(call, backend)).rejects.toThrow(message);
  });
});

it("lists every op and composition by name, with what it reads", () => {
  const listed = new Map(opReports.map((report) => [report.name, report]));
  expect(listed.size).toBe(opReports.length);
  expect(listed.get("lstm")).toMatchObject({ kind: "composition", outputs: ["output", "cell"], attributes: [] });
  expect(listed.get("sgd")).toMatchObject({ kind: "op", scalars: ["lr", "momentum", "weight_decay"] });
  expect(listed.get("scaled_dot_product_attention")?.attributes).toEqual(["causal", "num_heads"]);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
