/** What the present numbers mean, in words: for the picture, the caption and the claims. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import { optimizerNames, rescales } from "./knobs";
import type { Model } from "./model";
import { beside, relation, settledValue } from "./numbers";
import { bound, factor, factorWords, fateOf, longRun, type Fate, type Stepped } from "./theory";

/** The numbers that decide on the parabola; along the second direction of the bowl where it is asked for. */
export const steppedIn = (m: Model, results: Results, curvature: Tensor = m.curvature): Stepped => ({
  optimizer: m.setting.optimizer,
  rate: settledValue(results, m.rate),
  curvature: settledValue(results, curvature),
  momentum: settledValue(results, m.momentum),
});

/** The same for each direction that there is. */
const directions = (m: Model, results: Results): readonly Stepped[] =>
  (m.view.kind === "bowl" ? [m.curvature, m.second] : [m.curvature]).map((tensor) => steppedIn(m, results, tensor));

/** Whether batches throw the steps about. */
export const isThrown = ({ noise }: Model, results: Results): boolean =>
  noise !== undefined && results.value(noise.strength, 0) !== 0;

/** Whether it starts in the minimum, and nothing takes it away from there. */
export const isAtRest = (m: Model, results: Results): boolean =>
  !isThrown(m, results) &&
  (m.view.kind === "bowl" ? [m.start, m.secondStart] : [m.start]).every((tensor) => results.value(tensor, 0) === 0);

/** What becomes of w on the parabola; of what it is on average, where batches throw it about. */
export const fateIn = (m: Model, results: Results): Fate | undefined =>
  results.value(m.start, 0) === 0 ? "nothing moves" : fateOf(steppedIn(m, results));

// ── mathematics ─────────────────────────────────────────────────────────────

/** "|1 − ηλ| = |1 − 2.1 · 1| = 1.1 > 1", as TeX. */
function factorTex({ rate, curvature }: Stepped): string {
  const size = Math.abs(factor({ rate, curvature }));
  return `|1 - \\eta\\lambda| = |1 - ${format(rate)} \\cdot ${format(curvature)}| = ${besideOne(size)}`;
}

/** The same without its middle. */
export const factorShort = (stepped: Stepped): string =>
  `|1 - \\eta\\lambda| = ${besideOne(Math.abs(factor(stepped)))}`;

const besideOne = (size: number): string => beside(1, size) + (size === 1 ? "" : ` ${relation(size, 1)} 1`);

/** "η = 0.3 < 2/λmax = 2" */
const boundTex = (rate: number, limit: number, called = ""): string =>
  `\\eta = ${beside(limit, rate)} ${relation(rate, limit)} ${called}${beside(rate, limit)}`;

// ── a line above the picture ────────────────────────────────────────────────

/** What the optimizer does at these numbers: a line of mathematics, and a sentence. */
export interface Verdict {
  readonly formula: string;
  readonly words: string;
}

export function verdict(m: Model, results: Results): Verdict {
  const told = toldOf(m, results);
  if (isAtRest(m, results)) return { ...told, words: "it starts in the minimum: nothing moves" };
  if (settledValue(results, m.rate) === 0) return { ...told, words: "a rate of 0: nothing moves" };
  const isMean = isThrown(m, results) && !rescales(m.setting.optimizer);
  return isMean ? { ...told, words: `on average ${told.words}` } : told;
}

/** What holds wherever it starts, and on average over batches. */
function toldOf(m: Model, results: Results): Verdict {
  const { optimizer } = m.setting;
  if (rescales(optimizer)) return unbounded(m, results);
  const along = directions(m, results);
  if (optimizer !== "sgd") return inTheLongRun(along);
  return along.length > 1 ? ofBowl(along) : ofParabola(along[0]);
}

function ofParabola(stepped: Stepped): Verdict {
  const by = factor(stepped);
  return { formula: `$${factorTex(stepped)}$`, words: factorWords(by) + (Math.abs(by) > 1 ? ": it diverges" : "") };
}

/** What each direction is multiplied by, and which of them sets the limit. */
function ofBowl(along: readonly Stepped[]): Verdict {
  const [first, second] = along.map((stepped) => beside(Math.sign(factor(stepped)), factor(stepped)));
  return {
    formula: `$${boundTex(along[0].rate, lowestBound(along), "2/\\lambda_{\\max} = ")}$`,
    words: `each step takes w times ${first}, and w′ times ${second}`,
  };
}

const lowestBound = (along: readonly Stepped[]): number =>
  Math.min(...along.map((stepped) => bound(stepped) ?? Infinity));

const sizeOf = (stepped: Stepped): number => longRun(stepped) ?? 0;

/** The direction that is the last to settle, or the first to leave, decides. */
function inTheLongRun(along: readonly Stepped[]): Verdict {
  const deciding = along.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
  const [size, fate] = [sizeOf(deciding), fateOf(deciding) ?? ""];
  return {
    formula: `$${boundTex(deciding.rate, lowestBound(along))}$`,
    words: size === 0 ? fate : `${fate}: in the long run × ${beside(1, size)} a step`,
  };
}

function unbounded(m: Model, results: Results): Verdict {
  const name = optimizerNames[m.setting.optimizer];
  return {
    formula: `$\\eta = ${format(settledValue(results, m.rate))}$`,
    words: isThrown(m, results)
      ? `${name} divides by the size that gradients have had`
      : `${name}: the curvature cancels out of its steps`,
  };
}

// ── what is not finite, or all but nothing ──────────────────────────────────

/** Why a number of the run is not finite. */
export function overflow(m: Model, results: Results): string {
  const size = Math.max(...directions(m, results).map((stepped) => Math.abs(factor(stepped))));
  const times = isThrown(m, results) ? "on average every step is" : "every step is";
  const cause =
    m.setting.optimizer === "sgd"
      ? `|1 − ηλ${m.view.kind === "bowl" ? "max" : ""}| = ${beside(1, size)} > 1: ${times} that many times as large`
      : "The steps grow and grow";
  return `${cause}, until float32, which ends at 3.4 · 10³⁸, holds it no more. The run has diverged.`;
}
