/** Which part of an act shows why a claim holds: it begins shortly before the moment that decides, not where the act does. */
import type { Step } from "../core/tape";
import type { CellRef } from "./picture";
import { isInTurn, spanOf, type Score, type Seconds, type Span } from "./score";

/** From when to when to play. */
export interface Stretch {
  readonly from: Seconds;
  readonly to: Seconds;
}

/** What is played before a moment: at least the one before it, and at least so long. */
const lead: Seconds = 1;
/** Nobody waits longer for the last of several moments. */
const patience: Seconds = 8;

/** The moments that write one of some cells. */
function momentsOf({ act }: Span, cells: readonly CellRef[]): readonly number[] {
  const wanted = (moment: number): boolean =>
    act.writes(moment).some(({ tensor, at }) => cells.some((cell) => cell.tensor === tensor && cell.at === at));
  return Array.from({ length: act.moments }, (_, moment) => moment).filter(wanted);
}

/**
 * The stretch of a step's act in which its cells are made; all of the act where they are not made one after the other.
 * Where that takes long it begins at the last of them, and at the first of `first`, which are to be seen in any case.
 * Undefined where the score does not play the step.
 */
export function stretchOf(
  score: Score,
  step: Step,
  cells: readonly CellRef[],
  first: readonly CellRef[] = [],
): Stretch | undefined {
  const span = spanOf(score, step);
  if (!span) return undefined;
  const whole: Stretch = { from: span.start, to: span.end };
  const moments = isInTurn(span.rhythm, span.act.moments) ? momentsOf(span, cells) : [];
  if (moments.length === 0) return whole;
  const beat = (span.end - span.start) / span.act.moments;
  const before = (moment: number): Seconds => Math.max(span.start, span.start + moment * beat - Math.max(beat, lead));
  const to = span.start + (moments[moments.length - 1] + 1) * beat;
  const [missed] = first.length > 0 ? momentsOf(span, first) : [];
  if (missed !== undefined) return { from: before(missed), to };
  const from = before(moments[0]);
  return { from: to - from <= patience ? from : before(moments[moments.length - 1]), to };
}
