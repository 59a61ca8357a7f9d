/** The families of kernels of `conv2d`, each forced: on awkward shapes, on what is not finite, and which of them suit. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteOf } from "../../src/core/graph";
import type { Case } from "../../src/core/op";
import { isChoice } from "../../src/core/recipe";
import { record } from "../../src/ops/call";
import { wholeCall } from "../tools/windows";
import { judge, recordCase, withSpecials } from "./calls";
import { conv2d, differing, families, forced, layer } from "./conv2d-families";
import { compute, faults, openRig } from "./rig";

const { processor, errors } = await openRig();

/** Each length of a chunk of taps that the shaders are compiled for, alone and beside a shorter one. */
const lengths: readonly Case[] = [
  layer([1, 3, 5, 17], 9, [2, 1], { padding: [1, 0] }),
  layer([1, 3, 5, 17], 9, [1, 2]),
  layer([1, 3, 5, 17], 9, 3, { stride: 2, padding: 1 }),
  layer([2, 3, 5, 17], 17, 3, { padding: 1 }),
  layer([1, 3, 7, 16], 9, 5, { stride: 2, padding: 2 }),
  layer([1, 3, 7, 9], 9, 4, { padding: 2 }),
  layer([1, 2, 7, 17], 9, 5, { padding: 2 }),
  layer([1, 2, 8, 17], 8, 6, { padding: 3 }),
  layer([1, 3, 17, 17], 7, 7, { stride: 2, padding: 3 }),
  layer([1, 2, 9, 17], 3, [1, 9], { padding: [0, 3] }),
];
/** Grouped, depthwise, dilated, wider strides than kernels, one row or one column or one cell, and more padding than kernel. */
const shapes: readonly Case[] = [
  layer([2, 18, 7, 9], 18, 3, { padding: 1, groups: 2 }),
  layer([2, 9, 9, 17], 9, 3, { padding: 1, groups: 9 }),
  layer([1, 3, 17, 8], 6, 3, { padding: 1, groups: 3, stride: [2, 3] }),
  layer([1, 4, 17, 19], 9, 3, { padding: [2, 3], dilation: [3, 2] }),
  layer([3, 2, 9, 9], 3, 2, { stride: 3, padding: 1 }),
  layer([1, 2, 17, 1], 9, [3, 1], { padding: [1, 0] }),
  layer([1, 2, 1, 17], 9, [1, 3], { padding: [0, 1] }),
  layer([3, 9, 1, 1], 9, 1),
  layer([1, 2, 4, 7], 3, 2, { padding: 3 }),
  layer([1, 2, 13, 8], 3, [3, 2], { padding: [3, 2], stride: [2, 1], dilation: [3, 1] }),
];

const extent = fc.oneof(fc.constantFrom(1, 7, 8, 9, 17), fc.integer({ min: 1, max: 20 }));
const axis = fc
  .record({
    extent,
    kernel: fc.integer({ min: 1, max: 8 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ extent: n, kernel, padding, dilation }) => n + 2 * padding > (kernel - 1) * dilation);
/** Blocks of registers do not serve a kernel that is dilated along rows while windows are more than one column apart. */
const across = axis.filter(({ stride, dilation, extent: n, padding, kernel }) =>
  stride === 1 ? n + 2 * padding > (kernel - 1) * dilation : dilation === 1,
);
const channels = fc.constantFrom(1, 2, 3, 8, 9);
const drawn = fc
  .tuple(axis, across, fc.integer({ min: 1, max: 3 }), channels, channels, fc.constantFrom("one", "two", "each"))
  .map(([down, over, batches, read, written, grouping]): Case => {
    const groups = { one: 1, two: 2, each: read }[grouping] ?? 1;
    const own = grouping === "each" ? 1 : read;
    const pairOf = (name: "stride" | "padding" | "dilation") => [down[name], over[name]];
    return layer([batches, own * groups, down.extent, over.extent], written * groups, [down.kernel, over.kernel], {
      stride: pairOf("stride"),
      padding: pairOf("padding"),
      dilation: pairOf("dilation"),
      groups,
    });
  });

describe.each(families)("%s", (family) => {
  const op = forced(family);

  it("makes the numbers of plain loops for every length of a chunk", { timeout: 240_000 }, async () => {
    for (const each of lengths) expect(await differing(processor, op, each), JSON.stringify(each)).toEqual([]);
  });

  it("makes the numbers of plain loops for every other shape", { timeout: 240_000 }, async () => {
    for (const each of shapes) {
      expect(await differing(processor, op, each), JSON.stringify(each)).toEqual([]);
    }
  });

  it("makes the numbers of plain loops for what is drawn at random", { timeout: 240_000 }, async () => {
    const law = fc.asyncProperty(drawn, fc.integer({ min: 1, max: 1e6 }), async (each, seed) => {
      expect(await differing(processor, op, each, seed)).toEqual([]);
    });
    await fc.assert(law, { numRuns: 20, seed: 3, endOnFailure: true });
  });

  it("holds on numbers that are not whole, and on NaN and infinities", { timeout: 240_000 }, async () => {
    for (const each of [...lengths.slice(3, 7), ...shapes.slice(0, 6)]) {
      expect(faults(await judge(processor, recordCase(op, each, 4))), JSON.stringify(each)).toEqual([]);
      expect(faults(await judge(processor, recordCase(op, each, 5, withSpecials))), JSON.stringify(each)).toEqual([]);
    }
  });

  it("holds for a larger layer, with the same bits again", { timeout: 240_000 }, async () => {
    const large = layer([1, 8, 64, 64], 16, 3, { padding: 1 });
    expect(await differing(processor, op, large)).toEqual([]);
    const { tape, feed } = recordCase(op, large, 7);
    const [once, again] = [await compute(processor, tape, feed), await compute(processor, tape, feed)];
    for (const [tensor, values] of once)
      expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
        new Uint32Array(values.buffer),
      );
  });
});

// ── which family suits ──────────────────────────────────────────────────────

/** The families that suit each part of a case, the forward pass first. */
function suiting(each: Case): Readonly<Record<string, readonly string[]>> {
  const { tape } = record(wholeCall("conv2d", each));
  const site = siteOf(tape.graph.nodes[0]);
  const { forward, gradient } = conv2d.kernels;
  const recipes = Object.entries({ forward, ...gradient });
  return Object.fromEntries(
    recipes.flatMap(([part, recipe]) => (recipe && isChoice(recipe) ? [[part, recipe.suited(site)]] : [])),
  );
}

describe("which family suits", () => {
  const [general, registers, planes] = families.map((family) => [family]);
  const shared = ["registers", "tiles"];
  it.each([
    ["a layer", layer([1, 8, 64, 64], 16, 3, { padding: 1 }), registers, registers, registers],
    ["a large one", layer([1, 16, 64, 64], 32, 3, { padding: 1 }), shared, registers, registers],
    ["a small one", layer([1, 1, 4, 4], 1, 2), general, general, general],
    ["a depthwise one", layer([1, 32, 33, 33], 32, 3, { groups: 32 }), planes, planes, registers],
    ["one channel in", layer([8, 1, 28, 28], 8, 5), registers, planes, registers],
    ["a dilated one", layer([1, 16, 33, 33], 16, 3, { dilation: 2 }), registers, registers, registers],
    [
      "a dilated one with strides",
      layer([1, 16, 33, 33], 16, 3, { dilation: 3, stride: 2 }),
      general,
      general,
      general,
    ],
  ])("%s", (_, each, forward, input, weight) => {
    expect(suiting(each)).toEqual({ forward, input, weight });
  });
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
