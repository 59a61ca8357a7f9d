/** The benchmark judges by itself: what it expects, what it refuses, and how it takes medians. */
import * as fc from "fast-check";
import { build, type Rollup } from "vite";
import { describe, expect, test } from "vitest";
import { fault } from "../bench/check";
import { expectationOf } from "../bench/expected/index";
import { plain } from "../bench/plain/index";
import { peers } from "../bench/server.mjs";
import { dataOf, type Row } from "../bench/row";
import { median, quantile, spreadOf } from "../bench/statistics";

/** Small rows of every kind, none of which a tile divides. */
const windows = { stride: 2, padding: 1 };
const kinds: readonly Row[] = [
  { name: "matmul", op: "matmul", attributes: {}, inputs: { a: [7, 9], b: [9, 5] }, output: [7, 5] },
  { name: "chain", op: "matmul", attributes: {}, inputs: { a: [4, 4], b: [4, 4] }, output: [4, 4], chain: 6 },
  ...[undefined, "input", "weight"].map((gradient) => ({
    name: `conv2d ${gradient ?? "forward"}`,
    op: "conv2d",
    attributes: windows,
    inputs: { input: [2, 3, 9, 7], weight: [5, 3, 3, 3] },
    output: [2, 5, 5, 4],
    ...(gradient && { gradient }),
  })),
  ...[undefined, "input"].flatMap((gradient) => [
    {
      name: `max_pool2d ${gradient ?? "forward"}`,
      op: "max_pool2d",
      attributes: { ...windows, kernel_size: 3 },
      inputs: { input: [1, 3, 9, 7] },
      output: [1, 3, 5, 4],
      ...(gradient && { gradient }),
    },
    ...["softmax", "layer_norm", "relu", "gelu"].map((op) => ({
      name: `${op} ${gradient ?? "forward"}`,
      op,
      attributes: {},
      inputs: { input: [5, 13], weight: [13], bias: [13] },
      output: [5, 13],
      ...(gradient && { gradient }),
    })),
  ]),
  ...[undefined, "a"].flatMap((gradient) =>
    ["add", "mul"].map((op) => ({
      name: `${op} ${gradient ?? "forward"}`,
      op,
      attributes: {},
      inputs: { a: [5, 13], b: [5, 13] },
      output: [5, 13],
      ...(gradient && { gradient }),
    })),
  ),
];

async function plainly(row: Row): Promise<Float32Array> {
  const prepared = await plain.prepare(row, dataOf(row));
  await prepared?.batch(2);
  return Float32Array.from((await prepared?.output()) ?? []);
}

describe("what a row must come to", () => {
  for (const row of kinds) {
    test(`${row.name}: plain JavaScript comes to it, and no cell may be wrong`, async () => {
      const expectation = expectationOf(row, dataOf(row));
      const output = await plainly(row);
      expect(fault(output, expectation)).toBeUndefined();
      for (let at = 0; at < output.length; at++) {
        for (const wrong of [output[at] + 0.01, Number.NaN]) {
          expect(fault(output.with(at, wrong), expectation), `cell ${at}`).toContain(`cell ${at} is`);
        }
      }
    });
  }

  test("the bounds leave no room for a term that is missing", () => {
    const [row] = kinds;
    const { values, bounds } = expectationOf(row, dataOf(row));
    const { a, b } = dataOf(row).inputs;
    const short = values.map((value, at) => value - a[Math.floor(at / 5) * 9 + 8] * b[8 * 5 + (at % 5)]);
    short.forEach((value, at) => {
      expect(fault([value], { values: values.slice(at, at + 1), bounds: bounds.slice(at, at + 1) })).toBeDefined();
    });
  });

  test("an output of another length is refused", () => {
    const expectation = { values: Float64Array.of(1, 2), bounds: Float64Array.of(0, 0) };
    expect(fault([1], expectation)).toBe("1 numbers; 2 were expected");
    expect(fault([1, 2], expectation)).toBeUndefined();
  });
});

describe("medians and quartiles", () => {
  // Added to 0, −0 is 0.
  const sample = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
  const samples = fc.array(sample, { minLength: 1, maxLength: 30 });

  test("of known samples", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(spreadOf([5, 1, 2, 4, 3])).toEqual({ median: 3, lower: 2, upper: 4, samples: 5 });
    expect(() => median([])).toThrow("no samples");
  });

  test("as many samples lie above as below, whatever their order", () => {
    fc.assert(
      fc.property(samples, (list) => {
        const middle = median(list);
        expect(list.filter((value) => value < middle).length).toBeLessThanOrEqual(list.length / 2);
        expect(list.filter((value) => value > middle).length).toBeLessThanOrEqual(list.length / 2);
        expect(median(list.toReversed())).toBe(middle);
        expect(quantile(list, 0)).toBe(Math.min(...list));
        expect(quantile(list, 1)).toBe(Math.max(...list));
      }),
    );
  });
});

test("no library that is measured beside Backflow is in what is published", async () => {
  const built = (await build({ logLevel: "silent", build: { write: false } })) as Rollup.RollupOutput;
  const modules = built.output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  expect(modules.some((id) => id.includes("/node_modules/three/"))).toBe(true);
  const foreign = [...peers, "@tensorflow", "webgpu"].map((name) => `/node_modules/${name}/`);
  expect(modules.filter((id) => foreign.some((name) => id.includes(name)))).toEqual([]);
  // A worker's modules are not listed: its text is searched, as is every other.
  const texts = built.output.map((file) => (file.type === "chunk" ? file.code : file.source));
  expect(texts.filter((text) => /onnxruntime|tensorflow|jax-js/i.test(String(text)))).toEqual([]);
}, 120_000);
