/** Gradients as formulas: they say what the reverse pass says in numbers, and refuse what they cannot say. */
import { describe, expect, test } from "vitest";
import { tanh } from "../../src/core/activation";
import { cell, largestOver, type Formula } from "../../src/core/formula";
import { float64 } from "../../src/core/precision";
import { pulled } from "../../src/core/pulled";
import { uniform } from "../../src/core/random";
import { examine } from "../../src/core/reading";
import { product, relu, sum } from "../../src/core/rule";
import { straighten } from "../../src/core/straight";
import { printWgsl } from "../../src/core/wgsl";
import { cellCount, cells, differentiable } from "../tools/formulas";

const draw = (seed: number): readonly number[] => {
  const next = uniform(seed);
  return Array.from({ length: cellCount }, () => 4 * next() - 2);
};

describe.each(Object.entries(differentiable))("%s", (_, formula) => {
  test("its pulled gradient is what the taps say", () => {
    const gradient = pulled(formula, cells);
    for (let seed = 1; seed <= 20; seed++) {
      const numbers = draw(seed);
      const read = (_input: number, at: number): number => numbers[at];
      const { taps } = examine(formula, read, float64);
      gradient.forEach((each, at) => {
        const tap = taps.find((candidate) => candidate.at === at);
        const { value, roundoff } = examine(each, read, float64);
        expect(Math.abs(value - (tap?.partial ?? 0))).toBeLessThanOrEqual(roundoff + (tap?.slack ?? 0));
      });
    }
  });
});

/** What ReLU hands back of `up` at x. */
const through = (up: number, x: number): number => {
  const [slope] = pulled(product(cell(0, 1), relu(cell(0, 0))), [cell(0, 0)]);
  return examine(slope, (_, at) => [x, up][at], float64).value;
};

describe("decisions", () => {
  test("pass nothing where they are closed, not even what is no number", () => {
    expect(through(Number.NaN, -1)).toBe(0);
    expect(through(Infinity, 0)).toBe(0);
    expect(through(3, 1)).toBe(3);
    expect(through(3, Number.NaN)).toBe(3);
  });
});

const twice = (): Formula => product(cell(0, 0), cell(0, 1));

describe("a straight line", () => {
  test("evaluates once what is said twice", () => {
    expect(straighten([sum(twice(), twice())]).instructions.filter(({ kind }) => kind === "step")).toHaveLength(2);
  });
  test("refuses a reduction that picks a term, a rule without WGSL, and one that hands nothing back", () => {
    expect(() => straighten([largestOver(2, (k) => cell(0, k))])).toThrow(/picks one of its terms/);
    const nameless = { ...tanh(cell(0, 0)).rule, name: "nameless", wgsl: undefined };
    const formula: Formula = { kind: "apply", rule: nameless, args: [cell(0, 0)] };
    expect(() => printWgsl([formula], () => "x")).toThrow(/the rule nameless has no WGSL/);
    expect(() => pulled(tanh(cell(0, 0)), [cell(0, 0)])).toThrow(/the rule tanh does not say what it hands back/);
  });
});
