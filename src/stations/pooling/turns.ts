/** Which pair stands below: the backward pair, or I moved by one pixel with what it pools to, while that is played. */
import type { Shown } from "../../story/picture";
import type { Model } from "./model";

export const isMoved =
  (m: Model): Shown =>
  ({ act }) =>
    act?.step === m.movedStep;

export const isBack =
  (m: Model): Shown =>
  (now) =>
    !isMoved(m)(now);
