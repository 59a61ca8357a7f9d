/** Which part of the story is on the stage: the batch on its way, the running averages, or one cell moved. */
import type { Step } from "../../core/tape";
import type { Now, Shown } from "../../story/picture";
import type { Model } from "./model";

/** The steps that fill the running averages, one for each batch that is shown. */
export const fillingSteps = (m: Model): readonly Step[] =>
  m.method === "training" ? m.running.slice(1).map(({ mean }) => m.writer(mean)) : [];

const playing = ({ act }: Now, steps: readonly Step[]): boolean => act !== undefined && steps.includes(act.step);

/** While a running average is updated. */
export const filling = (m: Model): Shown => {
  const steps = fillingSteps(m);
  return (now) => playing(now, steps);
};

/** While one cell of the batch stands moved. */
export const moving = (m: Model): Shown => {
  const steps = [m.writer(m.moved.x), m.writer(m.moved.difference)];
  return (now) => playing(now, steps);
};

/** While the Jacobian is made. */
export const unrolling = (m: Model): Shown => {
  const step = m.writer(m.unrolled.jacobian);
  return (now) => playing(now, [step]);
};

/** On the way from the batch to its outputs. */
export const forward = (m: Model): Shown => {
  const [moves, unrolls] = [moving(m), unrolling(m)];
  return (now) => !moves(now) && !unrolls(now);
};

/** Both hold. */
export const both =
  (one: Shown, other: Shown): Shown =>
  (now) =>
    one(now) && other(now);
/** It does not hold. */
export const not =
  (shown: Shown): Shown =>
  (now) =>
    !shown(now);
