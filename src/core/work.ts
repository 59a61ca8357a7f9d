/** Long work in short turns: whoever does it may lay it down between two of them, for something else or for good. */

export type Work<Result> = Generator<undefined, Result, undefined>;

/** The result of work that is done in one go. Throws what the work throws. */
export function finished<Result>(work: Work<Result>): Result {
  let turn = work.next();
  while (turn.done !== true) turn = work.next();
  return turn.value;
}
