/** What one evaluation of a formula tells: decisions, selections, shared subformulas, bounds. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cell, constant, largestOver, over, pickOver, placeOver, shared, type Formula } from "../../src/core/formula";
import { leaves } from "../../src/core/leaves";
import { float32, float64 } from "../../src/core/precision";
import { appraise, evaluate, examine } from "../../src/core/reading";
import { SharedTraces } from "../../src/core/trace";
import { winnerOf } from "../../src/core/winner";
import { difference, halfSquare, leakyRelu, product, quotient, relu, square, sum } from "../../src/core/rule";
import { tanh } from "../../src/core/activation";
import { reciprocalSquareRoot } from "../../src/core/transcendental";
import { record } from "../../src/ops/call";
import { runReference } from "../../src/core/reference";
import { centred, chosen, mean, peak } from "../tools/probe";
import { flowFaults, differenceFaults, equationFaults, leafFaults } from "../tools/laws";
import { randomCall } from "../tools/random";

const from =
  (...values: readonly number[]) =>
  (_: number, at: number): number =>
    values[at];
const terms = (k: number): Formula => cell(0, k);
const tapsOf = (formula: Formula, ...values: readonly number[]) =>
  examine(formula, from(...values), float64).taps.map(({ at, partial, blocked }) => ({ at, partial, blocked }));

describe("the largest", () => {
  test("is the first of equals, and only it passes a gradient", () => {
    expect(tapsOf(largestOver(3, terms), 2, 5, 5)).toEqual([
      { at: 0, partial: 0, blocked: true },
      { at: 1, partial: 1, blocked: false },
      { at: 2, partial: 0, blocked: true },
    ]);
  });
  test("is NaN where there is one, of several the last", () => {
    expect(winnerOf([1, Number.NaN, 9])).toBe(1);
    expect(winnerOf([1, Number.NaN, Number.NaN, 9])).toBe(2);
    expect(evaluate(largestOver(3, terms), from(1, Number.NaN, Infinity))).toBeNaN();
  });
  test("of minus infinities alone is minus infinity", () => {
    expect(winnerOf([-Infinity, -Infinity])).toBe(0);
  });
});

describe("the place of the largest", () => {
  const places = placeOver(3, terms, (k) => 10 * k);
  test("is that of its first, or of the last NaN", () => {
    expect(evaluate(places, from(2, 5, 5))).toBe(10);
    expect(evaluate(places, from(Number.NaN, 5, Number.NaN))).toBe(20);
  });
  test("depends on every candidate and passes nothing back", () => {
    expect(tapsOf(places, 2, 5, 5)).toEqual([0, 1, 2].map((at) => ({ at, partial: 0, blocked: true })));
    const seen: number[] = [];
    leaves(places, (_, at) => seen.push(at));
    expect(seen).toEqual([0, 1, 2]);
  });
  test("is exact", () => {
    expect(appraise(places, from(0.1, 0.2, 0.3), float32)).toMatchObject({ value: 20, roundoff: 0 });
  });
});

const read =
  (index: number) =>
  (input: number, at: number): number =>
    input === 1 ? index : [10, 20, 30][at];

describe("what data selects", () => {
  const formula = pickOver(cell(1, 0), 3, terms);
  test("is the candidate at the index", () => {
    const { value, taps } = examine(formula, read(2), float64);
    expect(value).toBe(30);
    expect(taps).toMatchObject([{ input: 0, at: 2, partial: 1 }]);
  });
  test.each([-1, 3, 0.5, Number.NaN])("is NaN at index %s", (index) => {
    expect(examine(formula, read(index), float64)).toMatchObject({ value: Number.NaN, taps: [] });
  });
  test("has every candidate and the index for structure", () => {
    const seen: string[] = [];
    leaves(formula, (input, at) => seen.push(`${input}:${at}`));
    expect(seen.toSorted()).toEqual(["0:0", "0:1", "0:2", "1:0"]);
  });
  test("works as an op", () => {
    const inputs = { index: { shape: [3], data: [2, 0, 2] }, table: { shape: [3], data: [4, 5, 6] } };
    const { tape, feed, outputs, grads } = record({
      op: chosen,
      inputs,
      upstream: { output: { shape: [3], data: [1, 10, 100] } },
    });
    const values = runReference(tape, feed);
    expect([...(values.get(outputs["output"]) ?? [])]).toEqual([6, 4, 6]);
    expect([...(values.get(grads["table"]) ?? [])]).toEqual([10, 0, 101]);
    expect(grads["index"]).toBeUndefined();
  });
});

describe("what cells share", () => {
  test("is evaluated once for all of them", () => {
    let reads = 0;
    const counting = (_: number, at: number): number => (reads++, at);
    const traces = new SharedTraces();
    const middle = shared("μ", "mean", mean(terms(0), terms(1), terms(2)));
    for (let at = 0; at < 3; at++) expect(evaluate(difference(terms(at), middle), counting, traces)).toBe(at - 1);
    expect(reads).toBe(3 + 3);
  });
  test("gathers what arrives by every path before it spreads it", () => {
    const middle = shared("μ", "mean", sum(terms(0), terms(1)));
    const { value, taps } = examine(product(middle, middle), from(2, 3), float64);
    expect(value).toBe(25);
    expect(taps.map(({ partial }) => partial)).toEqual([10, 10]);
  });
  test("obeys every law as an op", () => {
    const call = randomCall(centred, { shapes: { input: [5] } }, 3);
    const faults = [differenceFaults, leafFaults, equationFaults, flowFaults].flatMap((law) => law(call));
    expect(faults).toEqual([]);
  });
});

test("an op of two outputs, one a decision, obeys every law", () => {
  const call = randomCall(peak, { shapes: { input: [6] } }, 5);
  expect([differenceFaults, leafFaults, equationFaults, flowFaults].flatMap((law) => law(call))).toEqual([]);
});

describe("decisions", () => {
  test("a closed path passes nothing, not even NaN or infinity", () => {
    const { taps } = examine(product(relu(terms(0)), terms(1)), from(-1, Infinity), float64);
    expect(taps[0]).toMatchObject({ partial: 0, blocked: true });
  });
  test("ReLU at 0 is closed, at NaN open", () => {
    expect(tapsOf(relu(terms(0)), 0)[0].blocked).toBe(true);
    expect(tapsOf(relu(terms(0)), Number.NaN)[0]).toMatchObject({ partial: 1, blocked: false });
    expect(evaluate(relu(terms(0)), from(Number.NaN))).toBeNaN();
  });
  test("LeakyReLU has the slope at 0 and at NaN", () => {
    const bent = leakyRelu(terms(0), constant(0.25));
    expect(tapsOf(bent, 0)[0].partial).toBe(0.25);
    expect(tapsOf(bent, Number.NaN)[0].partial).toBe(0.25);
  });
});

const float = Math.fround;
const rounded = (list: readonly number[]): number => list.reduce((a, b) => float(a + b));

describe("bounds", () => {
  const values = fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 2, maxLength: 12 });

  test("hold for sums of float32 in either order", () => {
    fc.assert(
      fc.property(values, (x) => {
        const { value, roundoff } = appraise(over(x.length, terms), from(...x), float32);
        expect(Math.abs(rounded(x) - value)).toBeLessThanOrEqual(roundoff);
        expect(Math.abs(rounded(x.toReversed()) - value)).toBeLessThanOrEqual(roundoff);
      }),
    );
  });
  test("hold for squares of differences, and for their slopes", () => {
    fc.assert(
      fc.property(values, fc.float({ noNaN: true, min: -9, max: 9 }), (x, up) => {
        const { value, roundoff, taps } = examine(halfSquare(difference(terms(0), terms(1))), from(...x), float32);
        const d = float(x[0] - x[1]);
        expect(Math.abs(float(0.5 * float(d * d)) - value)).toBeLessThanOrEqual(roundoff);
        const [{ partial, slack, scale }] = taps;
        const allowed = (slack + scale * float32.unit) * Math.abs(up) + float32.smallest;
        expect(Math.abs(float(d * up) - partial * up)).toBeLessThanOrEqual(allowed);
      }),
    );
  });
  test("hold for quotients, and for their slopes", () => {
    const one = fc.float({ noNaN: true, min: Math.fround(0.1), max: 1000 });
    fc.assert(
      fc.property(one, one, one, (a, b, up) => {
        const { value, roundoff, taps } = examine(quotient(terms(0), terms(1)), from(a, b), float32);
        expect(Math.abs(float(a / b) - value)).toBeLessThanOrEqual(roundoff);
        const slopes = [float(up / b), -float(float(float(a / b) / b) * up)];
        taps.forEach(({ partial, slack, scale }, i) => {
          const allowed = (slack + scale * float32.unit) * up + float32.smallest;
          expect(Math.abs(slopes[i] - partial * up)).toBeLessThanOrEqual(allowed);
        });
      }),
    );
  });
  test("of a quotient end where WGSL promises nothing", () => {
    expect(appraise(quotient(terms(0), terms(1)), from(1, 2 ** 127), float32).roundoff).toBe(Infinity);
    expect(appraise(quotient(terms(0), terms(1)), from(1, 4), float32).roundoff).toBeLessThan(1e-6);
  });
  test("allow a subnormal number to be taken for 0", () => {
    const { roundoff } = appraise(product(terms(0), constant(2 ** 100)), from(2 ** -140), float32);
    expect(roundoff).toBeGreaterThanOrEqual(2 ** -40);
  });
  test("of a constant that float32 cannot hold include its rounding", () => {
    expect(appraise(constant(0.1), from(), float32).roundoff).toBeGreaterThan(0);
    expect(appraise(constant(0.5), from(), float32).roundoff).toBe(0);
  });
  test("a decision is exact", () => {
    expect(appraise(relu(terms(0)), from(0.1), float32).roundoff).toBe(0);
  });
});

const at = (formula: Formula, value: number) => appraise(formula, from(value), float32);

describe("what leaves float32 on the way", () => {
  const root = reciprocalSquareRoot(square(cell(0, 0)));
  test("1 / √∞ is 0: the whole of the number is open, and no more", () => {
    const { value, roundoff } = at(root, 1e25);
    expect(Math.abs(roundoff / value - 1)).toBeLessThan(8 * float32.unit);
    const { taps } = examine(root, from(1e25), float32);
    expect(taps[0].slack).toBeGreaterThanOrEqual(Math.abs(taps[0].partial));
  });
  test("nothing is open in float64, or where nothing leaves the range", () => {
    expect(appraise(root, from(1e25), float64).roundoff).toBeLessThan(1e-38);
    const { value, roundoff } = at(root, 1e15);
    expect(roundoff).toBeLessThan(8 * float32.unit * value);
  });
  test("an infinity that stays one leaves the bound as it is", () => {
    const there = product(constant(1e-30), square(cell(0, 0)));
    const { value, roundoff, peak: most } = at(there, 1e25);
    expect(roundoff).toBeLessThan(8 * float32.unit * value);
    expect(most).toBeGreaterThan(float32.largest);
  });
  test("a saturated function forgets of which size the overflow was", () => {
    const cube = product(cell(0, 0), cell(0, 0), cell(0, 0));
    expect(at(tanh(cube), 1e20)).toMatchObject({ value: 1 });
    expect(at(tanh(cube), 1e20).roundoff).toBeLessThan(16 * float32.unit);
  });
});
