/** Which part of the story is on the stage: the two counts, or the small convolution. */
import type { Now, Shown } from "../../story/picture";
import type { Model } from "./model";
import { lastLook, mostLooks } from "./zoom";

/** While the small convolution is seen. */
export function writtenOut(m: Model): Shown {
  const steps = new Set([m.writer(m.small.y), m.writer(m.small.matrix)]);
  return ({ act }) => act !== undefined && steps.has(act.step);
}
export function counting(m: Model): Shown {
  const later = writtenOut(m);
  return (now) => !later(now);
}

/** How many looks have been taken. */
function looksTaken(m: Model, now: Now): number {
  const step = m.writer(m.zoom.limits);
  if (now.act?.step === step) return now.act.moment + 1;
  return now.progress(step) > 0 ? mostLooks : 0;
}

/** While a look is on the stage: it has been taken, and something is left to come closer to. */
export const looking = (m: Model, look: number): Shown => {
  const counts = counting(m);
  return (now) =>
    counts(now) && look < looksTaken(m, now) && now.results.ready && look <= lastLook(m.counts, now.results);
};

/** While the convolution's square is large enough to be seen in a look. */
export const discerning = (m: Model, look: number): Shown => {
  const looks = looking(m, look);
  return (now) => looks(now) && look >= lastLook(m.counts, now.results) - 1;
};
