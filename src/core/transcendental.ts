/**
 * Rules for functions that are computed by series rather than by arithmetic. Their errors are those of our own WGSL in
 * `shaders/math.wgsl`, stated here once: the rules derive bounds from them, the tests hold the WGSL to them.
 */
import { apply, type Apply, type Formula } from "./formula";
import { atom, binding, called, divided, wrap, type Rule, type Written } from "./rule";

/**
 * What each function of `math.wgsl` may err by for any float32 argument, in units of the unit roundoff (2⁻²³) relative to
 * its value; below 2⁻¹²⁶ a value may be taken for 0. Divisions count as WGSL's, 2.5 units each. JavaScript's own
 * functions, in units of 2⁻⁵³, err by no more.
 */
export const stated = {
  exponential: 2,
  logarithm: 2,
  squareRoot: 2,
  reciprocalSquareRoot: 2,
  expm1: 4,
  log1p: 5,
  sigmoid: 5,
  sigmoidSlope: 10,
  hyperbolicTangent: 8,
  hyperbolicTangentSlope: 12,
  softplus: 6,
  normalDistribution: 8,
  normalDensity: 4,
  sine: 3,
} as const;

/** The error of sine and cosine at x, in units: whole turns are taken off an argument up to 2¹⁶ in parts, which shows near their zeros. */
export const sineRoundoff = (x: number, y: number): number =>
  stated.sine * Math.abs(y) + (Math.abs(x) <= 2 ** 16 ? 2 ** -31 * Math.abs(x) : 0);

/** An error relative to the value. */
export const relative =
  (units: number): Rule["roundoff"] =>
  (_, y) =>
    units * Math.abs(y);

/** The piece with a minus sign in front. */
const negative = ({ text, tex }: Written): Written => ({ text: `−${text}`, tex: `-${tex}`, binds: binding.product });

const writeExponential: Rule["write"] = (args) => called("exp", "\\exp", args);
const writeSine: Rule["write"] = (args) => called("sin", "\\sin", args);
const writeCosine: Rule["write"] = (args) => called("cos", "\\cos", args);
const root = (x: Written): Written => atom(`√(${x.text})`, `\\sqrt{${x.tex}}`);
/** 2 · b · c … */
const twice = (...factors: readonly Written[]): Written => {
  const pieces = factors.map((factor) => wrap(factor, binding.power));
  return {
    text: ["2", ...pieces.map(({ text }) => text)].join(" · "),
    tex: ["2", ...pieces.map(({ tex }) => tex)].join(" \\cdot "),
    binds: binding.product,
  };
};

const exponentialRule: Rule = {
  name: "exponential",
  value: ([x]) => Math.exp(x),
  partials: (_, y) => [y],
  roundoff: relative(stated.exponential),
  partialRoundoff: stated.exponential + 1,
  write: writeExponential,
  writePartial: (_, args) => writeExponential(args),
  wgsl: ([x]) => `exponential(${x})`,
};
/** eˣ − 1, without the cancellation near 0. */
const expm1Rule: Rule = {
  name: "expm1",
  value: ([x]) => Math.expm1(x),
  partials: ([x]) => [Math.exp(x)],
  roundoff: relative(stated.expm1),
  partialRoundoff: stated.exponential + 1,
  write: (args) => called("expm1", "\\mathrm{expm1}", args),
  writePartial: (_, args) => writeExponential(args),
  wgsl: ([x]) => `expm1(${x})`,
};
const logarithmRule: Rule = {
  name: "logarithm",
  value: ([x]) => Math.log(x),
  partials: ([x]) => [1 / x],
  roundoff: relative(stated.logarithm),
  // A division.
  partialRoundoff: 3.5,
  write: (args) => called("log", "\\log", args),
  writePartial: (_, [x]) => divided(atom("1"), x),
  wgsl: ([x]) => `logarithm(${x})`,
};
const squareRootRule: Rule = {
  name: "square root",
  value: ([x]) => Math.sqrt(x),
  partials: (_, y) => [0.5 / y],
  roundoff: relative(stated.squareRoot),
  partialRoundoff: stated.squareRoot + 3.5,
  write: ([x]) => root(x),
  writePartial: (_, [x]) => divided(atom("1"), twice(root(x))),
  wgsl: ([x]) => `squareRoot(${x})`,
};
const reciprocalSquareRootRule: Rule = {
  name: "reciprocal square root",
  value: ([x]) => 1 / Math.sqrt(x),
  partials: ([x], y) => [(-0.5 * y) / x],
  roundoff: relative(stated.reciprocalSquareRoot),
  // Of two ways to take it: y · y · y carries the root's error three times, y / x that of a division.
  partialRoundoff: 3 * stated.reciprocalSquareRoot + 4,
  write: ([x]) => divided(atom("1"), root(x)),
  writePartial: (_, [x]) => negative(divided(atom("1"), twice(x, root(x)))),
  wgsl: ([x]) => `reciprocalSquareRoot(${x})`,
};

/** What a slope y, a cosine or a sine at x, and its product with what arrives err by, relative to y. */
const slopeRoundoff = (x: number, y: number): number => 1 + (y === 0 ? 0 : sineRoundoff(x, y) / Math.abs(y));

const sineRule: Rule = {
  name: "sine",
  value: ([x]) => Math.sin(x),
  partials: ([x]) => [Math.cos(x)],
  roundoff: ([x], y) => sineRoundoff(x, y),
  partialRoundoff: ([x]) => slopeRoundoff(x, Math.cos(x)),
  write: writeSine,
  writePartial: (_, args) => writeCosine(args),
  wgsl: ([x]) => `sine(${x})`,
};
const cosineRule: Rule = {
  name: "cosine",
  value: ([x]) => Math.cos(x),
  partials: ([x]) => [-Math.sin(x)],
  roundoff: ([x], y) => sineRoundoff(x, y),
  partialRoundoff: ([x]) => slopeRoundoff(x, Math.sin(x)),
  write: writeCosine,
  writePartial: (_, args) => negative(writeSine(args)),
  wgsl: ([x]) => `cosine(${x})`,
};

/** eˣ */
export const exponential = (x: Formula): Apply => apply(exponentialRule, x);
/** eˣ − 1 */
export const expm1 = (x: Formula): Apply => apply(expm1Rule, x);
/** The natural logarithm: −∞ at 0, NaN below. */
export const logarithm = (x: Formula): Apply => apply(logarithmRule, x);
/** √x: NaN below 0. */
export const squareRoot = (x: Formula): Apply => apply(squareRootRule, x);
/** 1 / √x: ∞ at 0, NaN below. */
export const reciprocalSquareRoot = (x: Formula): Apply => apply(reciprocalSquareRootRule, x);
/** sin x: NaN where x is not finite. */
export const sine = (x: Formula): Apply => apply(sineRule, x);
/** cos x: NaN where x is not finite. */
export const cosine = (x: Formula): Apply => apply(cosineRule, x);
