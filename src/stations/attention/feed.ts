/** The numbers that go into station 11, all from the seeds. */
import type { Tensor } from "../../core/graph";
import { uniform, wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import { edited } from "../../story/edits";
import type { Edits, Feed, Knobs } from "../../story/station";
import type { Model } from "./model";

/** Numbers with one decimal, up to `most` tenths either way. */
const tenths = (seed: number, tensor: Tensor, most: number): Float32Array =>
  wholeNumbers(seed, size(tensor.shape), -most, most).map((tenth) => tenth / 10);

/** Wide rows add up more products: narrower weights keep the scores alike. */
const weightTenths = (dim: number): number => (dim > 4 ? 7 : 10);

/** Which token stands at each place of a shuffled sentence, by Fisher and Yates; at least one token moves. */
export function shuffle(seed: number, length: number): readonly number[] {
  const next = uniform(seed);
  const order = Array.from({ length }, (_, at) => at);
  for (let last = length - 1; last > 0; last--) {
    const at = Math.floor(next() * (last + 1));
    [order[last], order[at]] = [order[at], order[last]];
  }
  return order.every((token, at) => token === at) ? order.toReversed() : order;
}

/** Where each token went. */
const inverse = (order: readonly number[]): readonly number[] => {
  const places: number[] = [];
  for (const [place, token] of order.entries()) places[token] = place;
  return places;
};

function upstreamOf({ upstream, settings: { dim }, sentence }: Model, choice: unknown, seed: number): Float32Array {
  if (choice === "random") return wholeNumbers(seed, size(upstream.shape), -2, 3);
  const data = new Float32Array(size(upstream.shape));
  if (choice === "ones") return data.fill(1);
  const [first] = sentence.dogs;
  return data.fill(1, first * dim, (first + 1) * dim);
}

/** 1 where a query may look at a key; rows of queries follow each other, head after head. */
function maskOf({ mask, length, settings: { causal } }: Model): Float32Array {
  const data = new Float32Array(size(mask.shape));
  return data.map((_, at) => (causal && at % length > Math.floor(at / length) % length ? 0 : 1));
}

/** Everything that the tape of a model starts from. */
export function feedOf(m: Model, knobs: Knobs, edits: Edits): Feed {
  const seed = Number(knobs["seed"]) * 1000;
  const order = shuffle(Number(knobs["order"]), m.length);
  const { ids } = m.sentence;
  const most = weightTenths(m.settings.dim);
  return new Map([
    [m.ids, Float32Array.from(ids)],
    [m.shuffledIds, Float32Array.from(order, (token) => ids[token])],
    [m.places, Float32Array.from(inverse(order))],
    edited(m.table, tenths(seed + 1, m.table, 15), edits),
    ...Object.values(m.projections).map((weight, i): [Tensor, Float32Array] => [
      weight,
      tenths(seed + 2 + i, weight, most),
    ]),
    [m.temperature, Float32Array.of(Number(knobs["temperature"]))],
    edited(m.upstream, upstreamOf(m, knobs["upstream"], seed + 5), edits),
    [m.mask, maskOf(m)],
  ]);
}
