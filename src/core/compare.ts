/** Holding what a GPU wrote against the reference, cell by cell, and saying in one word how it stands. */
import type { Expected } from "./expected";
import { float32, type Precision } from "./precision";

/**
 * - holds: every cell that was compared lies within its bound
 * - fails: some cell does not
 * - undecidable: the bound is too wide to tell
 * - not run: nothing was compared
 */
export type Verdict = "holds" | "fails" | "undecidable" | "not run";

export interface Comparison {
  readonly verdict: Verdict;
  /** The cell where |difference| / bound is largest; the loosest where nothing differs; −1 where nothing was compared. */
  readonly worst: number;
  /** |difference| / bound there. */
  readonly ratio: number;
  /** The bound there. */
  readonly bound: number;
  /** What was compared and how: "every cell", or why nothing was. */
  readonly method: string;
  readonly compared: number;
  /** Whether a cell cannot be told because something on the way to it lies beyond the range of the arithmetic. */
  readonly overflows?: true;
}

export const notRun = (why: string): Comparison => ({
  verdict: "not run",
  worst: -1,
  ratio: 0,
  bound: 0,
  method: why,
  compared: 0,
});

/** From the best to the worst. */
const severity: readonly Verdict[] = ["holds", "undecidable", "fails"];

/**
 * Two looks at the same tensor as one: the worse verdict with its cell, both methods, and the more cells. A look that was
 * not taken does not spoil the other, but why it was not is told.
 */
export function worse(a: Comparison, b: Comparison): Comparison {
  const methods = { method: `${a.method}; ${b.method}`, compared: Math.max(a.compared, b.compared) };
  if (a.verdict === "not run" || b.verdict === "not run") return { ...(a.verdict === "not run" ? b : a), ...methods };
  const [rankA, rankB] = [a, b].map(({ verdict }) => severity.indexOf(verdict));
  const first = rankA === rankB ? a.ratio >= b.ratio : rankA > rankB;
  return { ...(first ? a : b), ...methods };
}

/** A bound wider than this share of the tensor's largest value can tell nothing. */
export const widest = 1e-3;

/**
 * Below this a bound is never too wide. What is subnormal may be flushed to 0, so beside the smallest numbers every bound
 * is wide; such a tensor is all but 0 throughout, and its bound still tells that from any other number.
 */
const tiny = (precision: Precision): number => precision.smallest * 2 ** 23;

/** |difference| / bound of one cell; ∞ where the classes (NaN, ±∞, finite) differ, NaN where the bound can tell nothing. */
export function ratioOf(
  actual: number,
  expected: number,
  bound: number,
  peak: number,
  precision: Precision = float32,
): number {
  const overflowed = Math.abs(expected) > precision.largest ? Math.sign(expected) * Infinity : expected;
  if (!Number.isFinite(overflowed) || !Number.isFinite(actual)) {
    if (Object.is(actual, overflowed)) return 0;
    if (!Number.isFinite(expected)) return Infinity;
    // An intermediate may honestly have left the range of the arithmetic; a number where ∞ is due must lie at its edge.
    const honest = Number.isFinite(actual)
      ? Math.abs(expected) - bound <= precision.largest
      : peak + bound >= precision.largest;
    return honest ? Number.NaN : Infinity;
  }
  const difference = Math.abs(actual - expected);
  if (difference === 0) return 0;
  return difference / Math.max(bound, precision.smallest);
}

/** Compares a tensor's numbers with what the reference expects of them. */
export function compare(actual: ArrayLike<number>, expected: Expected, precision: Precision = float32): Comparison {
  const largest = Math.max(largestFinite(expected.values), expected.scale ?? 0);
  const { values, bounds, peaks } = expected;
  let worst = loosest(bounds);
  let ratio = 0;
  let unclear = 0;
  let overflows = false;
  for (let i = 0; i < values.length; i++) {
    const here = ratioOf(actual[i], values[i], bounds[i], peaks[i], precision);
    const vague =
      Number.isNaN(here) || (Number.isFinite(values[i]) && bounds[i] > widest * largest && bounds[i] > tiny(precision));
    if (vague) [unclear, overflows] = [unclear + 1, overflows || peaks[i] > precision.largest];
    if (here > ratio) [worst, ratio] = [i, here];
  }
  const verdict = ratio > 1 ? "fails" : unclear > 0 ? "undecidable" : "holds";
  const at = expected.cells?.[worst] ?? worst;
  return {
    verdict,
    worst: at,
    ratio,
    bound: bounds[worst] ?? 0,
    method: "every cell",
    compared: values.length,
    ...(overflows && { overflows }),
  };
}

/** Where the largest finite bound is: a cell that is not finite has none to speak of. */
function loosest(bounds: ArrayLike<number>): number {
  let [at, most] = [0, -1];
  for (let i = 0; i < bounds.length; i++)
    if (Number.isFinite(bounds[i]) && bounds[i] > most) [at, most] = [i, bounds[i]];
  return at;
}

function largestFinite(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (Number.isFinite(magnitude) && magnitude > most) most = magnitude;
  }
  return most;
}
