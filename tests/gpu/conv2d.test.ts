/** The families of kernels of `conv2d`, each forced: on awkward shapes, on what is not finite, and broken on purpose. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteOf } from "../../src/core/graph";
import type { AnyOp, Case } from "../../src/core/op";
import { isChoice, kernelsIn, type Recipe } from "../../src/core/recipe";
import { opNamed } from "../../src/ops";
import { record, type Numbers, type OpCall } from "../../src/ops/call";
import { plainly, wholeCall } from "../tools/windows";
import { judge, recordCase, rewriting, withKernels, withSpecials } from "./calls";
import { compute, faults, openRig } from "./rig";

const { processor, errors } = await openRig();
const conv2d = opNamed("conv2d");
const families = ["general", "registers", "planes", "tiles"] as const;
type Family = (typeof families)[number];

/** The recipe of one family alone, the general one where it is not there; the gradient of the bias has no families. */
const only = (recipe: Recipe, family: Family): Recipe =>
  isChoice(recipe) ? (recipe.families[family] ?? recipe.families["general"]) : recipe;

/** The op, computed by one family whatever suits. */
const forced = (family: Family): AnyOp => ({
  ...conv2d,
  kernels: {
    forward: only(conv2d.kernels.forward, family),
    gradient: Object.fromEntries(
      Object.entries(conv2d.kernels.gradient).map(([input, recipe]) => [input, only(recipe ?? [], family)]),
    ),
  },
});

// ── against plain loops, exactly ────────────────────────────────────────────

/** The tensors of a call on whole numbers, which sum exactly, that differ from what plain loops make of them. */
async function differing(op: AnyOp, each: Case, seed = 1, change = (call: OpCall) => call): Promise<readonly string[]> {
  const call = change(wholeCall(op, each, seed));
  const { tape, feed } = record(call);
  const { outputs, grads } = plainly["conv2d"](call);
  const expected = new Map([["conv2d", outputs["output"]]]);
  for (const [input, grad] of Object.entries(grads)) expected.set(`∂L/∂${input}`, grad);
  const found = await compute(processor, tape, feed);
  const seen = Array.from(found).filter(([{ name }]) => expected.has(name));
  expect(seen.map(([{ name }]) => name).toSorted()).toEqual([...expected.keys()].toSorted());
  return seen.filter(([{ name }, values]) => !same(values, expected.get(name) ?? [])).map(([{ name }]) => name);
}
/** Whether the numbers are equal; 0 and −0 are, and NaN equals NaN. */
const same = (values: Float32Array, expected: readonly number[]): boolean =>
  values.length === expected.length &&
  values.every((value, i) => value === expected[i] || (Number.isNaN(value) && Number.isNaN(expected[i])));

/** A convolution of a batch; the kernel, the stride and the like are one number, or one for rows and one for columns. */
function layer(
  [batches, channels, ...plane]: readonly number[],
  outputs: number,
  kernel: number | readonly [number, number],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Case {
  const [rows, columns] = [kernel, kernel].flat();
  const each = channels / Number(attributes["groups"] ?? 1);
  const pairs = Object.entries(attributes).map(([name, given]) => [
    name,
    name === "groups" || Array.isArray(given) ? given : [given, given],
  ]);
  return {
    shapes: {
      input: [batches, channels, ...plane],
      weight: [outputs, each, ...(Array.isArray(kernel) ? kernel : [rows, columns])],
      bias: [outputs],
    },
    attributes: Object.fromEntries(pairs),
  };
}

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
    for (const each of lengths) expect(await differing(op, each), JSON.stringify(each)).toEqual([]);
  });

  it("makes the numbers of plain loops for every other shape", { timeout: 240_000 }, async () => {
    for (const each of shapes) {
      expect(await differing(op, each), JSON.stringify(each)).toEqual([]);
    }
  });

  it("makes the numbers of plain loops for what is drawn at random", { timeout: 240_000 }, async () => {
    const law = fc.asyncProperty(drawn, fc.integer({ min: 1, max: 1e6 }), async (each, seed) => {
      expect(await differing(op, each, seed)).toEqual([]);
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
    expect(await differing(op, large)).toEqual([]);
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

// ── kernels broken on purpose ───────────────────────────────────────────────

const [output, input, weight] = ["conv2d", "∂L/∂input", "∂L/∂weight"];
const plain = layer([2, 9, 17, 19], 17, 3, { padding: 1 });
const strided = layer([2, 9, 17, 19], 10, 3, { padding: 1, stride: 2 });
const dilated = layer([1, 3, 17, 19], 9, 3, { padding: 2, dilation: [3, 2] });
const grouped = layer([2, 4, 17, 19], 6, 3, { padding: 1, groups: 2 });
const wide = layer([1, 2, 9, 19], 3, 7, { padding: 3 });

/** What is wrong, in which family, the text and what stands in its place, the case, and what must differ. */
const planted: readonly [string, Family, string, string, Case, readonly string[]][] = [
  [
    "a tile",
    "registers",
    "let column = other % block.across * 8u;",
    "let column = min(other % block.across, 1u) * 8u;",
    plain,
    [output],
  ],
  [
    "a tile",
    "registers",
    "let span = other % block.across * 8u;",
    "let span = min(other % block.across, 1u) * 8u;",
    plain,
    [input],
  ],
  ["a remainder column", "registers", "k + 2u < count", "k + 3u < count", plain, [output, input]],
  ["a channel", "registers", "(*sums)[14] += lower.w * left", "(*sums)[14] += lower.z * left", plain, [output, input]],
  [
    "a channel of the last tile",
    "registers",
    "n < min(channels, 8u)",
    "n < max(min(channels, 8u), 2u) - 1u",
    plain,
    [output, input],
  ],
  [
    "a lost term",
    "registers",
    "walk.kernelRows * block.terms;",
    "walk.kernelRows * block.terms - 1u;",
    plain,
    [output, input],
  ],
  ["a tap", "registers", "if (taps > 2u) {", "if (taps > 3u) {", plain, [output, input]],
  ["a chunk", "registers", "block.kernelRows * block.terms * 8u;\n  }", "0u;\n  }", wide, [output, input]],
  ["a phase of the kernel", "registers", "chunksOf(1u)", "0u", strided, [output]],
  ["a phase of the image", "registers", "+ x * block.quads", "", dilated, [output]],
  ["a phase of the image", "registers", "+ run * block.quads", "", dilated, [input]],
  [
    "a row of the kernel",
    "registers",
    "top = select(top, i - 1u, reaches);",
    "top = select(top, max(i, 2u) - 1u, reaches);",
    plain,
    [input],
  ],
  [
    "a group",
    "registers",
    "walk.weight = (member * block.tiles + tile)",
    "walk.weight = tile",
    grouped,
    [output, input],
  ],
  ["a bias", "registers", "let b1 = bias[offset + min(first + 1u, last)];", "let b1 = b0;", plain, [output]],
  [
    "a column of padding",
    "registers",
    "phase - block.before;",
    "phase - block.before + 1u;",
    plain,
    [output, input, weight],
  ],
  [
    "a vec4 of a run",
    "registers",
    "min(first + 8u, block.quads)",
    "min(first + 4u, block.quads)",
    plain,
    [output, input, weight],
  ],
  ["a tap that is turned", "registers", "let back = taps - 1u - min(", "let back = min(", plain, [input]],
  [
    "a group of taps",
    "registers",
    "addGroup(&sums, 1u, group1 + at, four);",
    "addGroup(&sums, 1u, group0 + at, four);",
    plain,
    [weight],
  ],
  [
    "a group of taps beyond the first",
    "registers",
    "if (taps < 4u) { addGroup",
    "if (taps < 3u) { addGroup",
    plain,
    [weight],
  ],
  ["a channel out", "registers", "if (channels > 7u) { deliver", "if (channels > 20u) { deliver", plain, [weight]],
  [
    "the last row of windows",
    "registers",
    "block.batches * block.rows - start",
    "block.batches * block.rows - start - 1u",
    plain,
    [weight],
  ],
  ["a part of the sum", "registers", "parts[part * cells + at]", "parts[min(part, 1u) * cells + at]", plain, [weight]],
  ["the step to the next image", "registers", "batchPlanes - block.rows", "0u - block.rows", plain, [weight]],
  [
    "a tile",
    "planes",
    "let row = other % block.tiles * 8u;",
    "let row = min(other % block.tiles, 1u) * 8u;",
    plain,
    [output],
  ],
  ["a tile", "planes", "let tile = other % block.tiles;", "let tile = min(other % block.tiles, 1u);", plain, [input]],
  ["a remainder row", "planes", "n < min(rows, 8u)", "n < max(min(rows, 8u), 2u) - 1u", plain, [output, input]],
  ["a remainder column", "planes", "k + 2u < count", "k + 3u < count", plain, [output, input]],
  ["a row that is not there", "planes", "vec4<bool>(row < block.tall)", "vec4<bool>(true)", plain, [input]],
  ["a row", "planes", "addRow(sums, 7u, plane, row + 7u", "addRow(sums, 7u, plane, row + 6u", plain, [output, input]],
  [
    "a lost term",
    "planes",
    "walk.kernelRows * block.terms;",
    "walk.kernelRows * block.terms - 1u;",
    plain,
    [output, input],
  ],
  [
    "a channel that is skipped",
    "planes",
    "plane = select(plane + planeStep,",
    "plane = select(plane,",
    plain,
    [output, input],
  ],
  ["a chunk", "planes", "walk.weight += 4u * walk.tapStep;", "", wide, [output, input]],
  ["a phase of the stride", "planes", "before % i32(block.strideDown) == 0", "true", strided, [input]],
  [
    "a group",
    "planes",
    "let channel = plane % (block.results * block.groups);",
    "let channel = plane % block.results;",
    grouped,
    [output],
  ],
  ["a tile", "tiles", "other % block.across * 64u", "min(other % block.across, 1u) * 64u", plain, [output]],
  ["a remainder tap", "tiles", "start + step < taps", "start + step + 1u < taps", plain, [output]],
  ["taps beyond the last", "tiles", "vec4<bool>(start + step < taps)", "vec4<bool>(true)", plain, [output]],
  ["a channel", "tiles", "sums[14] += l.w * near", "sums[14] += l.z * near", plain, [output]],
  ["a remainder window", "tiles", "at + 2u < count", "at + 3u < count", plain, [output]],
  ["a channel in", "tiles", "(term * block.tall", "(min(term, 7u) * block.tall", plain, [output]],
  ["a group", "tiles", "(member % block.groups * block.results + own)", "own", grouped, [output]],
  ["a phase", "tiles", "column % block.spacing * block.quads", "0u", dilated, [output]],
  ["a bias", "tiles", "bias[to %", "bias[0u * to %", plain, [output]],
];

/** The numbers with Infinity in some places. */
const spoilt = ({ shape, data }: Numbers, places: readonly number[]): Numbers => ({
  shape,
  data: Array.from(data, (value, i) => (places.includes(i) ? Infinity : value)),
});

/** Infinity in the weights at both ends of a row of the kernel, and at the end of a row of the input. */
function infinite(call: OpCall): OpCall {
  const { input: image, weight: kernel } = call.inputs;
  const [columns, taps] = [image.shape[3], kernel.shape[3]];
  return {
    ...call,
    inputs: { ...call.inputs, input: spoilt(image, [columns - 1]), weight: spoilt(kernel, [0, taps - 1]) },
  };
}

const unguarded: readonly [string, Family, string, string, Case, readonly string[]][] = [
  ["a cell that is not mended", "registers", "= anew(line, x)", "= 0.0 * anew(line, x)", plain, [input]],
  ["the right end of a row", "registers", "max(block.width, after) - after", "0u", plain, [input]],
  ["a window where none is", "registers", "select(vec4<f32>(0.0), read, windows.inside)", "read", plain, [weight]],
  ["a row that is not there", "planes", "let tap = select(none, given, inside);", "let tap = given;", plain, [input]],
];

/** Whether the text stands in a kernel of the family. */
const stands = (op: AnyOp, text: string): boolean =>
  [op.kernels.forward, ...Object.values(op.kernels.gradient)]
    .flatMap((recipe) => kernelsIn(recipe ?? []))
    .some(({ shader }) => shader.code.includes(text));

describe("a line of WGSL that is wrong", { timeout: 120_000 }, () => {
  it.each(planted)("%s is caught in %s: %s", async (_, family, text, other, each, wanted) => {
    const op = forced(family);
    expect(stands(op, text)).toBe(true);
    expect(await differing(op, each)).toEqual([]);
    const broken = await differing(withKernels(op, rewriting(text, other)), each);
    expect(broken).toEqual(expect.arrayContaining([...wanted]));
  });

  it.each(unguarded)(
    "%s is caught in %s where a factor is infinite: %s",
    async (_, family, text, other, each, wanted) => {
      const op = forced(family);
      expect(stands(op, text)).toBe(true);
      expect(await differing(op, each, 1, infinite)).toEqual([]);
      const broken = await differing(withKernels(op, rewriting(text, other)), each, 1, infinite);
      expect(broken).toEqual(expect.arrayContaining([...wanted]));
    },
  );
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
