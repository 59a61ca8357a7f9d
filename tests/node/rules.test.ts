/** The rules of functions that are computed by series: values, partials, what is printed, and where their bounds come from. */
import { describe, expect, test } from "vitest";
import { elu, normalDistribution as normal, sigmoid, softplus, tanh } from "../../src/core/activation";
import { cell, constant, type Apply, type Formula } from "../../src/core/formula";
import { normalDensity, normalDistribution } from "../../src/core/normal";
import { numeral, write, writePartial } from "../../src/core/notation";
import { precise } from "../../src/core/numeral";
import { float32, float64 } from "../../src/core/precision";
import { examine } from "../../src/core/reading";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import * as functions from "../../src/core/transcendental";
import { record } from "../../src/ops/call";
import { evaluateText } from "../tools/expression";

const { exponential, expm1, logarithm, squareRoot, reciprocalSquareRoot, sine, cosine, stated } = functions;

const everywhere = [-30, -9.5, -3, -1.2, -0.75, -0.3, -1e-3, 1e-3, 0.3, 0.75, 1.2, 3, 9.5, 19, 30];
const above0 = everywhere.filter((x) => x > 0);

/** Each rule with numbers where it has a slope. */
const rules: readonly (readonly [string, (x: Formula) => Apply, readonly number[]])[] = [
  ["exponential", exponential, everywhere],
  ["expm1", expm1, everywhere],
  ["logarithm", logarithm, above0],
  ["squareRoot", squareRoot, above0],
  ["reciprocalSquareRoot", reciprocalSquareRoot, above0],
  ["sine", sine, [...everywhere, 1e4]],
  ["cosine", cosine, [...everywhere, 1e4]],
  ["sigmoid", sigmoid, everywhere],
  ["tanh", tanh, everywhere],
  ["normalDistribution", normal, everywhere],
  ["softplus", (x) => softplus(x, constant(1.5), constant(20)), everywhere],
  ["elu", (x) => elu(x, constant(0.7)), everywhere],
];

const place = { kind: "cell", input: 0, at: 0 } as const;
const partialAt = (rule: (x: Formula) => Apply, x: number): number =>
  examine(rule(cell(0, 0)), () => x, float64).taps[0].partial;

/** The bound on the error of the partial. */
const slackOf = (rule: (x: Formula) => Apply, x: number, precision = float32): number =>
  examine(rule(cell(0, 0)), () => x, precision).taps[0].slack;

/** The slope by differences of fourth order, and what rounding and the next order may have added to it. */
function differences(rule: (x: Formula) => Apply, x: number): { slope: number; floor: number } {
  const h = 2 ** -9 * Math.min(1, Math.abs(x));
  const at = (k: number) => examine(rule(cell(0, 0)), () => x + k * h, float64);
  const central = (k: number): number => (at(k).value - at(-k).value) / (2 * k * h);
  const [near, wide, wider] = [central(1), central(2), central(4)];
  const [fine, coarse] = [(4 * near - wide) / 3, (4 * wide - wider) / 3];
  const rounding = [1, -1, 2, -2].reduce((sum, k) => sum + at(k).roundoff, 0);
  // The differences and quotients of this very formula round as well.
  return {
    slope: fine,
    floor: Math.abs(fine - coarse) + (2 * rounding) / h + (8 * Math.abs(at(4).value) * 2 ** -53) / h,
  };
}

describe.each(rules)("%s", (_, rule, xs) => {
  test("has the partial that differences close in on", () => {
    for (const x of xs) {
      const { slope, floor } = differences(rule, x);
      const partial = partialAt(rule, x);
      expect(floor, `at ${x} differences tell something`).toBeLessThan(1e-3 * Math.max(Math.abs(partial), 1e-6));
      expect(Math.abs(slope - partial), `at ${x}`).toBeLessThanOrEqual(floor);
    }
  });

  test("prints itself and its partial so that both evaluate to what they are", () => {
    for (const x of xs) {
      const style = { leaf: () => numeral(precise(x, 17)), most: 5 };
      const { value, roundoff, taps } = examine(rule(cell(0, 0)), () => x, float64);
      expect(Math.abs(evaluateText(write(rule(cell(0, 0)), style).text) - value)).toBeLessThanOrEqual(2 * roundoff);
      const partial = evaluateText(writePartial(rule(cell(0, 0)), place, style)?.text ?? "1");
      expect(Math.abs(partial - taps[0].partial), `at ${x}`).toBeLessThanOrEqual(2 * taps[0].slack);
    }
  });

  test("lets NaN through", () => {
    const { value, taps } = examine(rule(cell(0, 0)), () => Number.NaN, float64);
    expect([value, taps[0].partial]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("the normal distribution in float64", () => {
  // Found in forty digits with mpmath.
  test.each([
    [-37, 5.725571222524577e-300],
    [-20, 2.7536241186062337e-89],
    [-10, 7.619853024160525e-24],
    [-6, 9.86587645037698e-10],
    [-3, 0.0013498980316300946],
    [-1.5, 0.06680720126885807],
    [-1, 0.15865525393145705],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [2, 0.9772498680518208],
    [3, 0.9986501019683699],
    [6, 0.9999999990134123],
  ])("at %d is %d", (x, exact) => {
    expect(Math.abs(normalDistribution(x) - exact)).toBeLessThanOrEqual(stated.normalDistribution * 2 ** -53 * exact);
  });
  test("has its density for a slope, and halves that add up to 1", () => {
    for (const x of everywhere) {
      expect(Math.abs(normalDistribution(x) + normalDistribution(-x) - 1)).toBeLessThanOrEqual(2 ** -52);
      const exact = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(normalDensity(x) - exact)).toBeLessThanOrEqual((5 + x * x) * 2 ** -53 * exact);
    }
  });
});

describe("what float32 is held to", () => {
  test.each([
    ["tanh", tanh, 9],
    ["sigmoid", sigmoid, 12],
    ["normalDistribution", normal, -5],
  ])("keeps its precision where the textbook's form of the slope of %s cancels", (_, rule, x) => {
    const slope = partialAt(rule, x);
    expect(slackOf(rule, x)).toBeLessThan(16 * float32.unit * slope);
    expect(slackOf(rule, x, { ...float32, textbook: true })).toBeGreaterThan(16 * float32.unit * slope);
  });
});

/** Zeros count as equal whatever their sign; ½ may come out of the series as its neighbour. */
const near = (y: number): number => Math.round(y * 2 ** 50) / 2 ** 50 + 0;

describe("zeros and infinities go where PyTorch sends them", () => {
  const [nan, inf] = [Number.NaN, Infinity];
  const input = [0, -0, inf, -inf, nan];
  // torch 1.13, float64: outputs, then gradients of ones.
  test.each<[string, number[], number[]]>([
    ["sigmoid", [0.5, 0.5, 1, 0, nan], [0.25, 0.25, 0, 0, nan]],
    ["tanh", [0, -0, 1, -1, nan], [1, 1, 0, 0, nan]],
    ["gelu", [0, -0, inf, nan, nan], [0.5, 0.5, nan, nan, nan]],
    ["silu", [0, -0, inf, nan, nan], [0.5, 0.5, nan, nan, nan]],
    ["elu", [0, -0, inf, -1, nan], [1, 1, 1, 0, nan]],
    ["softplus", [Math.LN2, Math.LN2, inf, 0, nan], [0.5, 0.5, 1, 0, nan]],
    ["sin", [0, -0, nan, nan, nan], [1, 1, nan, nan, nan]],
    ["cos", [1, 1, nan, nan, nan], [-0, 0, nan, nan, nan]],
  ])("in %s", (op, outputs, gradients) => {
    const upstream = { output: { shape: [5], data: [1, 1, 1, 1, 1] } };
    const recorded = record({ op, inputs: { input: { shape: [5], data: input } }, upstream });
    const read = reader(runReference(recorded.tape, recorded.feed));
    const numbers = (tensor: (typeof recorded.outputs)[string]): number[] => input.map((_, at) => read(tensor, at));
    expect(numbers(recorded.outputs["output"]).map(near)).toEqual(outputs.map(near));
    expect(numbers(recorded.grads["input"]).map(near)).toEqual(gradients.map(near));
  });
});
