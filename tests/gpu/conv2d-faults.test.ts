/** The families of kernels of `conv2d`, each broken on purpose and caught. */
import { describe, expect, it } from "vitest";
import type { AnyOp, Case } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import type { Numbers, OpCall } from "../../src/ops/call";
import { rewriting, withKernels } from "./calls";
import { differing, forced, layer, type Family } from "./conv2d-families";
import { openRig } from "./rig";

const { processor, errors } = await openRig();

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

/** What differs without a fault, found once per family and case. */
const honest = new Map<string, Promise<readonly string[]>>();
function honestly(family: Family, each: Case, change?: (call: OpCall) => OpCall): Promise<readonly string[]> {
  const key = JSON.stringify([family, each, change?.name]);
  const found = honest.get(key) ?? differing(processor, forced(family), each, 1, change);
  honest.set(key, found);
  return found;
}

describe("a line of WGSL that is wrong", { timeout: 120_000 }, () => {
  it.each(planted)("%s is caught in %s: %s", async (_, family, text, other, each, wanted) => {
    const op = forced(family);
    expect(stands(op, text)).toBe(true);
    expect(await honestly(family, each)).toEqual([]);
    const broken = await differing(processor, withKernels(op, rewriting(text, other)), each);
    expect(broken).toEqual(expect.arrayContaining([...wanted]));
  });

  it.each(unguarded)(
    "%s is caught in %s where a factor is infinite: %s",
    async (_, family, text, other, each, wanted) => {
      const op = forced(family);
      expect(stands(op, text)).toBe(true);
      expect(await honestly(family, each, infinite)).toEqual([]);
      const broken = await differing(processor, withKernels(op, rewriting(text, other)), each, 1, infinite);
      expect(broken).toEqual(expect.arrayContaining([...wanted]));
    },
  );
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
