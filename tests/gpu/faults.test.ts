/** Kernels broken on purpose: a check that cannot fail is a defect, so each of these must read "fails". */
import { describe, expect, it } from "vitest";
import type { Comparison, Verdict } from "../../src/core/compare";
import type { Tensor } from "../../src/core/graph";
import type { Grid, Kernel } from "../../src/core/kernel";
import type { AnyOp, Case } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import { opNamed, ops } from "../../src/ops";
import { judge, recordCase, rewriting, withKernels } from "./calls";
import { openRig } from "./rig";

const { processor } = await openRig();

type Break = (kernel: Kernel) => Kernel;
const verdictsOf = (comparisons: ReadonlyMap<Tensor, Comparison>): Verdict[] =>
  Array.from(comparisons.values(), ({ verdict }) => verdict);
const judged = async (op: AnyOp, each: Case): Promise<Verdict[]> =>
  verdictsOf(await judge(processor, recordCase(op, each, 3)));

/** Other workgroups than the kernel asks for. */
const regrid =
  (change: (grid: Grid) => Grid): Break =>
  (kernel) => ({ ...kernel, workgroups: (site) => change(kernel.workgroups(site)) });
describe("a dispatch that is skipped, so that what it writes is stale", () => {
  it.each(ops.map((op) => [op.name, op] as const))("is caught in every step of %s", async (_, op) => {
    const each = op.cases[0];
    const verdicts = await judged(
      withKernels(
        op,
        regrid(() => [0, 1, 1]),
      ),
      each,
    );
    expect(verdicts).toEqual(verdicts.map(() => "fails"));
  });
});

describe("a workgroup that is left out", () => {
  const oneLess = regrid(([x, y, z]) => [x > 1 ? x - 1 : x, y, z]);
  it.each<[string, Case]>([
    ["matmul", { shapes: { a: [70, 9], b: [9, 70] } }],
    ["add", { shapes: { a: [150, 9], b: [150, 9] } }],
    ["relu", { shapes: { input: [1111] } }],
    ["sgd", { shapes: { param: [1111], grad: [1111] } }],
    ["sum", { shapes: { input: [130, 3] }, attributes: { dim: [1] } }],
  ])("is caught in %s", async (name, each) => {
    const op = opNamed(name);
    expect(await judged(op, each)).not.toContain("fails");
    expect((await judged(withKernels(op, oneLess), each))[0]).toBe("fails");
  });
});

describe("a line of WGSL that is wrong", () => {
  const matrices = { shapes: { a: [33, 5], b: [5, 35] } };
  const long = { shapes: { a: [1, 3000], b: [3000, 1] } };
  const vectors = { shapes: { a: [9], b: [9] } };
  it.each<[string, string, string, string, Case]>([
    ["a sign", "matmul", "sum2_1 += ", "sum2_1 -= ", matrices],
    ["a row of a tile", "matmul", "storeFour(across0 + downTo(row + 4u), sum4_0);", "", matrices],
    ["the last column", "matmul", "vec4<u32>(block.columns - 1u)", "vec4<u32>(block.columns - 2u)", matrices],
    ["the last term of a sum", "matmul", "min(first + block.chunk, block.depth)", "(block.depth - 1u)", matrices],
    ["a part of a long sum", "matmul", "part >= block.parts", "part + 1u >= block.parts", long],
    ["an operand taken for the other", "sub", "left - right", "right - left", vectors],
    ["a rounding to half precision", "mul", "return left * right", "return quantizeToF16(left) * right", vectors],
    ["a factor that is off by 2⁻²⁰", "mul", "return left * right", "return left * right * 1.000001", vectors],
  ])("%s is caught in %s", async (_, name, text, other, each) => {
    const op = opNamed(name);
    expect(kernelsIn(op.kernels.forward).some(({ shader }) => shader.code.includes(text))).toBe(true);
    expect(await judged(op, each)).not.toContain("fails");
    expect((await judged(withKernels(op, rewriting(text, other)), each))[0]).toBe("fails");
  });
});
