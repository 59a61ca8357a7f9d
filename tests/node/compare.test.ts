/** Verdicts: what holds, what fails and where, and what cannot be told. */
import { describe, expect, test } from "vitest";
import { compare, notRun, ratioOf, worse, type Comparison } from "../../src/core/compare";
import { float32 } from "../../src/core/precision";
import { expect as expected, type Expected } from "../../src/core/expected";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { opNamed } from "../../src/ops/index";
import { randomCall } from "../tools/random";

const one = (value: number, bound = 0, peak = Math.abs(value)): Expected => ({
  ...randomExpected,
  values: Float64Array.of(value),
  bounds: Float64Array.of(bound),
  peaks: Float64Array.of(peak),
});
const matmul = randomCall(opNamed("matmul"), { shapes: { a: [33, 5], b: [5, 35] } });
const [randomExpected] = expected(matmul.tape.steps[0], reader(matmul.feed));

describe("classes", () => {
  const { NaN: nan } = Number;
  test.each([
    ["NaN is NaN", nan, nan],
    ["∞ is ∞", Infinity, Infinity],
    ["−∞ is −∞", -Infinity, -Infinity],
    ["0 is −0", 0, -0],
    ["what leaves the range is ∞", Infinity, 1e39],
    ["with its sign", -Infinity, -1e39],
    ["what is subnormal may be 0", 0, 2 ** -130],
  ])("%s", (_, actual, value) => expect(compare([actual], one(value)).verdict).toBe("holds"));
  test.each([
    ["NaN is no number", nan, 1],
    ["a number is no NaN", 1, nan],
    ["∞ is no number", Infinity, 1],
    ["∞ is not −∞", Infinity, -Infinity],
    ["NaN is not ∞", nan, Infinity],
    ["a number is no overflow", 1e38, 1e39],
    ["a missing number is no number", undefined, 1],
  ])("%s", (_, actual, value) =>
    expect(compare(actual === undefined ? [] : [actual], one(value))).toMatchObject({
      verdict: "fails",
      ratio: Infinity,
      worst: 0,
    }),
  );
  test("an intermediate that may overflow makes the cell undecidable", () => {
    expect(ratioOf(Infinity, 1, 0, float32.largest)).toBeNaN();
    expect(compare([Infinity], one(1, 0, 1e39)).verdict).toBe("undecidable");
  });
});

test("a bound beyond a thousandth of the largest value tells nothing", () => {
  expect(compare([1], one(1, 2e-3)).verdict).toBe("undecidable");
  expect(compare([1.001], one(1, 5e-4)).verdict).toBe("fails");
  expect(compare([1], one(1, 5e-4)).verdict).toBe("holds");
});

test("where nothing differs, the bound is the loosest of those that are numbers", () => {
  const [values, peaks] = [Float64Array.of(Number.NaN, 1, 2), Float64Array.of(0, 1, 2)];
  const three = { ...one(0), values, peaks, bounds: Float64Array.of(Number.NaN, 1e-5, 2e-5) };
  expect(compare(values, three)).toMatchObject({ verdict: "holds", ratio: 0, worst: 2, bound: 2e-5 });
  expect(compare([Number.NaN, 1 + 5e-6, 2], three)).toMatchObject({ verdict: "holds", worst: 1, bound: 1e-5 });
});

test("what was not run says why", () => {
  expect(notRun("no GPU")).toMatchObject({ verdict: "not run", method: "no GPU", compared: 0, worst: -1 });
});

const right = (): Float32Array =>
  Float32Array.from(runReference(matmul.tape, matmul.feed).get(matmul.outputs["output"]) ?? []);

describe("planted in a product of 33 × 5 and 5 × 35", () => {
  const [last, first] = [32 * 35, 31 * 35];
  test.each([
    ["nothing", (x: Float32Array) => x, "holds", -1],
    ["a remainder row left at 0", (x: Float32Array) => x.fill(0, last), "fails", 32],
    ["a remainder row that repeats the one before", (x: Float32Array) => x.copyWithin(last, first, last), "fails", 32],
    ["a wrong sign in one cell", (x: Float32Array) => x.fill(-x[40], 40, 41), "fails", 1],
    [
      "a cell off by 64 units in the last place",
      (x: Float32Array) => x.fill(x[40] * (1 + 2 ** -16), 40, 41),
      "fails",
      1,
    ],
  ] as const)("%s", (_, spoil, verdict, row) => {
    const { verdict: said, worst, compared } = compare(spoil(right()), randomExpected);
    expect(said).toBe(verdict);
    expect(compared).toBe(33 * 35);
    if (row >= 0) expect(Math.floor(worst / 35)).toBe(row);
  });
});

test("positions of sampled cells are the tensor's own", () => {
  const sampled = { ...randomExpected, cells: [3, 9], values: Float64Array.of(1, 2), bounds: new Float64Array(2) };
  expect(compare([1, 5], sampled).worst).toBe(9);
});

const look = (verdict: Comparison["verdict"], ratio: number, method: string): Comparison => ({
  verdict,
  worst: 10 * ratio,
  ratio,
  bound: 1,
  method,
  compared: ratio + 1,
});

describe("two looks at one tensor", () => {
  test.each<[Comparison["verdict"], Comparison["verdict"], Comparison["verdict"]]>([
    ["holds", "fails", "fails"],
    ["fails", "undecidable", "fails"],
    ["undecidable", "holds", "undecidable"],
    ["not run", "holds", "holds"],
    ["undecidable", "not run", "undecidable"],
  ])("%s and %s are %s", (first, second, both) => {
    const found = worse(look(first, 1, "this"), look(second, 2, "that"));
    expect(found).toMatchObject({ verdict: both, worst: both === first ? 10 : 20, method: "this; that", compared: 3 });
  });
  test("of one verdict are as far off as the farther", () => {
    expect(worse(look("holds", 1, "this"), look("holds", 2, "that"))).toMatchObject({ ratio: 2, worst: 20 });
  });
});
