/**
 * Holding each step alone against the float64 reference, on the float32 numbers that the step read. Pure: it runs in a
 * worker as well as on the page.
 *
 * A step is evaluated from its formulas on every cell while that is within the effort. Beyond it, an op that states its
 * contraction is computed by its loops on every cell, then by random projections that touch every cell (see `project`);
 * whatever is too large for every cell is compared on samples, forward and backward, besides.
 */
import { compare, notRun, worse, type Comparison } from "../core/compare";
import { contracting, contractingCells, laying, type Laid } from "../core/contracted";
import { contractionOf, nestFor, targetOf } from "../core/contraction";
import { formulasOf, isConstant, operandsOf, storage, type Tensor } from "../core/graph";
import { productsOf } from "../core/nest";
import { float32 } from "../core/precision";
import { examine } from "../core/reading";
import { expecting, type Expected } from "../core/expected";
import { reader, type ReadTensor, type Values } from "../core/reader";
import { size } from "../core/shape";
import type { Step } from "../core/tape";
import { finished, type Work } from "../core/work";
import { projecting } from "./project";
import { stratified } from "./sample";

export interface Effort {
  /** The most input cells that the formulas of one step may read before it is looked at otherwise. */
  readonly most?: number;
  /** The same for a gradient step, whose formulas say more than one number at each reading. */
  readonly mostOfGradient?: number;
  /** The most cells of a sample. */
  readonly sample?: number;
  /** The most products that the loops of one step may add up: about a second for half of it. */
  readonly products?: number;
}

class Exhausted extends Error {}

/**
 * A comparison per tensor that a step writes. A step beyond the effort is projected or compared on samples, or both, and
 * the method says so. `values` holds every tensor that the steps read or write, by `storage`.
 */
export const verify = (steps: readonly Step[], values: Values, effort: Effort = {}): Map<Tensor, Comparison> =>
  finished(verifying(steps, values, new Map(), effort));

/** The same in turns of one cell or of about a millisecond; `verdicts` holds the comparisons so far. */
export function* verifying(
  steps: readonly Step[],
  values: Values,
  verdicts: Map<Tensor, Comparison>,
  { most = 1e7, mostOfGradient = 8 * most, sample = 4096, products = 4e8 }: Effort = {},
): Work<Map<Tensor, Comparison>> {
  const read = reader(values, Math.fround);
  const effort = { most, mostOfGradient, sample, products };
  for (const step of steps)
    for (const [tensor, comparison] of yield* verifyingStep({ step, read, values, effort }))
      verdicts.set(tensor, comparison);
  return verdicts;
}

type Verdicts = readonly (readonly [Tensor, Comparison])[];

/** A step that is judged, on what numbers, and how hard. */
interface Trial {
  readonly step: Step;
  readonly read: ReadTensor;
  readonly values: Values;
  readonly effort: Required<Effort>;
}

function* verifyingStep(trial: Trial): Work<Verdicts> {
  const { step, read, values, effort } = trial;
  const missing = [...step.reads, ...step.writes].find((tensor) => !isConstant(tensor) && !values.has(storage(tensor)));
  if (missing) return allNotRun(step, `${missing.name} was not read back`);
  const contraction = contractionOf(step.node);
  const products = contraction && productsOf(nestFor(contraction, targetOf(step, contraction)));
  const most = step.gradient ? effort.mostOfGradient : effort.most;
  const each = products === undefined ? costOf(step, read, most) : (2 * products) / cellsOf(step);
  const every = each * cellsOf(step) > most ? undefined : yield* attempting(expecting(step, rationed(read, most)));
  if (every) return every.map((expected) => [expected.tensor, judged(step, expected, values)]);
  if (!contraction || products === undefined) return yield* sampling(trial, each);
  const made = yield* laying(step, contraction, read);
  if (products > effort.products) return yield* projectingToo(trial, made, products);
  return [[made.tensor, held(yield* contracting(made), values)]];
}

/** Cells of a node's outputs: what both its forward and its gradient steps evaluate. */
const cellsOf = ({ node }: Step): number =>
  Object.values(node.outputs).reduce((total, tensor) => total + size(tensor.shape), 0);

/**
 * How many cells the second output cell reads, the first having paid for what they share: a guess at the cost of each. A
 * gradient hands on to every cell that an output depends on, whoever paid for its value.
 */
function costOf(step: Step, read: ReadTensor, most: number): number {
  const forward: Step = { ...step, gradient: undefined };
  const readsOf = (cells: number): number => {
    let count = 0;
    const counting: ReadTensor = (tensor, at) => {
      if (++count > most) throw new Exhausted();
      return read(tensor, at);
    };
    finished(attempting(expecting(forward, counting, float32, ({ shape }) => firstCells(size(shape), cells))));
    return count;
  };
  const { op, attributes } = step.node;
  return Math.max(1, readsOf(2) - readsOf(1), step.gradient ? tapsOf(step, read) : 0, op.effort?.(attributes) ?? 0);
}

const firstCells = (total: number, count: number): number[] =>
  Array.from({ length: Math.min(count, total) }, (_, at) => at);

/** How many cells the first output cell that a gradient arrives at depends on. */
function tapsOf({ node, gradient }: Step, read: ReadTensor): number {
  const [output] = Object.keys(gradient?.upstream ?? {});
  if (output === undefined) return 0;
  const operands = operandsOf(node);
  return examine(formulasOf(node, output)(0), (input, at) => read(operands[input], at)).taps.length;
}

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

/** A step by its formulas, on samples; fewer of them where one cell reads much. */
function* sampling({ step, read, values, effort }: Trial, each: number): Work<Verdicts> {
  // A sample may cost twice what a whole small tensor may; what a gradient's cell costs is not known before.
  const ration = step.gradient ? effort.mostOfGradient : 2 * effort.most;
  const first = step.gradient ? effort.sample : Math.min(effort.sample, Math.floor(ration / each));
  for (let count = first; count >= 1; count = Math.floor(count / 4)) {
    const chosen = new Map(step.writes.map((tensor) => [tensor, stratified(tensor.shape, count)]));
    const expected = yield* attempting(
      expecting(step, rationed(read, ration), float32, (tensor) => chosen.get(tensor)),
    );
    if (expected) return expected.map((some) => [some.tensor, judged(step, some, values)]);
  }
  const limit = ration.toLocaleString("en-US");
  return allNotRun(
    step,
    step.gradient
      ? `finding what reads a cell takes more than ${limit} readings`
      : `one cell alone reads more than ${limit} cells`,
  );
}

/** A step whose products are too many for every cell: projected where that can be, and some cells of it besides. */
function* projectingToo({ values, effort }: Trial, made: Laid, products: number): Work<Verdicts> {
  const { tensor } = made;
  const each = Math.max(1, products / size(tensor.shape));
  const count = Math.max(1, Math.min(effort.sample, Math.floor(effort.products / each)));
  const sampled = held(yield* contractingCells(made, stratified(tensor.shape, count)), values);
  const written = values.get(storage(tensor));
  const projected = written && (yield* projecting(made, written, effort.products));
  return [[tensor, projected ? worse(projected, sampled) : sampled]];
}

/** The same as its output is judged: beside its scale, and without cells whose bound is without end, where those are left apart. */
function judged({ node }: Step, expected: Expected, values: Values): Comparison {
  const output = node.op.outputs.find(({ name }) => node.outputs[name] === expected.tensor);
  const before = output?.beside === undefined ? undefined : node.inputs[output.beside];
  const scale = before ? largestOf(before, values) : output?.scale;
  const scaled: Expected = { ...expected, ...(scale !== undefined && { scale }) };
  const boundless = expected.bounds.some((bound) => !(bound < Infinity));
  return output?.apart && boundless ? withoutBoundless(scaled, values) : held(scaled, values);
}

/** The largest number of a tensor, of those that are finite. */
function largestOf(tensor: Tensor, values: Values): number {
  const read = reader(values, Math.fround);
  let most = 0;
  for (let at = 0; at < size(tensor.shape); at++) {
    const magnitude = Math.abs(read(tensor, at));
    if (Number.isFinite(magnitude) && magnitude > most) most = magnitude;
  }
  return most;
}

function withoutBoundless(expected: Expected, values: Values): Comparison {
  const all = expected.cells ?? Array.from(expected.values.keys());
  const kept = [...all.keys()].filter((i) => expected.bounds[i] < Infinity);
  const pick = (from: Float64Array): Float64Array => Float64Array.from(kept, (i) => from[i]);
  const cells = kept.map((i) => all[i]);
  const { values: wanted, bounds, peaks } = expected;
  const comparison = held(
    { ...expected, cells, values: pick(wanted), bounds: pick(bounds), peaks: pick(peaks) },
    values,
  );
  const left = (all.length - kept.length).toLocaleString("en-US");
  return {
    ...comparison,
    verdict: kept.length === 0 ? "undecidable" : comparison.verdict,
    method: `${comparison.method}; ${left} too near a border to tell`,
  };
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
