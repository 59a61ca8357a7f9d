/**
 * Projections: a check that touches every cell of a large step without computing every cell. What is linear in an operand
 * may be added up before it is multiplied: along a loop that the result and one operand share, groups of 32 are folded
 * into one with random signs, both in the operand and in what was written. The contraction of the folded operand, in
 * float64, must then be the folded result, at a thirty-second of the work.
 *
 * The bound of a folded cell is a statistical one, since that of the worst case grows with the number n of terms and would
 * tell nothing of a sum of a thousand terms. A cell's error is, to first order, Σ δ·p over its n products p plus Σ δ·s over
 * its partial sums s, with |δ| ≤ u. Where the roundings δ are independent and of mean 0 (Higham and Mary, A new approach to
 * probabilistic rounding error analysis, SIAM J. Sci. Comput. 41(5), 2019, https://doi.org/10.1137/18M1226312), Azuma's
 * inequality bounds the sum over a whole group by λ·u·√(Σ p² + Σ s²) with probability 1 − 2·exp(−λ²/2); every |s| is at most
 * Σ|p| ≤ √(n·Σp²), so that n·√Σp² stands for the root. Σp² is the contraction of the folded squares. λ is chosen so that
 * all folded cells together stay inside with probability 1 − 2⁻³⁰.
 */
import { compare, type Comparison } from "../core/compare";
import { cellsOf } from "../core/contraction";
import { contractingCells, counting, laid, largest, mapping, summing, type Laid } from "../core/contracted";
import { uniform } from "../core/random";
import { float32 } from "../core/precision";
import type { Expected } from "../core/expected";
import { size } from "../core/shape";
import type { Work } from "../core/work";
import { folding, foldingAll, foldOf, foldedProducts, membersOf, targetAxis, type Fold } from "./fold";

/** What written numbers are projected on, and what is expected there. */
interface Folded {
  readonly expected: Expected;
  readonly actual: readonly number[];
  /** Cells that were folded into those which were compared. */
  readonly covered: number;
}

/**
 * Holds all that a step wrote against its contraction, folded; undefined where no loop can be folded, where that would
 * take more than `products` products, or where nothing finite is left to compare. Turns take about a millisecond.
 */
export function* projecting(
  made: Laid,
  written: ArrayLike<number>,
  products: number,
  seed = 1,
): Work<Comparison | undefined> {
  const fold = foldOf(made);
  if (!fold || foldedProducts(made, fold) > products) return undefined;
  const folded = yield* foldingBoth(made, written, fold, seed);
  if (folded.actual.length === 0) return undefined;
  const whole = compare(folded.actual, folded.expected);
  const worst = yield* cellBehind(made, written, fold, whole.worst);
  const total = size(made.tensor.shape);
  const cells = folded.covered === total ? counted(total) : `${counted(folded.covered)} of ${counted(total)}`;
  const method = `projected: ${cells} cells in ${counted(folded.actual.length)} groups of ${fold.group}, by a statistical bound`;
  return { ...whole, worst, method, compared: folded.covered };
}

const counted = (n: number): string => n.toLocaleString("en-US");

/** Folds what was written and what is contracted, and leaves out groups that are not finite: samples judge their cells. */
function* foldingBoth(made: Laid, written: ArrayLike<number>, fold: Fold, seed: number): Work<Folded> {
  const axis = targetAxis(made, fold);
  const random = uniform(seed);
  const signs = Float64Array.from({ length: axis.extent }, () => (random() < 0.5 ? -1 : 1));
  const ones = new Float64Array(axis.extent).fill(1);
  const values = yield* summing(yield* foldingAll(made, fold, signs));
  const sizes = yield* foldingAll(yield* mapping(made, (value) => value * value), fold, ones);
  const squares = yield* summing(sizes);
  const counts = yield* summing(counting(sizes));
  const actual = yield* folding(yield* laid(made.part, made.tensor, (_, at) => written[at]), axis, fold, signs);
  const members = yield* folding(yield* laid(made.part, made.tensor, () => 1), axis, fold, ones);
  const kept = [...values.keys()].filter((at) => members[at] > 0 && Number.isFinite(values[at]));
  const pick = (each: (at: number) => number): Float64Array => Float64Array.from(kept, each);
  const bound = boundsOf(made, fold, kept.length);
  return {
    actual: kept.map((at) => actual[at]),
    covered: kept.reduce((sum, at) => sum + members[at], 0),
    expected: {
      tensor: made.tensor,
      cells: kept,
      values: pick((at) => values[at]),
      bounds: pick((at) => bound(squares[at], counts[at])),
      peaks: pick((at) => Math.sqrt(fold.group * counts[at] * squares[at])),
    },
  };
}

/** The probability that some folded cell of an honest step lies outside. */
const miss = 2 ** -30;

/** The statistical bound of a folded cell, by the sum of its squared products and the number of terms of a cell. */
function boundsOf(made: Laid, { group }: Fold, cells: number): (squares: number, terms: number) => number {
  const { unit, smallest } = float32;
  const deviations = Math.sqrt(2 * Math.log((2 * cells) / miss));
  const flush = group * smallest * (2 + made.arriving + largest(made.x) + largest(made.y));
  // One more square than n²: a gradient's factor may have been rounded before it was multiplied.
  return (squares, terms) => deviations * unit * Math.sqrt((terms * terms + 1) * squares) + terms * flush;
}

/** Of the cells that were folded into one, the one that is farthest off, found by computing each. */
function* cellBehind(made: Laid, written: ArrayLike<number>, fold: Fold, place: number): Work<number> {
  const cellAt = cellsOf(made.tensor.shape, made.part.margin);
  const cells = membersOf(targetAxis(made, fold), fold, place).map(cellAt);
  const expected = yield* contractingCells(made, cells);
  return compare(
    cells.map((cell) => written[cell]),
    expected,
  ).worst;
}
