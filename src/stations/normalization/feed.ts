/** The numbers that go into station 3: batches drawn by a seed, the cell that is moved, and the scalars. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import type { Edits, Feed, Knobs } from "../../story/station";
import type { Model } from "./model";
import { structureOfJacobian } from "./jacobian";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);

/** What only the structure decides. */
export const fixedOf = ({ unrolled, y, tape }: Model): Feed =>
  new Map([
    [unrolled.upstream, unrolled.ones],
    [unrolled.mask, structureOfJacobian(y, tape)],
  ]);

export function feedOf(m: Model, fixed: Feed, knobs: Knobs, edits: Edits): Feed {
  const edited = (tensor: Tensor, data: Float32Array): [Tensor, Float32Array] => {
    for (const [at, value] of Object.entries(edits[tensor.name] ?? {}))
      if (Number(at) < data.length) data[Number(at)] = value;
    return [tensor, data];
  };
  const filled = (tensor: Tensor, value: number): [Tensor, Float32Array] =>
    edited(tensor, new Float32Array(size(tensor.shape)).fill(value));
  const seed = number(knobs, "seed");
  const draw = (tensor: Tensor, batch: number): [Tensor, Float32Array] =>
    edited(tensor, drawn(seed, batch, m.features, size(tensor.shape)));
  const [start] = m.running;
  return new Map([
    ...m.x.map((x, t) => draw(x, t)),
    ...(m.method === "inference" ? m.seen.map((batch, t) => draw(batch, t + 1)) : []),
    filled(m.gamma, number(knobs, "gamma")),
    filled(m.beta, number(knobs, "beta")),
    filled(start.mean, 0),
    filled(start.variance, 1),
    edited(m.dy, wholeNumbers(seed * 1000 + 900, size(m.dy.shape), -2, 2)),
    [m.moved.by, movedBy(m, knobs)],
    [m.eps, Float32Array.of(10 ** number(knobs, "epsilon"))],
    [m.momentum, Float32Array.of(number(knobs, "momentum"))],
    ...fixed,
  ]);
}

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
