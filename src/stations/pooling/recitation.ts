/** The recitation's numbers and pool, and whether a run has them. */
import { size } from "../../core/shape";
import type { Results } from "../../story/results";
import type { Model } from "./model";

/** The recitation's input, which stays in the upper left corner at every size. */
export const recitation = [
  [1, 0, 2, 1],
  [2, 1, 0, 0],
  [1, 2, 1, 2],
  [0, 1, 2, 1],
];

/** Whether the pool is the recitation's: the largest of 2 × 2 windows, side by side, on one sample of 4 × 4 cells. */
export const isRecited = ({ batch, height, width, kernel, stride, padding, pool }: Model): boolean =>
  batch === 1 && height === 4 && width === 4 && kernel === 2 && stride === 2 && padding === 0 && pool === "max";

/** Whether I holds the recitation's numbers; only where the pool is the recitation's. */
export const holdsRecitation = ({ I }: Model, results: Results): boolean =>
  recitation.flat().every((value, at) => results.value(I, at) === value);

/** Whether every output sends back a 1. */
export const sendsOnes = ({ dO }: Model, results: Results): boolean =>
  Array.from({ length: size(dO.shape) }, (_, at) => results.value(dO, at)).every((value) => value === 1);
