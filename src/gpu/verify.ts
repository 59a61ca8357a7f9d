/**
 * Holding each step alone against the float64 reference, on the float32 numbers that the step read. Pure: it runs in a
 * worker as well as on the page.
 */
import { compare, notRun, type Comparison } from "../core/compare";
import { storage, type Tensor } from "../core/graph";
import { float32 } from "../core/reading";
import { expecting, reader, type Expected, type ReadTensor, type Values } from "../core/reference";
import { size, type Shape } from "../core/shape";
import type { Step } from "../core/tape";
import { finished, type Work } from "../core/work";

export interface Effort {
  /** The most input cells that the reference may read for one step before it turns to samples. */
  readonly most?: number;
  /** The same for a gradient step, which cannot be sampled: beyond this it is not run. */
  readonly mostOfGradient?: number;
  /** The most cells of a sample. */
  readonly sample?: number;
}

class Exhausted extends Error {}

/**
 * A comparison per tensor that a step writes. A forward step beyond the effort is compared on samples, a gradient step
 * beyond it is not run, and the method says so. `values` holds every tensor that the steps read or write, by `storage`.
 */
export const verify = (steps: readonly Step[], values: Values, effort: Effort = {}): Map<Tensor, Comparison> =>
  finished(verifying(steps, values, new Map(), effort));

/** The same in turns of one cell each; `verdicts` holds the comparisons so far. */
export function* verifying(
  steps: readonly Step[],
  values: Values,
  verdicts: Map<Tensor, Comparison>,
  { most = 1e7, mostOfGradient = 8 * most, sample = 4096 }: Effort = {},
): Work<Map<Tensor, Comparison>> {
  const read = reader(values);
  for (const step of steps) {
    for (const [tensor, comparison] of yield* verifyingStep(step, read, values, { most, mostOfGradient, sample }))
      verdicts.set(tensor, comparison);
  }
  return verdicts;
}

type Verdicts = readonly (readonly [Tensor, Comparison])[];

function* verifyingStep(step: Step, read: ReadTensor, values: Values, effort: Required<Effort>): Work<Verdicts> {
  const missing = [...step.reads, ...step.writes].find(
    (tensor) => storage(tensor).fill === undefined && !values.has(storage(tensor)),
  );
  if (missing) return allNotRun(step, `${missing.name} was not read back`);
  const most = step.gradient ? effort.mostOfGradient : effort.most;
  const each = costOf(step, read, most);
  const whole = each * cellsOf(step) > most ? undefined : yield* attempting(expecting(step, rationed(read, most)));
  if (whole) return whole.map((expected) => [expected.tensor, held(expected, values)]);
  if (step.gradient) return allNotRun(step, `more than ${most.toLocaleString("en-US")} terms`);
  return yield* sampling(step, read, values, each, effort);
}

/** Cells of a node's outputs: what both its forward and its gradient steps evaluate. */
const cellsOf = ({ node }: Step): number =>
  Object.values(node.outputs).reduce((total, tensor) => total + size(tensor.shape), 0);

/** How many cells the second output cell reads, the first having paid for what they share: a guess at the cost of each. */
function costOf(step: Step, read: ReadTensor, most: number): number {
  const forward: Step = { ...step, gradient: undefined };
  const readsOf = (cells: number): number => {
    let count = 0;
    const counting: ReadTensor = (tensor, at) => {
      if (++count > most) throw new Exhausted();
      return read(tensor, at);
    };
    finished(attempting(expecting(forward, counting, float32, ({ shape }) => firstCells(shape, cells))));
    return count;
  };
  return Math.max(1, readsOf(2) - readsOf(1));
}

const firstCells = (shape: Shape, count: number): number[] =>
  Array.from({ length: Math.min(count, size(shape)) }, (_, at) => at);

const allNotRun = (step: Step, why: string): Verdicts => step.writes.map((tensor) => [tensor, notRun(why)]);

/** What the work comes to; undefined where it ran out of its ration. */
function* attempting<T>(work: Work<T>): Work<T | undefined> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof Exhausted) return undefined;
    throw error;
  }
}

/** Reads as `read` does until `most` cells have been read. */
function rationed(read: ReadTensor, most: number): ReadTensor {
  let left = most;
  return (tensor, at) => {
    if (left-- <= 0) throw new Exhausted();
    return read(tensor, at);
  };
}

/** A forward step on samples; fewer of them where one cell reads much. */
function* sampling(
  step: Step,
  read: ReadTensor,
  values: Values,
  each: number,
  { most, sample }: Required<Effort>,
): Work<Verdicts> {
  // A sample may cost twice what a whole small tensor may.
  const ration = 2 * most;
  for (let count = Math.min(sample, Math.floor(ration / each)); count >= 1; count = Math.floor(count / 4)) {
    const chosen = new Map(step.writes.map((tensor) => [tensor, stratified(tensor.shape, count)]));
    const expected = yield* attempting(
      expecting(step, rationed(read, ration), float32, (tensor) => chosen.get(tensor)),
    );
    if (expected) return expected.map((some) => [some.tensor, held(some, values)]);
  }
  return allNotRun(step, `one cell alone reads more than ${ration.toLocaleString("en-US")} cells`);
}

/** What was written, held against what is expected of the cells that were evaluated. */
function held(expected: Expected, values: Values): Comparison {
  const { tensor, cells } = expected;
  const written = values.get(storage(tensor));
  if (!written) return notRun(`${tensor.name} was not read back`);
  if (!cells) return compare(written, expected);
  const total = size(tensor.shape);
  const comparison = compare(
    cells.map((at) => written[at]),
    expected,
  );
  const method = `sampled ${cells.length.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
  return cells.length === total ? comparison : { ...comparison, method };
}

/**
 * About `count` cells: a quarter of them in the first and the last row, ends included, and one in each of equal strata
 * of the rest, off the grid so that no tile's column is missed by rhythm. The same cells every time.
 */
export function stratified(shape: Shape, count: number): readonly number[] {
  const total = size(shape);
  if (total <= count) return Array.from({ length: total }, (_, at) => at);
  const row = shape.at(-1) ?? 1;
  const edge = spread(row, Math.max(2, Math.floor(count / 8)));
  const rest = Math.max(0, count - 2 * edge.length);
  const inside = Array.from({ length: rest }, (_, i) => Math.floor(((i + scatter(i)) * total) / rest));
  const chosen = new Set([...edge, ...edge.map((at) => total - row + at), ...inside]);
  return [...chosen].toSorted((a, b) => a - b);
}

/** Up to `count` positions of 0 … n − 1, evenly, both ends included. */
const spread = (n: number, count: number): number[] =>
  n <= count
    ? Array.from({ length: n }, (_, at) => at)
    : Array.from({ length: count }, (_, i) => Math.floor((i * (n - 1)) / (count - 1)));

/** A number in [0, 1) per i, by the golden ratio's multiples: evenly spread and without period. */
const scatter = (i: number): number => (i * 0.6180339887498949) % 1;
