/** What the present numbers mean, in words: for the picture, the caption and the claims. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import { optimizerNames } from "./knobs";
import type { Model } from "./model";
import { bound, factor, factorWords, fateOf, longRun, type Stepped } from "./theory";

/** A number as it was set: 2.1, where float32 holds 2.0999999. */
export const settledValue = (results: Results, tensor: Tensor, at = 0): number =>
  Number(results.value(tensor, at).toPrecision(6));

/** The numbers that decide on the parabola; along the second direction of the bowl where it is asked for. */
export const steppedIn = (m: Model, results: Results, curvature: Tensor = m.curvature): Stepped => ({
  optimizer: m.setting.optimizer,
  rate: settledValue(results, m.rate),
  curvature: settledValue(results, curvature),
  momentum: settledValue(results, m.momentum),
});

/** "|1 − ηλ| = |1 − 2.1 · 1| = 1.1 > 1", as TeX. */
export function factorTex({ rate, curvature }: Stepped, symbol = "\\lambda"): string {
  const size = Math.abs(factor({ rate, curvature }));
  const sign = size > 1 ? "> 1" : size < 1 ? "< 1" : "";
  return `|1 - \\eta${symbol}| = |1 - ${format(rate)} \\cdot ${format(curvature)}| = ${format(size)} ${sign}`;
}

/** The same without its middle. */
export function factorShort(stepped: Stepped, symbol = "\\lambda"): string {
  const size = Math.abs(factor(stepped));
  return `|1 - \\eta${symbol}| = ${format(size)} ${size > 1 ? "> 1" : size < 1 ? "< 1" : ""}`;
}

/** What the optimizer does at these numbers: a line of mathematics, and a sentence. */
export interface Verdict {
  readonly formula: string;
  readonly words: string;
}

export function verdict(m: Model, results: Results): Verdict {
  const stepped = steppedIn(m, results);
  if (m.setting.optimizer === "sgd") {
    const by = factor(stepped);
    return { formula: `$${factorTex(stepped)}$`, words: `${factorWords(by)}${consequence(by)}` };
  }
  return bound(stepped) === undefined ? unbounded(m, stepped) : inTheLongRun(stepped);
}

/** The same for the bowl: what each direction is multiplied by, and which of them sets the limit. */
export function bowlVerdict(m: Model, results: Results): Verdict {
  if (m.setting.optimizer !== "sgd") return verdict(m, results);
  const limit = Math.min(...[0, 1].map((at) => settledValue(results, m.bounds, at)));
  const rate = settledValue(results, m.rate);
  const relation = rate < limit ? "<" : rate > limit ? ">" : "=";
  const [first, second] = [m.curvature, m.second].map((tensor) => format(factor(steppedIn(m, results, tensor))));
  return {
    formula: `$\\eta = ${format(rate)} ${relation} 2/\\lambda_{\\max} = ${format(limit)}$`,
    words: `each step takes w times ${first}, and w′ times ${second}`,
  };
}

const consequence = (by: number): string => (Math.abs(by) > 1 ? ": it diverges" : "");

function inTheLongRun(stepped: Stepped): Verdict {
  const limit = bound(stepped)!;
  const { rate } = stepped;
  const relation = rate < limit ? "<" : rate > limit ? ">" : "=";
  const size = longRun(stepped) ?? Number.NaN;
  return {
    formula: `$\\eta = ${format(rate)} ${relation} ${format(limit)}$`,
    words: `${fateOf(stepped) ?? ""}: in the long run × ${format(size)} a step`,
  };
}

function unbounded(m: Model, { rate }: Stepped): Verdict {
  return {
    formula: `$\\eta = ${format(rate)}$`,
    words: `${optimizerNames[m.setting.optimizer]}: the curvature cancels out of its steps`,
  };
}

/** Why a number of the run is not finite. */
export function overflow(m: Model, results: Results): string {
  const size = format(Math.abs(factor(steppedIn(m, results))));
  const cause =
    m.setting.optimizer === "sgd"
      ? `|1 − ηλ| = ${size} > 1: every step is that much larger`
      : "The steps grow and grow";
  return `${cause}, until float32, which ends at 3.4 · 10³⁸, holds it no more. The run has diverged.`;
}
