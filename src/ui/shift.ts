/** A worker's shift: long work done in slices, between which messages are heard. What was asked last is done first. */
import type { Work } from "../core/work";

/** Something to do, and who hears of it. */
export interface Job<Result = unknown> {
  readonly work: Work<Result>;
  done(result: Result): void;
  failed(error: unknown): void;
  /** A slice is over, and the work goes on. */
  paused?(): void;
}

/** How long messages may wait, in milliseconds. */
const slice = 20;

export class Shift {
  readonly #jobs: Job[] = [];
  /** Unlike a timer, a message to oneself comes at once. */
  readonly #bell = new MessageChannel();
  #ringing = false;

  constructor() {
    this.#bell.port1.addEventListener("message", () => this.#go());
    this.#bell.port1.start();
  }

  /** Begins at once; a job that is under way waits until this one is done. */
  begin(job: Job): void {
    this.#jobs.push(job);
    if (!this.#ringing) this.#ring();
  }

  /** Lays a job down for good; says whether it was still to be done. */
  drop(job: Job): boolean {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
    return at >= 0;
  }

  #ring(): void {
    this.#ringing = true;
    this.#bell.port2.postMessage(undefined);
  }

  #go(): void {
    this.#ringing = false;
    const job = this.#jobs.at(-1);
    if (job) this.#advance(job);
    if (this.#jobs.length > 0) this.#ring();
  }

  #advance(job: Job): void {
    try {
      const result = forAWhile(job.work);
      if (result) this.drop(job);
      if (result) job.done(result.value);
      else job.paused?.();
    } catch (error) {
      this.drop(job);
      job.failed(error);
    }
  }
}

/** Works for one slice; the result where the work came to its end. */
function forAWhile<Result>(work: Work<Result>): { readonly value: Result } | undefined {
  const until = performance.now() + slice;
  do {
    const turn = work.next();
    if (turn.done === true) return { value: turn.value };
  } while (performance.now() < until);
  return undefined;
}
