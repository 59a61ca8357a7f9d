import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format, formatIn, parse, precise, subscript } from "../../src/core/numeral";

const floats = fc.float({ noNaN: true, noDefaultInfinity: true });

/** The worth of one unit in the last place that a text shows. */
function lastPlace(text: string): number {
  const [mantissa, exponent = "0"] = text.replaceAll("−", "-").split("e");
  return 10 ** (Number(exponent) - (mantissa.split(".")[1]?.length ?? 0));
}

describe("six glyphs", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [-2, "−2"],
    [9999, "9999"],
    [9999.9, "1e4"],
    [10000, "1e4"],
    [12345, "1.2e4"],
    [-12345, "−1.2e4"],
    [0.1, "0.1"],
    [-0.5, "−0.5"],
    [1 / 3, "0.3333"],
    [-1 / 3, "−0.333"],
    [2.34567, "2.346"],
    [99.996, "100"],
    [1e-3, "0.001"],
    [9.99e-4, "1e−3"],
    [1.5e-7, "1.5e−7"],
    [-1.6e-7, "−2e−7"],
    [2 ** -149, "1e−45"],
    [Number.NaN, "NaN"],
    [Infinity, "+∞"],
    [-Infinity, "−∞"],
  ])("%s is written %s", (x, text) => expect(format(x)).toBe(text));

  test.each([
    [1 / 3, "0.33", "0.3"],
    [-1.683, "−1.68", "−1.7"],
    [0.0652, "0.07", "7e−2"],
    [0.0039, "4e−3", "4e−3"],
    [12.34, "12.3", "12"],
    [99.96, "100", "100"],
    [-1234.5, "−1235", "−1235"],
    [12345, "1e4", "1e4"],
    [2.5, "2.5", "2.5"],
    [Number.NaN, "NaN", "NaN"],
  ])("%s is written %s where there is less room, then %s", (x, ...texts) =>
    expect([formatIn(3, x), formatIn(2, x)]).toEqual(texts),
  );

  test("are enough for every float32", () => {
    fc.assert(
      fc.property(floats, (x) => format(x).length <= 6),
      { numRuns: 5000 },
    );
  });
  test("never say 0 of what is not", () => {
    fc.assert(
      fc.property(
        floats,
        fc.constantFrom(2, 3, 4),
        (x, digits) => x === 0 || Math.abs(parse(formatIn(digits, x)) ?? 0) > 0,
      ),
      { numRuns: 5000 },
    );
  });
  test("say the number to half a unit of the last place they show", () => {
    fc.assert(
      fc.property(floats, (x) => {
        const text = format(x);
        // The half itself is rounded when it is computed.
        expect(Math.abs((parse(text) ?? Number.NaN) - x)).toBeLessThanOrEqual((lastPlace(text) / 2) * (1 + 2 ** -40));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("all digits", () => {
  test("of a float64 and of a float32 come back unchanged", () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (x) => parse(precise(x, 17)) === x));
    fc.assert(fc.property(floats, (x) => Math.fround(parse(precise(x, 9)) ?? Number.NaN) === x));
  });
  test("of what is no number are its sign", () => {
    expect([Number.NaN, Infinity, -Infinity].map((x) => precise(x, 9))).toEqual(["NaN", "+∞", "−∞"]);
  });
});

describe("what a person types", () => {
  test.each([
    ["1.5", 1.5],
    [" -2 ", -2],
    ["−2", -2],
    ["+.5", 0.5],
    ["3.", 3],
    ["1e−7", 1e-7],
    ["1E4", 1e4],
    ["∞", Infinity],
    ["-inf", -Infinity],
    ["+Infinity", Infinity],
    ["nan", Number.NaN],
  ])("%s is read", (text, value) => expect(parse(text)).toBe(value));
  test.each(["", "-", ".", "1,5", "1e", "0x10", "two", "1 2"])("%s is not", (text) =>
    expect(parse(text)).toBeUndefined(),
  );
});

test("subscripts", () => expect(subscript(120)).toBe("₁₂₀"));
