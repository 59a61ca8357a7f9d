/**
 * What stands where. A single sample has its forward pair above; below it stands the backward pair, or I moved by one pixel
 * with what it pools to, while that is played. Of several samples there is one place each, where the three take turns.
 */
import type { Now, Shown } from "../../story/picture";
import type { Lane } from "./geometry";
import type { Model } from "./model";

/** The lanes of a sample's place. */
export const lanesOf = ({ batch }: Model): readonly Lane[] => (batch > 1 ? ["above"] : ["above", "below"]);

/** The lane of the backward pair, and of I moved by one pixel. */
export const lowerLane = ({ batch }: Model): Lane => (batch > 1 ? "above" : "below");

export const isMoved =
  (m: Model): Shown =>
  ({ act }) =>
    act?.step === m.movedStep;

export const isBack =
  (m: Model): Shown =>
  (now) =>
    m.batch > 1 ? now.act?.step === m.backward : !isMoved(m)(now);

/** Whether the forward pair stands in its place. */
export const isForward =
  (m: Model): Shown =>
  (now: Now) =>
    m.batch === 1 || !(isBack(m)(now) || isMoved(m)(now));
