/**
 * Rules: the scalar functions that formulas are made of. Each states its value, its partials, its rounding in WGSL, and
 * how it is written. Roundings are in units of the unit roundoff and follow the accuracy table of the WGSL specification
 * (https://www.w3.org/TR/WGSL/#concrete-float-accuracy).
 */
import { apply, constant, type Apply, type Formula } from "./formula";

/** What a partial derivative may be: a number, or a path that a decision closed, on which nothing passes, not even NaN. */
export type Derivative = number | "blocked";

/** How tightly a written piece binds. */
export const binding = { sum: 1, product: 2, power: 3, atom: 4 } as const;

/** A piece of an equation, in plain text and in TeX, with the precedence of its outermost operator. */
export interface Written {
  readonly text: string;
  readonly tex: string;
  readonly binds: number;
}

export interface Rule {
  readonly name: string;
  value(x: readonly number[]): number;
  /** ∂value/∂x[i] for each i, given the arguments and the value. */
  partials(x: readonly number[], value: number): readonly Derivative[];
  /** Absolute rounding error of one evaluation in float arithmetic, in units of the unit roundoff. */
  roundoff(x: readonly number[], value: number): number;
  /** Relative rounding error of one partial and of its product with what arrives, in the same units; Infinity: anything may come. */
  readonly partialRoundoff: number | ((x: readonly number[]) => number);
  /**
   * The same two, both absolute, for the form that textbooks and other libraries evaluate in float64, where its terms
   * cancel (1 − y² for the slope of tanh) and ours, by which float32 is judged, do not.
   */
  readonly textbook?: {
    roundoff?(x: readonly number[], value: number): number;
    partialRoundoff?(x: readonly number[], value: number): readonly number[];
  };
  write(args: readonly Written[]): Written;
  /** The partial by argument i as people write it; undefined where it is 1. */
  writePartial(i: number, args: readonly Written[]): Written | undefined;
  /**
   * The value as a WGSL expression over the arguments' names: operators and the functions of `shaders/math.wgsl` and
   * `shaders/rules.wgsl`. A rule without it cannot be printed (see `wgsl`).
   */
  wgsl?(args: readonly string[]): string;
  /**
   * What arrives at the value, handed back to each argument as a formula; undefined where nothing ever passes. It says
   * what `partials` says in numbers, so that a gradient can be printed, read and differentiated as any formula can.
   */
  pull?(up: Formula, args: readonly Formula[], value: Formula): readonly (Formula | undefined)[];
  /** The arguments through which nothing ever passes back, whatever their values. */
  readonly closed?: readonly number[];
  /** Whether it only adds and subtracts: where all but one of its arguments are exactly 0, nothing is rounded. */
  readonly adds?: true;
  /** Whether x lies on a kink, where the derivative is a convention. */
  kink?(x: readonly number[], nearby: number): boolean;
}

/** Absolute rounding error of one evaluation, in units: of ours, or of the textbook's form where the rule has one. */
export const roundoffOf = (rule: Rule, x: readonly number[], value: number, textbook: boolean): number =>
  (textbook ? rule.textbook?.roundoff?.(x, value) : undefined) ?? rule.roundoff(x, value);

/** The same of each partial, with its product with what arrives. */
export const partialRoundoffs = (
  rule: Rule,
  x: readonly number[],
  value: number,
  partials: readonly Derivative[],
  textbook: boolean,
): readonly number[] =>
  (textbook ? rule.textbook?.partialRoundoff?.(x, value) : undefined) ??
  partials.map((partial) => (partial === "blocked" ? 0 : scaled(relative(rule, x), Math.abs(partial))));

/** A relative rounding as an absolute one; one without bound stays so. */
const scaled = (relative: number, size: number): number => (relative === Infinity ? Infinity : relative * size);
const relative = ({ partialRoundoff: off }: Rule, x: readonly number[]): number =>
  typeof off === "number" ? off : off(x);

/** A piece that nothing can tear apart. */
export const atom = (text: string, tex = text): Written => ({ text, tex, binds: binding.atom });

/** The piece, in parentheses where it binds no tighter than `least` or begins with a sign. */
export const wrap = (piece: Written, least: number): Written =>
  piece.binds >= least && !piece.text.startsWith("−") ? piece : atom(`(${piece.text})`, `\\left(${piece.tex}\\right)`);

/** Terms joined by plus and minus signs: a term that begins with a minus sign brings it along. */
export function writeSum(terms: readonly Written[]): Written {
  if (terms.length === 0) return atom("0");
  if (terms.length === 1) return terms[0];
  const join = (form: "text" | "tex", minus: string): string =>
    terms.reduce((before, term, i) => {
      const next = term[form];
      if (i === 0) return next;
      return next.startsWith(minus) ? `${before} − ${next.slice(minus.length).trimStart()}` : `${before} + ${next}`;
    }, "");
  return { text: join("text", "−"), tex: join("tex", "-").replaceAll("−", "-"), binds: binding.sum };
}

/** Factors joined by centred dots; one that begins with a sign stands in parentheses, so that a sum keeps it whole. */
export function writeProduct(factors: readonly Written[]): Written {
  if (factors.length === 0) return atom("1");
  if (factors.length === 1) return factors[0];
  const pieces = factors.map((factor, i) => wrap(factor, i === 0 ? binding.product : binding.power));
  return {
    text: pieces.map((piece) => piece.text).join(" · "),
    tex: pieces.map((piece) => piece.tex).join(" \\cdot "),
    binds: binding.product,
  };
}

/** A function with its arguments in parentheses. */
export const called = (name: string, tex: string, args: readonly Written[]): Written =>
  atom(`${name}(${args.map((a) => a.text).join(", ")})`, `${tex}\\left(${args.map((a) => a.tex).join(", ")}\\right)`);

const magnitude = (x: readonly number[]): number => x.reduce((total, v) => total + Math.abs(v), 0);

// ── arithmetic ──────────────────────────────────────────────────────────────

const sumRule: Rule = {
  name: "sum",
  value: (x) => x.reduce((total, v) => total + v, 0),
  partials: (x) => x.map(() => 1),
  roundoff: (x) => Math.max(0, x.length - 1) * magnitude(x),
  partialRoundoff: 0,
  adds: true,
  write: writeSum,
  writePartial: () => undefined,
  wgsl: (args) => (args.length === 0 ? "0f" : `(${args.join(" + ")})`),
  pull: (up, args) => args.map(() => up),
};
const differenceRule: Rule = {
  name: "difference",
  value: ([a, b]) => a - b,
  partials: () => [1, -1],
  roundoff: (_, y) => Math.abs(y),
  partialRoundoff: 0,
  adds: true,
  write: ([a, b]) => {
    const right = wrap(b, binding.product);
    return { text: `${a.text} − ${right.text}`, tex: `${a.tex} - ${right.tex}`, binds: binding.sum };
  },
  writePartial: (i) => (i === 0 ? undefined : { text: "−1", tex: "-1", binds: binding.product }),
  wgsl: ([a, b]) => `(${a} - ${b})`,
  pull: (up) => [up, difference(constant(0), up)],
};
const productRule: Rule = {
  name: "product",
  value: (x) => x.reduce((total, v) => total * v, 1),
  partials: (x) => x.map((_, i) => x.reduce((total, v, j) => (i === j ? total : total * v), 1)),
  roundoff: (x, y) => Math.max(0, x.length - 1) * Math.abs(y),
  partialRoundoff: 1,
  write: writeProduct,
  writePartial: (i, args) => writeProduct(args.filter((_, j) => j !== i)),
  wgsl: (args) => (args.length === 0 ? "1f" : `(${args.join(" * ")})`),
  pull: (up, args) =>
    args.map((_, i) =>
      times(
        up,
        args.filter((_other, j) => j !== i),
      ),
    ),
};
/** Whether WGSL says how well it divides by b; it does for infinities and zeros, whose quotients are exact. */
const isDivisor = (b: number): boolean =>
  (Math.abs(b) >= 2 ** -126 && Math.abs(b) <= 2 ** 126) || b === 0 || !Number.isFinite(b);
/** a / b. WGSL's division errs by up to 2.5 units in the last place where 2⁻¹²⁶ ≤ |b| ≤ 2¹²⁶, and by anything elsewhere. */
const quotientRule: Rule = {
  name: "quotient",
  value: ([a, b]) => a / b,
  partials: ([, b], y) => [1 / b, -y / b],
  roundoff: ([, b], y) => (isDivisor(b) ? 2.5 * Math.abs(y) : Infinity),
  // The slope by b is two divisions and a product.
  partialRoundoff: ([, b]) => (isDivisor(b) ? 6 : Infinity),
  write: ([a, b]) => divided(a, b),
  writePartial: (i, [a, b]) => {
    if (i === 0) return divided(atom("1"), b);
    const { text, tex } = divided(a, {
      text: `${wrap(b, binding.atom).text}²`,
      tex: `${wrap(b, binding.atom).tex}^2`,
      binds: binding.power,
    });
    return { text: `−${text}`, tex: `-${tex}`, binds: binding.product };
  },
  wgsl: ([a, b]) => `(${a} / ${b})`,
  pull: (up, [, b], value) => [quotient(up, b), difference(constant(0), quotient(times(up, [value]), b))],
};

/** a / b, in TeX as a fraction. */
export function divided(a: Written, b: Written): Written {
  return {
    text: `${wrap(a, binding.product).text} / ${wrap(b, binding.power).text}`,
    tex: `\\frac{${a.tex}}{${b.tex}}`,
    binds: binding.product,
  };
}
/** ½·d²: one rule, so that its slope is written as the difference that it is. */
const halfSquareRule: Rule = {
  name: "half square",
  value: ([d]) => 0.5 * d * d,
  partials: ([d]) => [d],
  roundoff: (_, y) => 2 * Math.abs(y),
  partialRoundoff: 1,
  write: ([d]) => {
    const base = wrap(d, binding.atom);
    return { text: `½ · ${base.text}²`, tex: `\\tfrac12 ${base.tex}^2`, binds: binding.product };
  },
  writePartial: (_, [d]) => d,
  wgsl: ([d]) => `(0.5f * ${d} * ${d})`,
  pull: (up, [d]) => [times(up, [d])],
};

/** d²: one rule, so that it is evaluated and written once. */
const squareRule: Rule = {
  name: "square",
  value: ([d]) => d * d,
  partials: ([d]) => [2 * d],
  roundoff: (_, y) => Math.abs(y),
  partialRoundoff: 1,
  write: ([d]) => {
    const base = wrap(d, binding.atom);
    return { text: `${base.text}²`, tex: `${base.tex}^2`, binds: binding.power };
  },
  writePartial: (_, [d]) => writeProduct([atom("2"), d]),
  wgsl: ([d]) => `(${d} * ${d})`,
  pull: (up, [d]) => [times(up, [constant(2), d])],
};

// ── decisions ───────────────────────────────────────────────────────────────

const slopeName = (name: string, args: readonly Written[]): Written => called(`${name}′`, `\\mathrm{${name}}'`, args);

/** x where x > 0, else 0; NaN stays. At 0 and below nothing passes back, as in PyTorch. */
const reluRule: Rule = {
  name: "relu",
  value: ([x]) => (x <= 0 ? 0 : x),
  partials: ([x]) => [x <= 0 ? "blocked" : 1],
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called("ReLU", "\\mathrm{ReLU}", args),
  writePartial: (_, args) => slopeName("ReLU", args),
  kink: ([x], nearby) => Math.abs(x) <= nearby,
  wgsl: ([x]) => `rectified(${x})`,
  pull: (up, [x]) => [gate(x, up)],
};
/** x where x > 0, else slope·x. */
const leakyReluRule: Rule = {
  name: "leaky relu",
  value: ([x, slope]) => (x > 0 ? x : slope * x),
  partials: ([x, slope]) => (x > 0 ? [1, 0] : [slope, x]),
  roundoff: ([x], y) => (x > 0 ? 0 : Math.abs(y)),
  partialRoundoff: 1,
  write: (args) => called("LeakyReLU", "\\mathrm{LeakyReLU}", args),
  writePartial: (i, args) => (i === 0 ? slopeName("LeakyReLU", args) : undefined),
  kink: ([x], nearby) => Math.abs(x) <= nearby,
  wgsl: ([x, slope]) => `leaky(${x}, ${slope})`,
  pull: (up, [x, slope]) => [sloped(x, up, slope), gate(difference(constant(0), x), times(up, [x]))],
};

/** What arrives, let through where x > 0 or x is NaN, else 0, whatever arrives: ReLU on its way back. */
const gateRule: Rule = {
  name: "gate",
  value: ([x, up]) => (x <= 0 ? 0 : up),
  partials: ([x]) => ["blocked", x <= 0 ? "blocked" : 1],
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called("gate", "\\mathrm{gate}", args),
  writePartial: (i, args) => (i === 1 ? slopeName("ReLU", [args[0]]) : undefined),
  closed: [0],
  kink: ([x], nearby) => Math.abs(x) <= nearby,
  wgsl: ([x, up]) => `gated(${x}, ${up})`,
  pull: (up, [x]) => [undefined, gate(x, up)],
};
/** What arrives where x > 0, else slope times it: leaky ReLU on its way back. */
const slopedRule: Rule = {
  name: "sloped",
  value: ([x, up, slope]) => (x > 0 ? up : slope * up),
  partials: ([x, up, slope]) => (x > 0 ? ["blocked", 1, 0] : ["blocked", slope, up]),
  roundoff: ([x], y) => (x > 0 ? 0 : Math.abs(y)),
  partialRoundoff: 1,
  write: (args) => called("sloped", "\\mathrm{sloped}", args),
  writePartial: (i, args) => (i === 1 ? slopeName("LeakyReLU", [args[0], args[2]]) : undefined),
  closed: [0],
  kink: ([x], nearby) => Math.abs(x) <= nearby,
  wgsl: ([x, up, slope]) => `sloped(${x}, ${up}, ${slope})`,
  pull: (up, [x, arrived, slope]) => [
    undefined,
    sloped(x, up, slope),
    gate(difference(constant(0), x), times(up, [arrived])),
  ],
};

// ── building ────────────────────────────────────────────────────────────────

export const sum = (...terms: readonly Formula[]): Apply => apply(sumRule, ...terms);
export const difference = (a: Formula, b: Formula): Apply => apply(differenceRule, a, b);
export const product = (...factors: readonly Formula[]): Apply => apply(productRule, ...factors);
export const quotient = (a: Formula, b: Formula): Apply => apply(quotientRule, a, b);
export const square = (d: Formula): Apply => apply(squareRule, d);
export const halfSquare = (d: Formula): Apply => apply(halfSquareRule, d);
export const relu = (x: Formula): Apply => apply(reluRule, x);
const gate = (x: Formula, up: Formula): Apply => apply(gateRule, x, up);
const sloped = (x: Formula, up: Formula, slope: Formula): Apply => apply(slopedRule, x, up, slope);
export const leakyRelu = (x: Formula, slope: Formula): Apply => apply(leakyReluRule, x, slope);

/** What arrives times some factors; an arriving 1 is left out. */
const times = (up: Formula, factors: readonly Formula[]): Formula => {
  const all = up.kind === "constant" && up.value === 1 ? factors : [up, ...factors];
  return all.length === 1 ? all[0] : product(...all);
};
