/** Laws over the registry: what every kernel writes is what its op's formulas say, forward and backward. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyOp, Case } from "../../src/core/op";
import { isDifferentiable } from "../../src/core/op";
import { opNamed, ops } from "../../src/ops";
import { judge, recordCase, withExtremes, withSpecials } from "./calls";
import { compute, faults, openRig } from "./rig";

const { processor, errors } = await openRig();

const titleOf = (op: AnyOp, at: Case): string =>
  `${op.name} ${JSON.stringify(at.shapes)} ${JSON.stringify(at.attributes ?? {})}`;

/** Runs every case of an op and collects what does not hold. */
async function check(op: AnyOp, cases: readonly Case[], spoil?: typeof withSpecials): Promise<string[]> {
  const found: string[] = [];
  for (const [seed, each] of cases.entries()) {
    const wrong = faults(await judge(processor, recordCase(op, each, seed + 1, spoil)));
    found.push(...wrong.map((fault) => `${titleOf(op, each)}: ${fault}`));
  }
  return found;
}

describe.each(ops.map((op) => [op.name, op] as const))("%s", (_, op) => {
  it("has cases, and kernels for the gradient of every differentiable input", () => {
    expect(op.cases.length).toBeGreaterThan(0);
    const differentiable = op.inputs.filter(isDifferentiable).map(({ name }) => name);
    const reached = op.outputs.some(isDifferentiable) ? differentiable : [];
    expect(Object.keys(op.kernels.gradient).toSorted()).toEqual(reached.toSorted());
  });

  it("computes its formula, forward and every gradient, in every case", async () => {
    expect(await check(op, op.cases)).toEqual([]);
  });

  it("sends NaN, infinities and zeros where the formula sends them", async () => {
    expect(await check(op, op.cases, withSpecials)).toEqual([]);
  });

  it("holds for subnormal and for huge numbers", async () => {
    expect(await check(op, op.cases, withExtremes)).toEqual([]);
  });

  it("gives the same bits again", async () => {
    for (const each of op.cases.slice(0, 3)) {
      const { tape, feed } = recordCase(op, each, 7);
      const [once, again] = [await compute(processor, tape, feed), await compute(processor, tape, feed)];
      for (const [tensor, values] of once)
        expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
          new Uint32Array(values.buffer),
        );
    }
  });
});

/** Shapes that are drawn at random rather than chosen. */
const extent = fc.integer({ min: 1, max: 40 });
const small = fc.integer({ min: 1, max: 5 });
/** An operand of a broadcast: some leading axes left out, some extents 1. */
const operandOf = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: 0, max: shape.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([from, ones]) => shape.map((n, axis) => (ones[axis] ? 1 : n)).slice(from));
const broadcasts = fc
  .array(small, { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.tuple(operandOf(shape), operandOf(shape)))
  .map(([a, b]) => ({ shapes: { a, b } }));
const matrices = fc
  .tuple(fc.array(small, { maxLength: 2 }), extent, extent, extent, fc.boolean())
  .map(([batch, m, k, n, alone]) => ({ shapes: { a: [...batch, m, k], b: alone ? [k, n] : [...batch, k, n] } }));
const reductions = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 }), fc.boolean()))
  .map(([input, dim, keepdim]) => ({ shapes: { input }, attributes: { dim, keepdim } }));

it.each([
  ["matmul", matrices],
  ["mul", broadcasts],
  ["sub", broadcasts],
  ["sum", reductions],
] as const)("%s holds for shapes drawn at random", async (name, shapes) => {
  const law = fc.asyncProperty<[Case]>(shapes, async (each) => {
    expect(await check(opNamed(name), [each])).toEqual([]);
  });
  await fc.assert(law, { numRuns: 12, seed: 1, endOnFailure: true });
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
