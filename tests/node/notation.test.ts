import { describe, expect, test } from "vitest";
import { cell, constant, largestOver, over, placeOver, shared, type Formula } from "../../src/core/formula";
import { abridged, numeral, plain, topTerms, write, writePartial } from "../../src/core/notation";
import { difference, halfSquare, product, quotient, relu, sum } from "../../src/core/rule";

const [a, b, c] = [cell(0, 0), cell(0, 1), cell(0, 2)];
const symbols = { leaf: ({ at }: { at: number }) => plain("abcdefgh"[at]), most: 8 };
const withNumbers = (...values: readonly string[]) => ({
  leaf: ({ at }: { at: number }) => numeral(values[at]),
  most: 8,
});
const text = (formula: Formula): string => write(formula, symbols).text;

describe("parentheses stand where precedence asks for them", () => {
  test.each([
    ["a + b · c", sum(a, product(b, c))],
    ["(a + b) · c", product(sum(a, b), c)],
    ["a − (b − c)", difference(a, difference(b, c))],
    ["a − b − c", difference(difference(a, b), c)],
    ["a · (b · c)", product(a, product(b, c))],
    ["½ · (a − b)²", halfSquare(difference(a, b))],
    ["ReLU(a − b)", relu(difference(a, b))],
    ["max(a, b, c)", largestOver(3, (k) => cell(0, k))],
    [
      "argmax(a at 7, b at 4)",
      placeOver(
        2,
        (k) => cell(0, k),
        (k) => [7, 4][k],
      ),
    ],
    ["(a + b) / 4", quotient(sum(a, b), constant(4))],
    ["a · b / (a / c)", quotient(product(a, b), quotient(a, c))],
    ["½ · a", product(constant(0.5), a)],
  ])("%s", (wanted, formula) => expect(text(formula)).toBe(wanted));
});

describe("signs", () => {
  test("a negative term brings its minus along, in text and TeX", () => {
    const { text: said, tex } = write(sum(a, b), withNumbers("1", "−2"));
    expect(said).toBe("1 − 2");
    expect(tex).toBe("1 - 2");
  });
  test("a negative factor is wrapped", () => {
    expect(write(product(a, b), withNumbers("−1", "−2")).text).toBe("(−1) · (−2)");
    expect(write(difference(a, b), withNumbers("−1", "−2")).text).toBe("−1 − (−2)");
    expect(write(halfSquare(a), withNumbers("−3")).text).toBe("½ · (−3)²");
  });
});

test("long sums keep the first three terms and the last", () => {
  const formula = over(100, (k) => cell(0, k));
  expect(write(formula, { leaf: ({ at }) => plain(`x${at}`), most: 8 }).text).toBe("x0 + x1 + x2 + … 96 more … + x99");
  expect(abridged(3, 8)).toEqual([0, 1, 2]);
  expect(topTerms(formula)).toHaveLength(100);
});

test("what cells share is named once and defined below", () => {
  const middle = shared("μ", "mean", sum(a, b));
  const equation = write(product(difference(a, middle), difference(b, middle)), symbols);
  expect(equation.text).toBe("(a − μ) · (b − μ)");
  expect(equation.notes.map(({ symbol, written }) => `${symbol} = ${written.text}`)).toEqual(["μ = a + b"]);
});

const slope = (formula: Formula, at: typeof a): string | undefined => writePartial(formula, at, symbols)?.text;

describe("a slope is written along each path", () => {
  test("1 goes unsaid", () => expect(slope(sum(a, b), a)).toBeUndefined());
  test("a product leaves the others", () => expect(slope(product(a, b), a)).toBe("b"));
  test("paths add up", () => expect(slope(product(a, a), a)).toBe("a + a"));
  test("a chain multiplies", () => expect(slope(halfSquare(difference(a, b)), b)).toBe("(a − b) · (−1)"));
  test("a maximum passes its winner's", () => {
    const doubled = largestOver(2, (k) => product(constant(2), cell(0, k)));
    expect(slope(doubled, b)).toBe("max′(2 · b) · 2");
  });
  test("a quotient has one by either side", () => {
    expect(slope(quotient(sum(a, b), c), a)).toBe("1 / c");
    expect(slope(quotient(a, c), c)).toBe("−a / c²");
  });
  test("the place of the largest has none", () =>
    expect(
      slope(
        placeOver(
          2,
          () => a,
          (k) => k,
        ),
        a,
      ),
    ).toBe("0"));
  test("what does not matter is 0", () => expect(slope(sum(a, b), c)).toBe("0"));
});
