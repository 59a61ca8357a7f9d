/**
 * Time as a value: a score is made of spans, and `frameAt` says what the picture is at any moment. No state is kept, so
 * playing to a moment and jumping there give the same frame.
 */
import type { Step } from "../core/tape";
import type { Act, CellRef, Current } from "./picture";

export type Seconds = number;

/** How finely time is cut: for stepping, for ticks, and for how long things take. */
export type Granularity = "multiply-add" | "cell" | "op" | "pass" | "sgd-step";
export const granularities: readonly { readonly id: Granularity; readonly label: string }[] = [
  { id: "multiply-add", label: "one multiply-add" },
  { id: "cell", label: "one cell" },
  { id: "op", label: "one op" },
  { id: "pass", label: "one pass" },
  { id: "sgd-step", label: "one SGD step" },
];

/** A named stretch of a lesson: forward, loss, backward, update. */
export interface Phase {
  readonly name: string;
  readonly current?: Current;
  readonly acts: readonly Act[];
}

/**
 * How the moments of an act follow one another: moment m runs from `m · lag` for `span`, both as shares of the act.
 * In turn: lag = span = 1/moments. All at once, staggered over at most 40 %: span 0.6.
 */
export interface Rhythm {
  readonly lag: number;
  readonly span: number;
}
export const inTurn = (moments: number): Rhythm => ({ lag: 1 / moments, span: 1 / moments });
export const staggered = (moments: number): Rhythm =>
  moments === 1 ? { lag: 0, span: 1 } : { lag: 0.4 / (moments - 1), span: 0.6 };

/** Whether at most one moment runs at a time. */
export const isInTurn = ({ lag, span }: Rhythm, moments: number): boolean => moments === 1 || lag >= span - 1e-9;

/** About as many flows as a picture of all moments at once can bear. */
const bearable = 240;
/** Of all moments at once, the flows of every n-th are drawn. */
export const drawnEvery = ({ moments, micros }: Pick<Act, "moments" | "micros">): number =>
  Math.max(1, Math.ceil((3 * moments * micros) / bearable));

/** The progress of one moment, 0 to 1, when its act stands at `u`. */
export const momentProgress = ({ lag, span }: Rhythm, moment: number, u: number): number =>
  Math.min(1, Math.max(0, (u - moment * lag) / span));

export interface Span {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly act: Act;
  readonly rhythm: Rhythm;
}
export interface Lane {
  readonly name: string;
  readonly current?: Current;
  readonly start: Seconds;
  readonly end: Seconds;
  readonly iteration: number;
}
export interface Score {
  readonly duration: Seconds;
  readonly spans: readonly Span[];
  readonly lanes: readonly Lane[];
  /** Where a step of the chosen granularity begins; the last is the end. */
  readonly ticks: readonly Seconds[];
  readonly granularity: Granularity;
}

/** Seconds at speed 1. */
const beat = { "multiply-add": 0.6, cell: 1.2, op: 2.4, pass: 2.4, "sgd-step": 2.4 } as const satisfies Record<
  Granularity,
  Seconds
>;

/** No act takes longer, however many cells it writes: they pass the faster. */
const longest: Seconds = 300;

/** How long each act of a phase takes. A pass shares its time among its acts; a whole SGD step among all its phases. */
function actDuration(act: Act, granularity: Granularity, actsSharing: number): Seconds {
  switch (granularity) {
    case "multiply-add":
      return Math.min(longest, act.moments * act.micros * beat["multiply-add"]);
    case "cell":
      return Math.min(longest, act.moments * beat.cell);
    case "op":
      return beat.op;
    case "pass":
    case "sgd-step":
      return beat[granularity] / actsSharing;
  }
}

const isFine = (granularity: Granularity): boolean => granularity === "multiply-add" || granularity === "cell";

/** The most steps of one act: of more, nobody would take every one. */
const mostSteps = 2 ** 16;

/** Ticks inside one act, from its start, without its end: where there would be too many, those of the next coarser kind. */
function actTicks(span: Span, granularity: Granularity): Seconds[] {
  const { act, start, end } = span;
  if (!isFine(granularity)) return [start];
  const kinds = granularity === "cell" ? [act.moments, 1] : [act.moments * act.micros, act.moments, 1];
  const n = kinds.find((count) => count <= mostSteps) ?? 1;
  return Array.from({ length: n }, (_, i) => start + ((end - start) * i) / n);
}

/** The score of a lesson's phases at a granularity. */
export function compose(phases: readonly Phase[], granularity: Granularity): Score {
  const spans: Span[] = [];
  const lanes: Lane[] = [];
  const ticks: Seconds[] = [];
  let now: Seconds = 0;
  for (const phase of phases) {
    const start = now;
    const iteration = phase.acts[0]?.iteration ?? 0;
    const firstOfStep = lanes.at(-1)?.iteration !== iteration;
    const sharing = granularity === "sgd-step" ? actsOf(phases, iteration) : phase.acts.length;
    for (const act of phase.acts) {
      const end = now + actDuration(act, granularity, sharing);
      const span = { start: now, end, act, rhythm: isFine(granularity) ? inTurn(act.moments) : staggered(act.moments) };
      spans.push(span);
      if (granularity === "op" || isFine(granularity)) for (const tick of actTicks(span, granularity)) ticks.push(tick);
      now = end;
    }
    if (granularity === "pass" || (granularity === "sgd-step" && firstOfStep)) ticks.push(start);
    lanes.push({ name: phase.name, ...(phase.current && { current: phase.current }), start, end: now, iteration });
  }
  return { duration: now, spans, lanes, ticks: [...ticks, now], granularity };
}

const actsOf = (phases: readonly Phase[], iteration: number): number =>
  phases.flatMap((phase) => phase.acts).filter((act) => act.iteration === iteration).length;

/** Everything about the picture that depends on time. */
export interface Frame {
  readonly time: Seconds;
  /** Progress of each played step, 0 to 1, and the rhythm of its moments. */
  readonly progress: ReadonlyMap<Step, { readonly u: number; readonly rhythm: Rhythm }>;
  /** The act that runs, or that ran last and rests; undefined at the very start. */
  readonly act?: { readonly span: Span; readonly u: number; readonly moment: number; readonly resting: boolean };
  readonly lane?: Lane;
  readonly iteration: number;
}

/** The moment of an act that is under way: the last one that has begun. */
export const momentAt = (span: Span, u: number): number =>
  Math.min(span.act.moments - 1, Math.max(0, Math.ceil(u / span.rhythm.lag - 1e-9) - 1 || 0));

export function frameAt(score: Score, t: Seconds): Frame {
  const time = Math.min(score.duration, Math.max(0, t));
  const progress = new Map<Step, { u: number; rhythm: Rhythm }>();
  let current: Span | undefined;
  for (const span of score.spans) {
    const u = span.end === span.start ? 1 : Math.min(1, Math.max(0, (time - span.start) / (span.end - span.start)));
    progress.set(span.act.step, { u, rhythm: span.rhythm });
    if (time > span.start) current = span;
  }
  const lane = score.lanes.findLast((l) => time > l.start) ?? score.lanes[0];
  const u = current ? (progress.get(current.act.step)?.u ?? 0) : 0;
  return {
    time,
    progress,
    ...(current && { act: { span: current, u, moment: momentAt(current, u), resting: u === 1 } }),
    ...(lane && { lane }),
    iteration: current?.act.iteration ?? 0,
  };
}

/** The frame as it is, but resting at the moment that wrote a cell, where that act is over: what a pinned cell shows. */
export function frameResting(score: Score, frame: Frame, cell: CellRef): Frame {
  for (const span of score.spans) {
    if (span.end > frame.time) break;
    if (!span.act.step.writes.includes(cell.tensor)) continue;
    const moment = Array.from({ length: span.act.moments }, (_, m) => m).find((m) =>
      span.act.writes(m).some(({ at }) => at === cell.at),
    );
    if (moment !== undefined)
      return { ...frame, act: { span: { ...span, rhythm: inTurn(span.act.moments) }, u: 1, moment, resting: true } };
  }
  return frame;
}

/** The nearest tick after (or before) a moment; the ends stay. */
export function stepFrom(score: Score, t: Seconds, by: 1 | -1): Seconds {
  const slack = 1e-6;
  const next =
    by === 1 ? score.ticks.find((tick) => tick > t + slack) : score.ticks.findLast((tick) => tick < t - slack);
  return next ?? (by === 1 ? score.duration : 0);
}

/** When an act is played; undefined where it is none of the score's. */
export const spanOf = (score: Score, step: Step): Span | undefined =>
  score.spans.find((span) => span.act.step === step);

/** The time at which an act stands finished. */
export const endOf = (score: Score, step: Step): Seconds => spanOf(score, step)?.end ?? score.duration;

/** The time in another score that shows the same: the same act, equally far; where it has no such act, as far into the same lane. */
export function translate(from: Score, t: Seconds, to: Score): Seconds {
  const { act } = frameAt(from, t);
  if (!act) return 0;
  const there = to.spans.find((span) => span.act.step === act.span.act.step);
  return there ? there.start + (there.end - there.start) * act.u : timeOf(to, standingAt(from, t));
}

/** "forward, output cell 5 of 10": what is happening, in words. */
export function describe(score: Score, t: Seconds): string {
  const { act, lane, time } = frameAt(score, t);
  const name = lane?.name ?? "";
  if (!act) return `${name}, not begun`;
  if (lane && time >= lane.end) return `${name}, done`;
  const { moments, micros, unit } = act.span.act;
  if (!isFine(score.granularity)) return `${name}, ${act.span.act.step.writes[0].name}`;
  const inMoment = momentProgress(act.span.rhythm, act.moment, act.u);
  const micro =
    micros > 1 && score.granularity === "multiply-add"
      ? `, multiply-add ${Math.max(1, Math.ceil(inMoment * micros - 1e-6))} of ${micros}`
      : "";
  return moments > 1 || micro ? `${name}, ${unit} ${act.moment + 1} of ${moments}${micro}` : `${name}, ${unit}`;
}

/** Where time stands, in terms that outlive a rebuilt lesson: which lane, and how far into it. */
export interface Standing {
  readonly lane: number;
  readonly share: number;
}

export function standingAt({ lanes }: Score, t: Seconds): Standing {
  const at = Math.max(
    0,
    lanes.findLastIndex((lane) => t > lane.start),
  );
  const lane = lanes[at];
  return { lane: at, share: lane ? (t - lane.start) / (lane.end - lane.start) : 0 };
}

export function timeOf({ lanes, duration }: Score, { lane, share }: Standing): Seconds {
  const there = lanes[lane];
  return there ? there.start + (there.end - there.start) * share : duration;
}
