/** Rules for activations with an exponential in them. Slopes are taken without differences that would cancel. */
import { apply, type Apply, type Formula } from "./formula";
import { normalDensity, normalDistribution as below } from "./normal";
import { atom, binding, called, type Rule, type Written } from "./rule";
import { relative, stated } from "./transcendental";

/** e to the power of −|x|, which never overflows. */
const decay = (x: number): number => Math.exp(-Math.abs(x));
const logistic = (x: number): number => (x < 0 ? decay(x) : 1) / (1 + decay(x));
const logisticSlope = (x: number): number => decay(x) / (1 + decay(x)) ** 2;
const tanhSlope = (x: number): number => (2 / (1 / decay(x) + decay(x))) ** 2;

/** Of a difference that cancels at most all is lost: in float64 what is left of it is 0 or of the size of the unit. */
const cancelled = (units: number, slope: number): number => Math.min(units, 32 * slope * 2 ** 53);

const writeSigmoid = (args: readonly Written[]): Written => called("σ", "\\sigma", args);
const writeTanh = (args: readonly Written[]): Written => called("tanh", "\\tanh", args);

/** 1 / (1 + e⁻ˣ) */
const sigmoidRule: Rule = {
  name: "sigmoid",
  value: ([x]) => logistic(x),
  partials: ([x]) => [logisticSlope(x)],
  roundoff: relative(stated.sigmoid),
  partialRoundoff: stated.sigmoidSlope + 1,
  // y · (1 − y): the error of y shows twice, the difference and the product round once each.
  textbook: { partialRoundoff: ([x], y) => [cancelled((2 * stated.sigmoid + 3) * y, logisticSlope(x))] },
  write: writeSigmoid,
  writePartial: (_, args) => {
    const { text, tex } = writeSigmoid(args);
    return { text: `${text} · (1 − ${text})`, tex: `${tex} \\left(1 - ${tex}\\right)`, binds: binding.product };
  },
  wgsl: ([x]) => `sigmoid(${x})`,
};

const tanhRule: Rule = {
  name: "tanh",
  value: ([x]) => Math.tanh(x),
  partials: ([x]) => [tanhSlope(x)],
  roundoff: relative(stated.hyperbolicTangent),
  partialRoundoff: stated.hyperbolicTangentSlope + 1,
  // 1 − y²: the error of y shows twice, the square, the difference and the product round once each.
  textbook: {
    partialRoundoff: ([x], y) => [cancelled((2 * stated.hyperbolicTangent + 1) * y * y + 2, tanhSlope(x))],
  },
  write: writeTanh,
  writePartial: (_, args) => {
    const { text, tex } = writeTanh(args);
    return { text: `1 − ${text}²`, tex: `1 - ${tex}^2`, binds: binding.sum };
  },
  wgsl: ([x]) => `hyperbolicTangent(${x})`,
};

/** A size times a share; an infinity is exact and has none. */
const times = (size: number, share: number): number => (size === Infinity ? 0 : size * share);

/** log(1 + exp(βx)) / β; where βx exceeds the threshold, x itself, as PyTorch has it. */
const softplusRule: Rule = {
  name: "softplus",
  value: ([x, beta, threshold]) =>
    beta * x > threshold ? x : (Math.max(beta * x, 0) + Math.log1p(decay(beta * x))) / beta,
  partials: ([x, beta, threshold], y) =>
    beta * x > threshold ? [1, 0, 0] : [logistic(beta * x), (x * logistic(beta * x) - y) / beta, 0],
  // A division by β, and the rounding of βx, which counts with the slope.
  roundoff: ([x, beta, threshold], y) =>
    beta * x > threshold ? 0 : (stated.softplus + 2.5) * Math.abs(y) + times(Math.abs(x), logistic(beta * x)),
  partialRoundoff: ([x, beta]) => stated.sigmoid + 1 + times(Math.abs(beta * x), logistic(-beta * x)),
  write: (args) => called("softplus", "\\mathrm{softplus}", args),
  writePartial: (i, args) =>
    [
      called("softplus′", "\\mathrm{softplus}'", args),
      called("∂softplus/∂β", "\\partial_\\beta\\mathrm{softplus}", args),
    ][i] ?? atom("0"),
  kink: ([x, beta, threshold], nearby) =>
    Math.abs(beta * x - threshold) <= nearby * Math.max(1, Math.abs(beta), Math.abs(x)),
};

/** x where x > 0, else α (eˣ − 1). */
const eluRule: Rule = {
  name: "elu",
  value: ([x, alpha]) => (x > 0 ? x : alpha * Math.expm1(x)),
  partials: ([x, alpha]) => (x > 0 ? [1, 0] : [alpha * Math.exp(x), Math.expm1(x)]),
  roundoff: ([x], y) => (x > 0 ? 0 : (stated.expm1 + 1) * Math.abs(y)),
  partialRoundoff: stated.expm1 + 2,
  // PyTorch's vector code takes the difference eˣ − 1.
  textbook: {
    roundoff: ([x, alpha], y) =>
      x > 0 ? 0 : Math.abs(alpha) * (stated.exponential * Math.exp(x) + 1) + 2 * Math.abs(y),
  },
  write: (args) => called("ELU", "\\mathrm{ELU}", args),
  writePartial: (i, args) =>
    i === 0 ? called("ELU′", "\\mathrm{ELU}'", args) : called("∂ELU/∂α", "\\partial_\\alpha\\mathrm{ELU}", args),
  kink: ([x], nearby) => Math.abs(x) <= nearby,
};

/** Φ(x) = ½ (1 + erf(x / √2)), the share of the standard normal distribution below x. */
const normalRule: Rule = {
  name: "normal distribution",
  value: ([x]) => below(x),
  partials: ([x]) => [normalDensity(x)],
  roundoff: relative(stated.normalDistribution),
  partialRoundoff: stated.normalDensity + 1,
  // ½ (1 + erf): the sum cancels below 0, and the rounding of x / √2 counts with the slope. In the density x² / 2 is
  // rounded, which counts as often as it is large.
  textbook: {
    roundoff: ([x], y) => Math.abs(y) + 3 + 2 * Math.abs(x) * normalDensity(x),
    partialRoundoff: ([x]) => [(stated.normalDensity + 1 + x * x) * normalDensity(x)],
  },
  write: (args) => called("Φ", "\\Phi", args),
  writePartial: (_, args) => called("φ", "\\varphi", args),
  wgsl: ([x]) => `normalDistribution(${x})`,
};

/** σ(x) = 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Formula): Apply => apply(sigmoidRule, x);
export const tanh = (x: Formula): Apply => apply(tanhRule, x);
/** log(1 + exp(βx)) / β; x itself where βx > threshold. */
export const softplus = (x: Formula, beta: Formula, threshold: Formula): Apply =>
  apply(softplusRule, x, beta, threshold);
/** x where x > 0, else α (eˣ − 1). */
export const elu = (x: Formula, alpha: Formula): Apply => apply(eluRule, x, alpha);
/** Φ(x), the share of the standard normal distribution below x. */
export const normalDistribution = (x: Formula): Apply => apply(normalRule, x);
