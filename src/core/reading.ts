/**
 * Reading a formula: its value, its taps with their partials, and the rounding that a float evaluation may show. A forward
 * trace keeps every intermediate value once; a reverse pass over it gives the partials.
 */
import type { Formula } from "./formula";
import { float32, float64, type Precision } from "./precision";
import { Reverse } from "./reverse";
import { SharedTraces, type Doubt, type Read } from "./trace";
import { Tracer } from "./tracer";
import type { Wanted } from "./wanted";
import { finished, type Work } from "./work";

/** One dependency of a cell: how strongly an input cell moves it. */
export interface Tap {
  readonly input: number;
  readonly at: number;
  /** ∂cell/∂input[at]; 0 where a decision closed the path. */
  readonly partial: number;
  /** The partial's size before its terms cancelled: what its rounding error is proportional to. */
  readonly scale: number;
  /** Absolute bound on the error of the partial in float arithmetic. */
  readonly slack: number;
  /** Whether every path was closed by a decision (z < 0, not the largest, not picked): nothing passes, not even NaN. */
  readonly blocked: boolean;
}

/** What one evaluation of a formula tells. */
export interface Reading {
  readonly value: number;
  /** Every input cell that it depends on, once each. */
  readonly taps: readonly Tap[];
  /** First-order bound on the error of a float evaluation from the same inputs. */
  readonly roundoff: number;
  /** The largest size that an intermediate may reach: beyond the arithmetic's range, ∞ is an honest answer. */
  readonly peak: number;
}

/** The value alone, in float64. */
export const evaluate = (formula: Formula, read: Read, traces = new SharedTraces()): number =>
  new Tracer(read, float64, traces).trace(formula).value;

/** Value, bound and peak without the taps. */
export function appraise(
  formula: Formula,
  read: Read,
  precision: Precision,
  traces = new SharedTraces(),
  doubt?: Doubt,
): Omit<Reading, "taps"> {
  return finished(appraising(formula, read, precision, traces, doubt));
}

/** The same in turns of some milliseconds. */
export function* appraising(
  formula: Formula,
  read: Read,
  precision: Precision,
  traces: SharedTraces,
  doubt?: Doubt,
): Work<Omit<Reading, "taps">> {
  const { value, error, peak } = yield* new Tracer(read, precision, traces, doubt).tracing(formula);
  return { value, roundoff: error, peak };
}

/** Everything that one evaluation tells, with bounds for the given arithmetic; of the taps those that are wanted. */
export function examine(
  formula: Formula,
  read: Read,
  precision = float32,
  traces = new SharedTraces(),
  doubt?: Doubt,
  wanted?: Wanted,
): Reading {
  const top = new Tracer(read, precision, traces, doubt).trace(formula);
  const reverse = new Reverse(precision, doubt !== undefined, wanted);
  reverse.run(top, traces);
  const taps = Array.from(reverse.taps.values(), ({ input, at, arrived }) => ({
    input,
    at,
    partial: arrived.up,
    scale: arrived.scale,
    slack: arrived.slack,
    blocked: !arrived.open,
  }));
  return { value: top.value, taps, roundoff: top.error, peak: top.peak };
}
