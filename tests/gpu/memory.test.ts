/** Kernels that move more than they compute: each way in which they can run is visited, held against its formula, and broken on purpose. */
import { describe, expect, it } from "vitest";
import { siteOf } from "../../src/core/graph";
import type { Case } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import type { Step } from "../../src/core/tape";
import { recipeOf } from "../../src/gpu/families";
import { opNamed } from "../../src/ops";
import { judge, recordCase, rewriting, withKernels, withSpecials } from "./calls";
import { compute, faults, openRig } from "./rig";

const { processor, errors } = await openRig();

/** The entry points that a step runs for its shapes. */
const entriesOf = (step: Step): readonly string[] =>
  kernelsIn(recipeOf(step))
    .filter((kernel) => kernel.workgroups(siteOf(step.node)).every((count) => count > 0))
    .map(({ entry }) => entry);

const vector = (cells: number): Case => ({ shapes: { input: [cells] } });
const two = (a: readonly number[], b: readonly number[]): Case => ({ shapes: { a, b } });
const along = (input: readonly number[], ...dim: readonly number[]): Case => ({
  shapes: { input },
  attributes: { dim },
});
const pool = (input: readonly number[], kernel_size: number, stride: number, padding = 0): Case => ({
  shapes: { input },
  attributes: { kernel_size, stride, padding },
});

/** An op, a case of it, and what runs forward and for each gradient, in order. */
type Visit = readonly [op: string, each: Case, ...entries: readonly (readonly string[])[]];

const cells: readonly Visit[] = [1, 3, 5, 1023, 1025, 70_001].map((n) => [
  "relu",
  vector(n),
  ["forward"],
  ["backward"],
]);

const pairs: readonly Visit[] = [
  ...[1, 3, 5, 1023, 1025, 9001].map((n): Visit => ["mul", two([n], [n]), ["pairs"], ["pairs"], ["pairs"]]),
  ["add", two([1025], []), ["pairs"], ["pairs"], ["spans", "total"]],
  ["sub", two([], [70_001]), ["pairs"], ["spans", "total"], ["pairs"]],
  ["mul", two([7, 12], [12]), ["quads"], ["quads"], ["columns"]],
  ["mul", two([7, 12], [7, 1]), ["quads"], ["quads"], ["spans"]],
  ["mul", two([12], [301, 12]), ["quads"], ["columns", "total"], ["quads"]],
  ["mul", two([7, 13], [13]), ["cells"], ["cells"], ["columns", "total"]],
  ["mul", two([7, 13], [7, 1]), ["cells"], ["cells"], ["spans"]],
  ["mul", two([9, 1], [1, 6]), ["cells"], ["terms"], ["terms"]],
  ["div", two([5, 3, 8], [3, 1]), ["quads"], ["quads"], ["quads", "spans"]],
  ["div", two([5, 1], [1, 7]), ["cells"], ["terms"], ["cells", "columns", "total"]],
];

const sums: readonly Visit[] = [
  ["sum", along([6, 64], 1), ["spans"], ["quads"]],
  ["sum", along([5, 131], 1), ["spans"], ["cells"]],
  ["sum", along([2500]), ["spans", "total"], ["runs"]],
  ["mean", along([3, 2501], 1), ["spans", "total"], ["cells"]],
  ["mean", along([37, 12], 0), ["columns"], ["quads"]],
  ["mean", along([600, 12], 0), ["columns", "total"], ["quads"]],
  ["sum", along([37, 13], 0), ["columns", "total"], ["cells"]],
  ["sum", along([38, 6], 0), ["columns", "total"], ["cells"]],
  ["sum", along([5, 7, 9], 1), ["terms"], ["cells"]],
  ["sum", along([5, 7, 8], 1), ["columns"], ["quads"]],
  ["mean", along([4, 3, 5, 5], 0, 2, 3), ["spans"], ["cells"]],
  ["reshape", { shapes: { input: [41, 25] }, attributes: { shape: [-1] } }, ["runs"], ["runs"]],
  ["flip", { shapes: { input: [9, 8] }, attributes: { dims: [0] } }, ["quads"], ["quads"]],
  ["transpose", { shapes: { input: [9, 10] }, attributes: { dim0: 0, dim1: 1 } }, ["cells"], ["cells"]],
  ["half_squared_error", { shapes: { input: [4099], target: [4099] } }, ["forward", "total"], ["backward"]],
];

const pools: readonly Visit[] = [
  ["max_pool2d", pool([2, 18, 24], 2, 2), ["forwardTwosQuads"], ["backwardTwosQuads"]],
  ["max_pool2d", pool([2, 17, 16], 3, 2, 1), ["forwardTwosQuads"], ["backwardTwosQuads"]],
  ["max_pool2d", pool([2, 19, 12], 3, 2), ["forwardTwos"], ["backwardTwosQuads"]],
  ["max_pool2d", pool([2, 37, 28], 2, 2, 1), ["forwardTwos"], ["backwardTwosQuads"]],
  ["max_pool2d", pool([2, 20, 23], 3, 2, 1), ["forwardTwosQuads"], ["backwardTwos"]],
  ["max_pool2d", pool([2, 7, 9], 2, 2), ["forwardTwosQuads"], ["backwardTwos"]],
  ["max_pool2d", pool([2, 7, 11], 3, 2), ["forwardTwos"], ["backwardTwos"]],
  ["max_pool2d", pool([2, 5, 3], 2, 2, 1), ["forwardTwos"], ["backwardTwos"]],
  ["max_pool2d", pool([2, 14, 13], 3, 3), ["forward"], ["backwardApart"]],
  ["max_pool2d", pool([2, 22, 9], 2, 3, 1), ["forward"], ["backwardApart"]],
  ["max_pool2d", pool([2, 9, 11], 3, 1, 1), ["forward"], ["backward"]],
  ["max_pool2d", pool([1, 23, 30], 5, 3, 2), ["forward"], ["backward"]],
  ["avg_pool2d", pool([2, 18, 24], 2, 2), ["forwardHalves"], ["backwardHalves"]],
  ["avg_pool2d", pool([2, 18, 26], 2, 2), ["forward"], ["backward"]],
  ["avg_pool2d", pool([2, 23, 30], 5, 3, 2), ["forward"], ["backward"]],
];

const title = (op: string, { shapes, attributes }: Case): string =>
  `${op} ${JSON.stringify(shapes)} ${JSON.stringify(attributes ?? {})}`;

describe("what runs for which shapes", () => {
  const visits = [...cells, ...pairs, ...sums, ...pools].map((visit) => [title(visit[0], visit[1]), visit] as const);
  it.each(visits)("%s computes its formula, NaN and infinities included", async (_, [name, each, ...entries]) => {
    const call = recordCase(opNamed(name), each, 11);
    expect(call.tape.steps.map(entriesOf)).toEqual(entries);
    expect(faults(await judge(processor, call))).toEqual([]);
    expect(faults(await judge(processor, recordCase(opNamed(name), each, 12, withSpecials)))).toEqual([]);
  });

  it.each(visits)("%s gives the same bits again", async (_, [name, each]) => {
    const { tape, feed } = recordCase(opNamed(name), each, 13);
    const [once, again] = [await compute(processor, tape, feed), await compute(processor, tape, feed)];
    for (const [tensor, values] of once)
      expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
        new Uint32Array(values.buffer),
      );
  });
});

// ── kernels broken on purpose ───────────────────────────────────────────────

/** What is wrong, in which op, the text and what stands in its place, and the case. */
type Planted = readonly [what: string, op: string, text: string, other: string, each: Case];

const plantedInCells: readonly Planted[] = [
  [
    "a run that is left out",
    "relu",
    "* width * block.each + lane",
    "* width * block.each + lane + width",
    vector(70_001),
  ],
  ["the last cell", "identity", "block.quads);", "block.quads - 1u);", vector(1025)],
  ["one of four", "mul", "pairAt(quad + 2u * width);", "", two([9001], [9001])],
  ["what is left after fours", "mul", "for (; quad < end; quad += width) { pairAt(quad); }", "", two([1023], [1023])],
  ["the last line", "mul", "top + block.deep, block.lines)", "top + block.deep, block.lines - 1u)", two([7, 12], [12])],
  ["the last line", "mul", "top + block.deep, block.lines)", "top + block.deep, block.lines - 1u)", two([7, 13], [13])],
  ["a remainder of a line", "mul", "if (there > 2u)", "if (there > 3u)", two([7, 15], [15])],
  [
    "a cell of another line",
    "reshape",
    "givenQuads[(at >> 2u) + quad]",
    "givenQuads[(at >> 2u) + quad + 1u]",
    {
      shapes: { input: [9, 3] },
      attributes: { shape: [27] },
    },
  ],
  [
    "a remainder of a line",
    "transpose",
    "if (there > 1u)",
    "if (there > 2u)",
    {
      shapes: { input: [10, 9] },
      attributes: { dim0: 0, dim1: 1 },
    },
  ],
];

const plantedInSums: readonly Planted[] = [
  ["a neighbour's cells", "sum", "return select(vec4<f32>(), four, inside);", "return four;", along([5, 131], 1)],
  ["one of four", "sum", "spanAt(at, quad + 3u * step)", "vec4<f32>()", along([9, 64], 1)],
  [
    "what is left after fours",
    "sum",
    "for (; quad < end; quad += step) { sums += spanAt(at, quad); }",
    "",
    along([9, 60], 1),
  ],
  [
    "the last part",
    "sum",
    "for (; part < block.parts; part++)",
    "for (; part + 1u < block.parts; part++)",
    along([2500]),
  ],
  ["a short row", "sum", "< vec4<u32>(block.limit)", "< vec4<u32>(block.limit - 1u)", along([37, 13], 0)],
  [
    "the last row",
    "sum",
    "for (; k < block.extent; k += block.across) {\n        sums",
    "for (; k + 1u < block.extent; k += block.across) {\n        sums",
    along([37, 12], 0),
  ],
  [
    "the last term",
    "sum",
    "k < block.extent; k += block.across) {\n        let at",
    "k + 1u < block.extent; k += block.across) {\n        let at",
    along([5, 7, 9], 1),
  ],
  [
    "a divisor that is forgotten",
    "mean",
    "if (block.parts == 1u) {\n      resultQuads[unit] = divided(sums);",
    "if (block.parts == 1u) {\n      resultQuads[unit] = sums;",
    along([37, 12], 0),
  ],
  [
    "a divisor that is forgotten",
    "mean",
    "select(sum / f32(block.divisor), sum, block.divisor == 1u)",
    "sum",
    along([2501]),
  ],
  [
    "padding that is counted",
    "half_squared_error",
    "difference * difference, inside)",
    "difference * difference + 1.0, inside)",
    {
      shapes: { input: [4099], target: [4099] },
    },
  ],
];

const even = pool([2, 18, 24], 2, 2);
const odd = pool([2, 20, 23], 3, 2, 1);
const plantedInPools: readonly Planted[] = [
  ["a tap", "max_pool2d", "min(x.w, block.width - 1u)", "min(x.z, block.width - 1u)", pool([2, 9, 11], 3, 1, 1)],
  [
    "a line that is read twice",
    "max_pool2d",
    "*reused = ofLine(source, top + 2u, x);",
    "*reused = ofLine(source, top + 1u, x);",
    odd,
  ],
  ["a column beside", "max_pool2d", "vec4<f32>(before, odd.xyz)", "vec4<f32>(even.x, odd.xyz)", odd],
  [
    "a column beside",
    "max_pool2d",
    "vec4<f32>(even.yzw, after)",
    "vec4<f32>(even.yzw, even.w)",
    pool([2, 19, 28], 3, 2),
  ],
  ["a run of rows", "max_pool2d", "min(at.y + block.run, block.rows)", "min(at.y + block.run - 1u, block.rows)", even],
  [
    "the last windows of a row",
    "max_pool2d",
    "if (there > 2u) { result",
    "if (there > 3u) { result",
    pool([2, 7, 15], 2, 2),
  ],
];
const plantedInGradients: readonly Planted[] = [
  ["a line of four", "max_pool2d", "won - 2 * stride ==", "won - 3 * stride ==", pool([2, 9, 11], 3, 1, 1)],
  ["a line of four", "avg_pool2d", "share, covers.w", "share, covers.z", pool([2, 23, 30], 5, 3, 2)],
  ["a window beside", "max_pool2d", "there & (column + 4u < block.columns)", "false", odd],
  ["a window beside", "max_pool2d", "there & (column > 0u)", "false", pool([2, 19, 28], 3, 2)],
  ["windows above", "max_pool2d", "above = here;", "", odd],
  ["the far quad", "max_pool2d", "resultQuads[quad + 1u] =", "resultQuads[quad] =", even],
  ["the last row of windows", "max_pool2d", "row < block.rows);", "row + 1u < block.rows);", pool([2, 14, 13], 3, 3)],
  [
    "a window in a row",
    "max_pool2d",
    "column < end; column++",
    "column + 1u < end; column++",
    pool([2, 9, 11], 3, 1, 1),
  ],
  [
    "the last cells of a line",
    "max_pool2d",
    "if (there > 1u) { result[at + 1u] = cells.y; }",
    "",
    pool([2, 9, 10], 3, 1, 1),
  ],
  ["a line of a window", "avg_pool2d", "resultQuads[lower + 1u] = share.zzww;", "", even],
  [
    "a window in a row",
    "avg_pool2d",
    "column < end; column++",
    "column + 1u < end; column++",
    pool([2, 23, 30], 5, 3, 2),
  ],
];
const plantedInMeans: readonly Planted[] = [
  ["a line of a window", "avg_pool2d", "let lower = upper + (block.width >> 2u);", "let lower = upper;", even],
  [
    "the last cell of a window",
    "avg_pool2d",
    "vec4<u32>(j) < cells",
    "vec4<u32>(j + 1u) < cells",
    pool([2, 23, 30], 5, 3, 2),
  ],
];

/** Whether each step of a case holds, forward first. */
async function verdicts(planted: Planted, broken: boolean): Promise<readonly string[]> {
  const [, name, text, other, each] = planted;
  const op = broken ? withKernels(opNamed(name), rewriting(text, other)) : opNamed(name);
  return Array.from((await judge(processor, recordCase(op, each, 17))).values(), ({ verdict }) => verdict);
}

async function expectCaught(planted: Planted, step: number): Promise<void> {
  const [, name, text] = planted;
  const { kernels } = opNamed(name);
  const all = [kernels.forward, ...Object.values(kernels.gradient)].flatMap((recipe) => kernelsIn(recipe ?? []));
  expect(all.some(({ shader }) => shader.code.includes(text))).toBe(true);
  expect(await verdicts(planted, false)).not.toContain("fails");
  expect((await verdicts(planted, true)).at(step)).toBe("fails");
}

/** With what a test is called by. */
const named = (all: readonly Planted[]) =>
  all.map((planted) => [planted[0], title(planted[1], planted[4]), planted] as const);

describe("a line of WGSL that is wrong", () => {
  it.each(named([...plantedInCells, ...plantedInSums, ...plantedInPools, ...plantedInMeans]))(
    "%s is caught forward in %s",
    (_, _case, planted) => expectCaught(planted, 0),
  );
  it.each(named(plantedInGradients))("%s is caught in the gradient of %s", (_, _case, planted) =>
    expectCaught(planted, -1),
  );
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
