/** The numbers that go in: seeded inputs and weights, and an orthogonal matrix by Gram and Schmidt. */
import type { Tensor } from "../../core/graph";
import { normal, uniform } from "../../core/random";
import { size } from "../../core/shape";
import { edited } from "../../story/edits";
import type { Edits, Feed, Knobs } from "../../story/station";
import { width, type Model } from "./model";
import { farEnds } from "./far-places";
import type { DrawnLstm } from "./lstm";
import type { LstmWeights } from "./memory";

/** A square matrix, row by row, whose rows are of length 1 and at right angles. */
export function orthogonal(seed: number, extent: number): Float32Array {
  const next = normal(seed);
  const rows: number[][] = [];
  for (let r = 0; r < extent; r++) {
    const drawn = Array.from({ length: extent }, next);
    rows.push(unit(rows.reduce(without, drawn)));
  }
  return Float32Array.from(rows.flat());
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((total, v, i) => total + v * b[i], 0);
/** What is left of a once its share along the unit vector b is taken off. */
const without = (a: number[], b: readonly number[]): number[] => {
  const share = dot(a, b);
  return a.map((v, i) => v - share * b[i]);
};
const unit = (a: readonly number[]): number[] => {
  const length = Math.sqrt(dot(a, a));
  return a.map((v) => v / length);
};

const identity = (extent: number): Float32Array =>
  Float32Array.from({ length: extent * extent }, (_, at) => (at % (extent + 1) === 0 ? 1 : 0));

const drawnNormal = (seed: number, tensor: Tensor, scale = 1): Float32Array => {
  const next = normal(seed);
  return Float32Array.from({ length: size(tensor.shape) }, () => scale * next());
};

export function feed(m: Model, knobs: Knobs, edits: Edits): Feed {
  const { cells, distance } = m;
  const { x, h0, w_ih, b, orthogonal: turn, radius, upstream, across, limits } = m.given;
  const seed = Number(knobs["seed"]) * 1000;
  const given = new Map<Tensor, Float32Array>([
    [x, drawnNormal(seed + 1, x, Number(knobs["inputs"]))],
    // So that what an input of size 1 contributes to a sum is of size 1 too.
    [w_ih, drawnNormal(seed + 2, w_ih, 1 / Math.sqrt(width))],
    [turn, orthogonal(seed + 3, cells)],
    [radius, Float32Array.of(Number(knobs["radius"]))],
    [h0, new Float32Array(cells)],
    [b, new Float32Array(cells)],
    [upstream, new Float32Array(cells).fill(1)],
    [m.clip.threshold, Float32Array.of(Number(knobs["threshold"]))],
    [m.distances.unit, identity(cells)],
    [across, Float32Array.from({ length: distance + 1 }, (_, n) => n)],
    [limits, Float32Array.of(0, distance, ...farEnds)],
    ...lstmFeed(m.given.lstm, seed + 4, Number(knobs["forget"])),
    [m.memory.unit, identity(cells)],
    ...(m.lstm ? drawnFeed(m.lstm, cells) : []),
  ]);
  return new Map(Array.from(given, ([tensor, data]) => edited(tensor, data, edits)));
}

const drawnFeed = ({ start, upstream }: DrawnLstm, cells: number): [Tensor, Float32Array][] => [
  [start, new Float32Array(cells)],
  [upstream, new Float32Array(cells).fill(1)],
];

/** PyTorch's own start for an LSTM, uniform up to 1 / √extent, with a bias of its own on the forget gate. */
function lstmFeed({ w_ih, w_hh, b }: LstmWeights, seed: number, forget: number): [Tensor, Float32Array][] {
  const extent = w_hh.shape[1];
  const next = uniform(seed);
  const draw = (tensor: Tensor): Float32Array =>
    Float32Array.from({ length: size(tensor.shape) }, () => (2 * next() - 1) / Math.sqrt(extent));
  const bias = draw(b);
  // The gates stand in the order i f g o.
  for (let i = extent; i < 2 * extent; i++) bias[i] += forget;
  return [
    [w_ih, draw(w_ih)],
    [w_hh, draw(w_hh)],
    [b, bias],
  ];
}
