/** The numbers that go into station 3: batches drawn by a seed, the cell that is moved, and the scalars. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { edited } from "../../story/edits";
import type { Edits, Feed, Knobs } from "../../story/station";
import type { Measured, Model } from "./model";
import { structureOfJacobian } from "./jacobian";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);

/** What only the structure decides. */
export const fixedOf = ({ unrolled, y, tape }: Model): Feed =>
  new Map([
    [unrolled.upstream, unrolled.ones],
    [unrolled.mask, structureOfJacobian(y, tape)],
  ]);

export function feedOf(m: Model, fixed: Feed, knobs: Knobs, edits: Edits): Feed {
  const filled = (tensor: Tensor, value: number): [Tensor, Float32Array] =>
    edited(tensor, new Float32Array(size(tensor.shape)).fill(value), edits);
  const seed = number(knobs, "seed");
  const draw = (tensor: Tensor, batch: number): [Tensor, Float32Array] => batchOf(tensor, batch, seed, edits);
  const [start] = m.running;
  return new Map([
    ...m.x.map((x, t) => draw(x, t)),
    ...(m.method === "inference" ? m.seen.map((batch, t) => draw(batch, t + 1)) : []),
    filled(m.gamma, number(knobs, "gamma")),
    filled(m.beta, number(knobs, "beta")),
    filled(start.mean, 0),
    filled(start.variance, 1),
    edited(m.dy, wholeNumbers(seed * 1000 + 900, size(m.dy.shape), -2, 2), edits),
    [m.moved.askedFor, Float32Array.of(number(knobs, "sample"), number(knobs, "feature"))],
    [m.moved.by, movedBy(m, knobs)],
    [m.eps, Float32Array.of(10 ** number(knobs, "epsilon"))],
    [m.momentum, Float32Array.of(number(knobs, "momentum"))],
    ...fixed,
  ]);
}

/** What a single sample in training has to go on: its own numbers. */
export const feedOfOne = ({ batch }: Measured, knobs: Knobs, edits: Edits): Feed =>
  new Map(batch.map(({ x }, t) => batchOf(x, t, number(knobs, "seed"), edits)));

/** A batch as it is drawn, with what the user typed into it. */
const batchOf = (tensor: Tensor, batch: number, seed: number, edits: Edits): [Tensor, Float32Array] =>
  edited(tensor, drawn(seed, batch, tensor.shape[1], size(tensor.shape)), edits);

/** Whole numbers around a centre of each feature, as wide as suits it: features differ, batches of one feature do not. */
function drawn(seed: number, batch: number, features: number, cells: number): Float32Array {
  const centre = wholeNumbers(seed * 1000, features, -3, 5);
  const spread = wholeNumbers(seed * 1000 + 1, features, 1, 2);
  const noise = wholeNumbers(seed * 1000 + 10 + batch, cells, -2, 2);
  return noise.map((value, at) => centre[at % features] + spread[at % features] * value);
}

/** 0 in every cell but one; a cell beyond the batch is its last. */
function movedBy({ samples, features, moved }: Model, knobs: Knobs): Float32Array {
  const data = new Float32Array(size(moved.by.shape));
  const sample = Math.min(number(knobs, "sample"), samples - 1);
  const feature = Math.min(number(knobs, "feature"), features - 1);
  data[sample * features + feature] = number(knobs, "by");
  return data;
}
