/** The kernels of convolution, pooling and unfolding: on what is drawn at random, and broken on purpose. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../src/core/compare";
import type { Tensor } from "../../src/core/graph";
import type { AnyOp, Case } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import { record } from "../../src/ops/call";
import { opNamed } from "../../src/ops";
import { wholeCall, windowCases } from "../tools/windows";
import { judge, recordCase, rewriting, withKernels, withSpecials } from "./calls";
import { compute, faults, openRig } from "./rig";

const { processor, errors } = await openRig();

describe("shapes and attributes drawn at random", () => {
  it.each(Object.entries(windowCases))(
    "hold for %s, on few whole numbers and on NaN and infinities",
    async (name, cases) => {
      const law = fc.asyncProperty(cases, fc.integer({ min: 1, max: 1e6 }), async (each, seed) => {
        expect(faults(await judge(processor, record(wholeCall(name, each, seed))))).toEqual([]);
        expect(faults(await judge(processor, recordCase(opNamed(name), each, seed, withSpecials)))).toEqual([]);
      });
      await fc.assert(law, { numRuns: 12, seed: 1, endOnFailure: true });
    },
  );
});

/** Layers as networks have them, beyond what is drawn: long sums, many channels, remainders of every tile. */
const layers: readonly [string, Case][] = [
  ["conv2d", { shapes: { input: [2, 3, 33, 30], weight: [17, 3, 7, 7] }, attributes: { stride: 2, padding: 3 } }],
  ["conv2d", { shapes: { input: [1, 20, 9, 13], weight: [10, 10, 3, 3] }, attributes: { padding: 1, groups: 2 } }],
  ["max_pool2d", { shapes: { input: [2, 5, 21, 19] }, attributes: { kernel_size: 3, stride: 2, padding: 1 } }],
  ["avg_pool2d", { shapes: { input: [2, 5, 21, 19] }, attributes: { kernel_size: 7, stride: 1, padding: 3 } }],
];

it.each(layers)("%s holds for a layer, and gives the same bits again", async (name, each) => {
  const call = recordCase(opNamed(name), each, 5);
  expect(faults(await judge(processor, call))).toEqual([]);
  const [once, again] = [
    await compute(processor, call.tape, call.feed),
    await compute(processor, call.tape, call.feed),
  ];
  for (const [tensor, values] of once)
    expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
      new Uint32Array(values.buffer),
    );
});

// ── kernels broken on purpose ───────────────────────────────────────────────

/** The tensors of a call on whole numbers that fail. */
async function failing(op: AnyOp, each: Case): Promise<readonly string[]> {
  const comparisons: ReadonlyMap<Tensor, Comparison> = await judge(processor, record(wholeCall(op, each)));
  return Array.from(comparisons)
    .filter(([, { verdict }]) => verdict === "fails")
    .map(([tensor]) => tensor.name);
}

const convolved: Case = {
  shapes: { input: [2, 4, 7, 9], weight: [6, 2, 3, 2], bias: [6] },
  attributes: { stride: [2, 1], padding: [2, 1], dilation: [2, 3], groups: 2 },
};
const pooled: Case = {
  shapes: { input: [2, 2, 7, 9] },
  attributes: { kernel_size: 3, stride: 2, padding: 1 },
};
const dense: Case = { ...pooled, attributes: { kernel_size: 3, stride: 1, padding: 1 } };
const dilated: Case = { shapes: { input: [1, 9, 9] }, attributes: { kernel_size: 2, stride: 1, dilation: 3 } };
const uncounted: Case = { ...pooled, attributes: { ...pooled.attributes, count_include_pad: false } };
const unfolded: Case = {
  shapes: { input: [1, 2, 7, 6] },
  attributes: { kernel_size: [3, 2], padding: 1, dilation: [2, 1], stride: 2 },
};
const [input, weight] = ["∂L/∂input", "∂L/∂weight"];

/** What is wrong, in which op, the text and what stands in its place, the case, and what must fail. */
const planted: readonly [string, string, string, string, Case, readonly string[]][] = [
  [
    "padding off by one",
    "conv2d",
    "row * block.strideDown - block.paddingDown",
    "row * block.strideDown - block.paddingDown - 1u",
    convolved,
    ["conv2d"],
  ],
  [
    "padding off by one",
    "conv2d",
    "phase + block.paddingAcross",
    "phase + block.paddingAcross + 1u",
    convolved,
    [input],
  ],
  [
    "padding off by one",
    "conv2d",
    "block.dilationAcross - block.paddingAcross",
    "block.dilationAcross - block.paddingAcross - 1u",
    convolved,
    [weight],
  ],
  ["a lost channel", "conv2d", "channel < block.channels", "channel + 1u < block.channels", convolved, ["conv2d"]],
  ["a lost channel", "conv2d", "output < block.outputs", "output + 1u < block.outputs", convolved, [input]],
  ["a forgotten dilation", "conv2d", "i * block.dilationDown", "i", convolved, ["conv2d", input]],
  [
    "a forgotten dilation",
    "conv2d",
    "block.kernelColumns * block.dilationAcross",
    "block.kernelColumns",
    convolved,
    [weight],
  ],
  [
    "a forgotten group",
    "conv2d",
    "(batch * block.groups + member) * block.channels * area",
    "(batch * block.groups) * block.channels * area",
    convolved,
    ["conv2d"],
  ],
  ["a forgotten group", "conv2d", "member * block.outputs * taps", "0u", convolved, [input]],
  ["a forgotten bias", "conv2d", "block.biased == 1u", "false", convolved, ["conv2d"]],
  ["a column beyond the tile", "conv2d", "if (columns.z < end) {", "if (false) {", convolved, ["conv2d", input]],
  ["a part of a long sum", "conv2d", "block.batches * plane)", "block.batches * plane - 1u)", convolved, [weight]],
  ["a window where none is", "conv2d", "cells, inside)", "cells, vec4<bool>(true))", convolved, [input]],
  ["the last maximum", "max_pool2d", "late.rank > min(", "late.rank >= min(", pooled, ["indices"]],
  ["a forgotten dilation", "max_pool2d", "i * block.dilationDown", "i", dilated, ["output", "indices"]],
  ["padding off by one", "max_pool2d", "(x + block.paddingAcross", "(x + block.paddingAcross + 1u", dense, [input]],
  ["a window that is left out", "max_pool2d", "row < bottom", "row + 1u < bottom", dense, [input]],
  ["every tie a winner", "max_pool2d", "asked.won == cells", "asked.won <= cells", pooled, [input]],
  ["padding that is counted", "avg_pool2d", "block.counted == 1u", "true", uncounted, ["avg_pool2d", input]],
  ["padding that is not counted", "avg_pool2d", "block.counted == 1u", "false", pooled, ["avg_pool2d", input]],
  [
    "padding off by one",
    "unfold",
    "i * block.dilationDown - block.paddingDown",
    "i * block.dilationDown - block.paddingDown + 1u",
    unfolded,
    ["unfold"],
  ],
  ["a window between two", "unfold", "| (row * block.strideDown + down != y)", "", unfolded, [input]],
];

describe("a line of WGSL that is wrong", () => {
  it.each(planted)("%s is caught in %s: %s", async (_, name, text, other, each, wanted) => {
    const op = opNamed(name);
    const kernels = [op.kernels.forward, ...Object.values(op.kernels.gradient)].flatMap((recipe) =>
      kernelsIn(recipe ?? []),
    );
    expect(kernels.some(({ shader }) => shader.code.includes(text))).toBe(true);
    expect(await failing(op, each)).toEqual([]);
    expect(await failing(withKernels(op, rewriting(text, other)), each)).toEqual(expect.arrayContaining([...wanted]));
  });
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
