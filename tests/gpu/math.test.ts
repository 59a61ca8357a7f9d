/** Our own functions in WGSL: each stays within its stated error over the whole range of float32. */
import { describe, expect, it } from "vitest";
import math from "../../shaders/math.wgsl?raw";
import { ratioOf } from "../../src/core/compare";
import { float32 } from "../../src/core/precision";
import { normalDensity, normalDistribution } from "../../src/core/normal";
import { sineRoundoff, stated } from "../../src/core/transcendental";
import { applied, everywhere } from "./functions";
import { openRig } from "./rig";

const { gpu, errors } = await openRig();

interface Stated {
  readonly expression: string;
  readonly exact: (x: number) => number;
  /** The stated error at x, in units of the unit roundoff. */
  readonly units: (x: number, y: number) => number;
  /** Numbers between −wide and wide are tried densely. */
  readonly wide: number;
  /** A line of the WGSL, and another that is wrong by little. */
  readonly fault: readonly [string, string];
}
const relative = (units: number) => (_: number, y: number) => units * Math.abs(y);

/** e to the power of −|x|. */
const decay = (x: number): number => Math.exp(-Math.abs(x));

const functions: Readonly<Record<string, Stated>> = {
  exponential: {
    expression: "exponential(x)",
    exact: Math.exp,
    units: relative(stated.exponential),
    wide: 110,
    fault: ["r * 0.0013961", "r * 0.0012"],
  },
  logarithm: {
    expression: "logarithm(x)",
    exact: Math.log,
    units: relative(stated.logarithm),
    wide: 3,
    fault: ["0.39976608", "0.399"],
  },
  squareRoot: {
    expression: "squareRoot(x)",
    exact: Math.sqrt,
    units: relative(stated.squareRoot),
    wide: 4,
    fault: ["(scaled - root * root)", "(x - root * root)"],
  },
  reciprocalSquareRoot: {
    expression: "reciprocalSquareRoot(x)",
    exact: (x) => 1 / Math.sqrt(x),
    units: relative(stated.reciprocalSquareRoot),
    wide: 4,
    fault: ["y + y * (0.5 -", "y + y * (0.499999 -"],
  },
  expm1: {
    expression: "expm1(x)",
    exact: Math.expm1,
    units: relative(stated.expm1),
    wide: 100,
    fault: ["small, n == 0.0", "small, false"],
  },
  log1p: {
    expression: "log1p(x)",
    exact: Math.log1p,
    units: relative(stated.log1p),
    wide: 3,
    fault: ["select(f, x, k == 0)", "f"],
  },
  sigmoid: {
    expression: "sigmoid(x)",
    exact: (x) => (x < 0 ? decay(x) : 1) / (1 + decay(x)),
    units: relative(stated.sigmoid),
    wide: 110,
    fault: ["e, x < 0.0) / (1.0 + e)", "e, x < 0.0) / (1.000001 + e)"],
  },
  sigmoidSlope: {
    expression: "sigmoidSlope(x)",
    exact: (x) => decay(x) / (1 + decay(x)) ** 2,
    units: relative(stated.sigmoidSlope),
    wide: 110,
    fault: ["bitcast<u32>(e * s * s)", "bitcast<u32>(s * (1.0 - s))"],
  },
  hyperbolicTangent: {
    expression: "hyperbolicTangent(x)",
    exact: Math.tanh,
    units: relative(stated.hyperbolicTangent),
    wide: 12,
    fault: ["expm1Near(-2.0 * min(abs(x), 9.0))", "(decay(2.0 * x) - 1.0)"],
  },
  hyperbolicTangentSlope: {
    expression: "hyperbolicTangentSlope(x)",
    exact: (x) => (4 * decay(2 * x)) / (1 + decay(2 * x)) ** 2,
    units: relative(stated.hyperbolicTangentSlope),
    wide: 60,
    fault: ["bitcast<u32>(root * root)", "bitcast<u32>(1.0 - hyperbolicTangent(x) * hyperbolicTangent(x))"],
  },
  softplus: {
    expression: "softplus(x)",
    exact: (x) => Math.max(x, 0) + Math.log1p(decay(x)),
    units: relative(stated.softplus),
    wide: 110,
    fault: ["log1pOfShare(decay(x))", "logarithm(1.0 + decay(x))"],
  },
  normalDistribution: {
    expression: "normalDistribution(x)",
    exact: normalDistribution,
    units: relative(stated.normalDistribution),
    wide: 16,
    fault: ["decayOfSum(-0.5 * h * h, -0.5 * (a - h) * (a + h))", "decayOfSum(-0.5 * a * a, 0.0)"],
  },
  normalDensity: {
    expression: "normalDensity(x)",
    exact: normalDensity,
    units: relative(stated.normalDensity),
    wide: 16,
    fault: ["0.3989423", "0.398942"],
  },
  sine: {
    expression: "sine(x)",
    exact: Math.sin,
    units: sineRoundoff,
    wide: 70_000,
    fault: ["n * 9.9209362947e-10", "n * 9.92e-10"],
  },
  cosine: {
    expression: "cosine(x)",
    exact: Math.cos,
    units: sineRoundoff,
    wide: 7,
    fault: ["0.0416666467", "0.04166"],
  },
  "sine of large numbers": {
    expression: "sine(x)",
    exact: Math.sin,
    units: sineRoundoff,
    wide: 1e9,
    fault: ["f32(finer) * 0x1p-64f", "0.0"],
  },
};

/** The worst |difference| / stated error, and where. */
function worstOf(
  { exact, units }: Stated,
  xs: Float32Array,
  ys: Float32Array,
): { ratio: number; x: number; y: number } {
  let worst = { ratio: 0, x: Number.NaN, y: Number.NaN };
  xs.forEach((x, i) => {
    const expected = exact(x);
    const bound = units(x, expected) * float32.unit + float32.smallest;
    const ratio = ratioOf(ys[i], expected, bound, 0);
    if (!(ratio <= worst.ratio)) worst = { ratio: Number.isNaN(ratio) ? Infinity : ratio, x, y: ys[i] };
  });
  return worst;
}

describe.each(Object.entries(functions))("%s", (_, each) => {
  const xs = everywhere(each.wide);

  it("stays within its stated error for every kind of number", async () => {
    const ys = await applied(gpu.device, math, each.expression, xs);
    const worst = worstOf(each, xs, ys);
    expect(worst).toSatisfy(({ ratio }) => ratio <= 1);
    expect(xs.length).toBeGreaterThan(100_000);
  });

  it("is seen to err when a coefficient is a little off", async () => {
    const [right, wrong] = each.fault;
    expect(math).toContain(right);
    const ys = await applied(gpu.device, math.replace(right, wrong), each.expression, xs);
    expect(worstOf(each, xs, ys).ratio).toBeGreaterThan(1);
  });
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
