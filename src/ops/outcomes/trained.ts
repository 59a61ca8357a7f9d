/** A whole training in float64 from its formulas, with what float32 may make of it. */
import type { Cell } from "../../core/formula";
import { March, type Ellipsoid } from "../../core/march";
import { float32 } from "../../core/precision";
import { straighten } from "../../core/straight";
import type { Loop } from "./loop";
import { classify, thresholds, watchedSteps } from "./outcome";

/** What a training comes to; errors are infinite where float32 may honestly come to something else. */
export interface Trained {
  readonly measure: number;
  readonly measureError: number;
  readonly flips: number;
  readonly flipsError: number;
  readonly outcome: number;
  readonly outcomeError: number;
}

/** What the measure is on the way. */
interface Watched {
  readonly measure: number;
  readonly error: number;
  readonly side: number;
  readonly sideError: number;
}

/** Whether a training is gone: surely, or as far as the errors tell. */
const gone = ({ measure }: Watched): boolean => !(measure <= thresholds.gone);
const surelyGone = ({ measure, error }: Watched): boolean => !(measure - error <= thresholds.gone);
const perhapsGone = ({ measure, error }: Watched): boolean => !(measure + error <= thresholds.gone);

/** Whether a measure counts as converged: for certain, or as far as the errors tell. */
const arrivedSurely = ({ measure, error }: Watched): boolean => measure + error <= thresholds.converged;
const arrivedPerhaps = ({ measure, error }: Watched): boolean => measure - error <= thresholds.converged;

/** Whether the minimum was passed between two steps; jumps within what counts as converged are none. */
const isFlip = (before: Watched, now: Watched): boolean =>
  before.side < 0 !== now.side < 0 && !(before.measure <= thresholds.converged && now.measure <= thresholds.converged);

/** Runs one loop for as many steps, whatever its parameters. */
export class Trainer {
  readonly #loop: Loop;
  readonly #steps: number;
  readonly #step: March;
  readonly #end: March;
  readonly #start: March;

  constructor(loop: Loop, steps: number) {
    const d = loop.next.length;
    const watched = [loop.measure, loop.side];
    this.#loop = loop;
    this.#steps = steps;
    this.#start = new March(straighten(loop.start), 0);
    this.#step = new March(straighten([...loop.next, ...watched]), d);
    this.#end = new March(straighten([...watched, ...loop.gradients]), d);
  }

  /** Trains with these parameters. Numbers so small that float32 may take them for 0 leave everything open. */
  train(parameters: readonly number[]): Trained {
    if (parameters.some((value) => value !== 0 && Math.abs(value) < float32.smallest)) return open;
    return new Training(this.#loop, this.#steps, parameters).run(this.#start, this.#step, this.#end);
  }
}

const open: Trained = {
  measure: 0,
  measureError: Infinity,
  flips: 0,
  flipsError: Infinity,
  outcome: 0,
  outcomeError: Infinity,
};

/** One training under way. */
class Training {
  readonly #loop: Loop;
  readonly #steps: number;
  readonly #read: (cell: Cell) => number;
  #state: Float64Array;
  #errors: Ellipsoid;
  #flips = 0;
  /** Signs that float32 may see otherwise. */
  #doubtful = 0;
  /** Whether float32 may have been gone at some step. */
  #torn = false;
  /** Whether no step changes anything, in float32 as little as here: how it ends is how it began, to the bit. */
  #still = false;

  constructor(loop: Loop, steps: number, parameters: readonly number[]) {
    const d = loop.next.length;
    this.#loop = loop;
    this.#steps = steps;
    this.#read = (cell) => parameters[cell.at];
    this.#state = new Float64Array(d);
    this.#errors = new Float64Array(d * d);
  }

  run(start: March, step: March, end: March): Trained {
    start.run([], new Float64Array(), this.#read);
    this.#state = this.#state.map((_, i) => start.value(i));
    const d = this.#state.length;
    let first: Watched | undefined;
    let before: Watched | undefined;
    let rests = false;
    for (let t = 0; t < this.#steps; t++) {
      // A state that a step leaves as it is, errors and all, stays so: nothing needs to be evaluated again.
      if (!rests) step.run(this.#state, this.#errors, this.#read);
      const now = watch(step, d);
      if (this.#leaves(now)) return this.#lost();
      if (before) this.#compare(before, now, t);
      first ??= now;
      before = now;
      rests ||= !this.#moves(step);
      if (t === 0) this.#still = rests && this.#errors.every((error) => error === 0);
    }
    end.run(this.#state, this.#errors, this.#read);
    const last = watch(end, 0);
    if (this.#leaves(last)) return this.#lost();
    this.#compare(before!, last, this.#steps);
    return this.#finish(first!, last, end);
  }

  /** Takes a step; whether that changed anything. */
  #moves(step: March): boolean {
    const errors = step.moved(this.#errors);
    const state = this.#state.map((_, i) => step.value(i));
    const same =
      state.every((value, i) => value === this.#state[i]) && errors.every((value, i) => value === this.#errors[i]);
    [this.#state, this.#errors] = [state, errors];
    return !same;
  }

  /** Whether the run ends here for certain; where that is in doubt, both ways stay open. */
  #leaves(now: Watched): boolean {
    if (surelyGone(now)) return gone(now);
    this.#torn ||= perhapsGone(now);
    return false;
  }

  /** Counts a flip between two steps, where it is in the part that is watched. */
  #compare(before: Watched, now: Watched, t: number): void {
    if (this.#still || t <= this.#steps - watchedSteps(this.#steps)) return;
    if (isFlip(before, now)) this.#flips++;
    if (arrivedSurely(before) && arrivedSurely(now)) return;
    const clear = [before, now].every(({ side, sideError }) => sideError === 0 || Math.abs(side) > sideError);
    const turned = before.side < 0 !== now.side < 0;
    if (!clear || (turned && arrivedPerhaps(before) && arrivedPerhaps(now))) this.#doubtful++;
  }

  /** A run that has passed all bounds. */
  #lost(): Trained {
    const flipsError = this.#torn || this.#doubtful > 0 ? Infinity : 0;
    const finish = { measure: Infinity, first: 0, flips: this.#flips, dead: false };
    const outcome = classify(finish, this.#steps);
    return { measure: Infinity, measureError: 0, flips: this.#flips, flipsError, outcome, outcomeError: 0 };
  }

  #finish(first: Watched, last: Watched, end: March): Trained {
    const dead = deaths(this.#loop.gradients.map((_, i) => [end.value(2 + i), bounded(end.error(2 + i))]));
    const all = corners(last).flatMap((measure) =>
      (this.#still ? [measure] : corners(first)).flatMap((start) =>
        [this.#flips - this.#doubtful, this.#flips + this.#doubtful].flatMap((flips) =>
          dead.map((is) => classify({ measure, first: start, flips, dead: is }, this.#steps)),
        ),
      ),
    );
    const finish = { measure: last.measure, first: first.measure, flips: this.#flips, dead: dead[0] };
    return {
      measure: last.measure,
      measureError: this.#torn || !decisive(last) ? Infinity : last.error,
      flips: this.#flips,
      flipsError: this.#torn || this.#doubtful > 0 ? Infinity : 0,
      outcome: classify(finish, this.#steps),
      outcomeError: this.#torn || new Set(all).size > 1 ? Infinity : 0,
    };
  }
}

const watch = (march: March, from: number): Watched => ({
  measure: march.value(from),
  error: bounded(march.error(from)),
  side: march.value(from + 1),
  sideError: bounded(march.error(from + 1)),
});

/** An error that is no number bounds nothing. */
const bounded = (error: number): number => (Number.isNaN(error) ? Infinity : error);

/** Whether all gradients are exactly 0; where float32 may see that otherwise, both answers. */
function deaths(gradients: readonly (readonly [number, number])[]): readonly boolean[] {
  if (gradients.length === 0) return [false];
  if (gradients.every(([value, error]) => value === 0 && error === 0)) return [true];
  return gradients.some(([value, error]) => Math.abs(value) > error) ? [false] : [false, true];
}

/** The least and the most that a measure may be. */
const corners = ({ measure, error }: Watched): readonly number[] =>
  error === 0 ? [measure] : [measure - error, measure, measure + error];

/** Whether an error says anything: it is a small part of the measure, or of where the training began. */
const decisive = ({ measure, error }: Watched): boolean => error <= 1e-3 * Math.max(1, measure);
