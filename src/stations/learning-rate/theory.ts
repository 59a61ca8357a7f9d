/** What theory says of a step on a parabola: by how much it shrinks the distance, and up to which rate it does. */
import { format } from "../../core/numeral";
import { carries, type Optimizer } from "./knobs";
import { beside, settled } from "./numbers";

/** The numbers that decide. */
export interface Stepped {
  readonly optimizer: Optimizer;
  readonly rate: number;
  readonly curvature: number;
  readonly momentum: number;
}

/** What plain SGD multiplies w by in each step: 1 − ηλ. */
export const factor = ({ rate, curvature }: Pick<Stepped, "rate" | "curvature">): number =>
  settled(1 - settled(rate * curvature));

/**
 * The rate from which on SGD no longer converges: 2/λ, with momentum 2(1+μ)/λ, with Nesterov's 2(1+μ)/(λ(1+2μ)). None
 * for optimizers that divide by the size of the gradient: far from the minimum their steps are as long as η.
 */
export function bound({ optimizer, curvature, momentum }: Omit<Stepped, "rate">): number | undefined {
  switch (optimizer) {
    case "sgd":
      return settled(2 / curvature);
    case "momentum":
      return settled((2 * (1 + momentum)) / curvature);
    case "nesterov":
      return settled((2 * (1 + momentum)) / (curvature * (1 + 2 * momentum)));
    case "rmsprop":
    case "adam":
      return undefined;
  }
}

/** The same as TeX. */
export const boundTex: Readonly<Record<"sgd" | "momentum" | "nesterov", string>> = {
  sgd: "2/\\lambda",
  momentum: "2(1+\\mu)/\\lambda",
  nesterov: "2(1+\\mu)/(\\lambda(1+2\\mu))",
};

/** How a training goes, in the words that a question offers. */
export const fates = [
  "nothing moves",
  "it lands in one step",
  "it lands in two steps",
  "it creeps in from one side",
  "it oscillates and converges",
  "it bounces for ever",
  "it diverges",
] as const;
export type Fate = (typeof fates)[number];

/** What becomes of w on the parabola, of the optimizers for which theory knows. */
export function fateOf(stepped: Stepped): Fate | undefined {
  if (stepped.rate === 0) return "nothing moves";
  const found = rootsOf(stepped);
  if (!found) return undefined;
  const size = settled(found.size);
  if (size === 0) return landing(stepped);
  if (size > 1) return "it diverges";
  if (size === 1) return "it bounces for ever";
  return found.oscillates ? "it oscillates and converges" : "it creeps in from one side";
}

/** Where both roots are 0: Nesterov's first step still goes too far, and the second takes it back. */
const landing = ({ optimizer, momentum }: Stepped): Fate =>
  optimizer === "nesterov" && momentum > 0 ? "it lands in two steps" : "it lands in one step";

interface Roots {
  /** The largest absolute value: what w is multiplied by in the long run. */
  readonly size: number;
  /** Whether w changes sides again and again: the roots are complex, or the larger one is negative. */
  readonly oscillates: boolean;
}

/** The roots of the step as a map of (w, momentum buffer) to the next ones; without a buffer the one is 1 − ηλ. */
function rootsOf(stepped: Stepped): Roots | undefined {
  const { optimizer, momentum } = stepped;
  if (bound(stepped) === undefined) return undefined;
  const by = factor(stepped);
  if (!carries(optimizer) || momentum === 0) return { size: Math.abs(by), oscillates: by < 0 };
  return optimizer === "momentum" ? roots(by + momentum, momentum) : roots((1 + momentum) * by, momentum * by);
}

/** Of x² − trace · x + determinant. What rounding leaves where they meet is no difference. */
function roots(trace: number, determinant: number): Roots {
  const exact = (trace / 2) ** 2 - determinant;
  const inside = Math.abs(exact) < 1e-12 ? 0 : exact;
  if (inside < 0) return { size: Math.sqrt(determinant), oscillates: true };
  return { size: Math.abs(trace / 2) + Math.sqrt(inside), oscillates: trace < 0 };
}

/** What w is multiplied by in the long run, where theory knows: its size. */
export const longRun = (stepped: Stepped): number | undefined => {
  const found = rootsOf(stepped);
  return found && settled(found.size);
};

/** "every step is 10 % larger": what a factor does, in words. */
export function factorWords(by: number): string {
  const size = Math.abs(by);
  if (by === 1) return "nothing moves";
  if (size === 0) return "one step lands in the minimum";
  if (size === 1) return "it bounces for ever";
  if (size > 1) return larger(size);
  const left = `${beside(100, settled(size * 100))} % as far`;
  return by > 0 ? `every step leaves it ${left}` : `every step lands across, ${left}`;
}

const larger = (size: number): string =>
  size < 2
    ? `every step is ${format(settled((size - 1) * 100))} % larger`
    : `every step is × ${format(Number(size.toPrecision(3)))}`;
