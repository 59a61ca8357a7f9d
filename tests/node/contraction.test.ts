/** Contractions: what an op states as loops is what its formulas say, forward, backward and cell by cell. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Contraction } from "../../src/core/contraction";
import type { AnyOp, Case } from "../../src/core/op";
import { opNamed, ops } from "../../src/ops/index";
import { contractionFaults, readerFaults } from "../tools/contractions";
import { randomCall } from "../tools/random";

const stated = ops.filter((op) => "contraction" in op);
const cases = stated.flatMap((op) => op.cases.map((each) => [`${op.name} ${JSON.stringify(each)}`, op, each] as const));

describe.each(cases)("%s", (_, op, each) => {
  test("runs the loops of its formulas", () => {
    expect(contractionFaults(randomCall(op, each, 1))).toEqual([]);
  });
  test("knows which outputs read a cell", () => {
    expect(readerFaults(randomCall(op, each, 1))).toEqual([]);
  });
});

const small = fc.integer({ min: 1, max: 3 });
const convolutions: fc.Arbitrary<Case> = fc
  .record({
    images: small,
    groups: small,
    read: small,
    made: small,
    size: fc.tuple(fc.integer({ min: 4, max: 7 }), fc.integer({ min: 4, max: 7 })),
    taps: fc.tuple(small, small),
    stride: fc.tuple(small, small),
    padding: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
    dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    bias: fc.boolean(),
  })
  .map(({ images, groups, read, made, size: [tall, broad], taps, bias, ...sliding }) => ({
    shapes: {
      input: [images, groups * read, tall, broad],
      weight: [groups * made, read, ...taps],
      ...(bias && { bias: [groups * made] }),
    },
    attributes: { ...sliding, groups },
  }));

test("a convolution of any shape runs the loops of its formulas", () => {
  const law = fc.property(convolutions, (each) => {
    const call = randomCall(opNamed("conv2d"), each, 2);
    expect([...contractionFaults(call), ...readerFaults(call)]).toEqual([]);
  });
  fc.assert(law, { numRuns: 20, seed: 1 });
});

test("subnormal numbers and NaN are what they are in the formulas", () => {
  const call = randomCall(opNamed("conv2d"), opNamed("conv2d").cases[3], 3);
  for (const data of call.feed.values()) data.set([1e-40, Number.NaN, 2e-39], Math.floor(data.length / 2));
  expect(contractionFaults(call)).toEqual([]);
});

/** An op whose contraction is another. */
const stating = (op: AnyOp, change: (contraction: Contraction) => Contraction): AnyOp => ({
  ...op,
  contraction: (shapes, attributes) => {
    const contraction = op.contraction?.(shapes, attributes);
    if (!contraction) throw new Error(`${op.name} states no contraction`);
    return change(contraction);
  },
});

describe("planted faults are caught", () => {
  const matmul = opNamed("matmul");
  const each = matmul.cases[0];
  test("a loop that is one too short", () => {
    const wrong = stating(matmul, (made) => ({ ...made, extents: made.extents.with(2, 2) }));
    expect(contractionFaults(randomCall(wrong, each, 1))).not.toEqual([]);
  });
  test("a factor that is read transposed", () => {
    const wrong = stating(matmul, (made) => ({ ...made, left: { ...made.left, steps: [1, 0, 2] } }));
    expect(contractionFaults(randomCall(wrong, each, 1))).not.toEqual([]);
    expect(readerFaults(randomCall(wrong, each, 1))).not.toEqual([]);
  });
});
