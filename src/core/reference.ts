/**
 * The float64 reference: a step evaluated from its formulas, forward, and as flows, backward. Each cell comes with the
 * bound that a float32 result from the same inputs must meet, derived from the rules of its formula.
 */
import { contractionOf, partOf, placesOf, readersOf, targetOf } from "./contraction";
import type { Formula } from "./formula";
import { constantAt, formulasOf, operandsOf, storage, type Tensor } from "./graph";
import {
  appraising,
  bearing,
  examine,
  float32,
  float64,
  flushed,
  partsOf,
  type Precision,
  type Reading,
  SharedTraces,
  Wanted,
} from "./reading";
import { size } from "./shape";
import type { Step, Tape } from "./tape";
import { finished, type Work } from "./work";

/** Reads one cell of a tensor. */
export type ReadTensor = (tensor: Tensor, at: number) => number;

/** One edge of influence: `amount` of `to` came from `from`, through ∂to/∂from = `weight`. */
export interface Flow {
  readonly source: Tensor;
  readonly from: number;
  readonly target: Tensor;
  readonly to: number;
  readonly weight: number;
  /** What arrives: forward weight · value (what the source contributes to first order), backward weight · upstream. */
  readonly amount: number;
  /** Size of the weight before its terms cancelled, and the bound on its rounding. */
  readonly scale: number;
  readonly slack: number;
  /** Whether a decision closed the path. */
  readonly blocked: boolean;
}

/** Cells of one written tensor, as the reference has them. */
export interface Expected {
  readonly tensor: Tensor;
  /** Positions that were evaluated; all of them when undefined. */
  readonly cells?: readonly number[];
  readonly values: Float64Array;
  /** Absolute bound per cell for the asked arithmetic. */
  readonly bounds: Float64Array;
  /** The largest size that an intermediate may reach. */
  readonly peaks: Float64Array;
}

/** Positions of a tensor that are asked for; undefined for all of them. */
export type Ask = (tensor: Tensor) => readonly number[] | undefined;
const everyCell: Ask = () => undefined;

/**
 * Evaluates a step from values that `read` gives, on the cells that are asked for.
 * `doubt` reads what the cells that the step reads may be off by already: none where the step is judged alone.
 */
export const expect = (
  step: Step,
  read: ReadTensor,
  precision: Precision = float32,
  ask: Ask = everyCell,
  doubt?: ReadTensor,
): readonly Expected[] => finished(expecting(step, read, precision, ask, doubt));

/** The same in turns of one output cell each. */
export function* expecting(
  step: Step,
  read: ReadTensor,
  precision: Precision = float32,
  ask: Ask = everyCell,
  doubt?: ReadTensor,
): Work<readonly Expected[]> {
  return step.gradient
    ? [yield* expectingGradient(step, read, precision, ask(step.writes[0]), doubt)]
    : yield* expectingForward(step, read, precision, ask, doubt);
}

function* expectingForward(
  step: Step,
  read: ReadTensor,
  precision: Precision,
  ask: Ask,
  doubt?: ReadTensor,
): Work<readonly Expected[]> {
  const operands = operandsOf(step.node);
  const traces = new SharedTraces();
  const all: Expected[] = [];
  for (const [name, tensor] of Object.entries(step.node.outputs)) {
    const formula = formulasOf(step.node, name);
    const expected = blank(tensor, ask(tensor));
    for (let at = 0; at < expected.values.length; at++) {
      const { value, roundoff, peak } = yield* appraising(
        formula(expected.cells?.[at] ?? at),
        (input, cell) => read(operands[input], cell),
        precision,
        traces,
        doubt && ((input, cell) => doubt(operands[input], cell)),
      );
      expected.values[at] = value;
      expected.bounds[at] = roundoff;
      expected.peaks[at] = peak;
      yield;
    }
    all.push(expected);
  }
  return all;
}

/** Room for what is expected of a tensor, or of some cells of it. */
export const blank = (tensor: Tensor, cells?: readonly number[]): Expected => {
  const n = cells?.length ?? size(tensor.shape);
  return {
    tensor,
    ...(cells && { cells }),
    values: new Float64Array(n),
    bounds: new Float64Array(n),
    peaks: new Float64Array(n),
  };
};

function* expectingGradient(
  step: Step,
  read: ReadTensor,
  precision: Precision,
  cells: readonly number[] | undefined,
  doubt?: ReadTensor,
): Work<Expected> {
  const expected = blank(step.writes[0], cells);
  const counts = new Float64Array(expected.values.length);
  const place = cells && new Map(cells.map((cell, i) => [cell, i]));
  const keep = (flow: Flow): void => {
    if (flow.blocked) return;
    const at = place?.get(flow.to) ?? flow.to;
    const up = Math.abs(read(flow.source, flow.from));
    expected.values[at] += flow.amount;
    expected.bounds[at] += allowance(flow, up, precision, doubt?.(flow.source, flow.from));
    expected.peaks[at] += flow.scale * up;
    counts[at]++;
  };
  yield* visiting(step, read, precision, keep, { ...(place && { to: place }), doubt });
  counts.forEach((count, at) => (expected.bounds[at] += summing(count, expected.peaks[at], precision)));
  return expected;
}

/**
 * What one flow's amount may be off by: its product rounds once more, its factor carries the slack of the partial, and
 * what arrives the doubt that it came with.
 */
function allowance({ slack, scale, weight }: Flow, up: number, precision: Precision, doubt = 0): number {
  const own = slack * up + scale * up * precision.unit + scale * flushed(up, precision) + precision.smallest * (1 + up);
  return doubt > 0 ? own + (Math.abs(weight) + slack) * doubt : own;
}

/** What adding `count` terms of this total size may lose, in whatever order. */
const summing = (count: number, total: number, precision: Precision): number =>
  Math.max(0, count - 1) * total * precision.unit;

/** The sum of some flows into one cell of a gradient, and what a float sum may differ from it by. */
export function gathered(
  flows: readonly Flow[],
  read: ReadTensor,
  precision: Precision = float32,
): { readonly value: number; readonly bound: number } {
  const open = flows
    .filter((flow) => !flow.blocked)
    .map((flow) => ({ flow, up: Math.abs(read(flow.source, flow.from)) }));
  const total = open.reduce((sum, { flow, up }) => sum + flow.scale * up, 0);
  const single = open.reduce((bound, { flow, up }) => bound + allowance(flow, up, precision), 0);
  return {
    value: open.reduce((value, { flow }) => value + flow.amount, 0),
    bound: single + summing(open.length, total, precision),
  };
}

/** Visits every flow into a step's result. Their amounts add up to what a gradient step delivers. */
export const eachFlow = (step: Step, read: ReadTensor, precision: Precision, visit: (flow: Flow) => void): void =>
  finished(visiting(step, read, precision, visit));

/** What a visit of flows may be limited to, or told besides. */
interface Visit {
  /** The only cells whose flows are asked for: outputs that do not read one are passed over. */
  readonly to?: { has(cell: number): boolean; keys(): Iterable<number> };
  readonly doubt?: ReadTensor | undefined;
}

function* visiting(
  step: Step,
  read: ReadTensor,
  precision: Precision,
  visit: (flow: Flow) => void,
  { to, doubt }: Visit = {},
): Work<void> {
  const traces = new SharedTraces();
  for (const [name, tensor] of Object.entries(step.node.outputs)) {
    const upstream = step.gradient?.upstream[name];
    if (step.gradient && !upstream) continue;
    const wanted = to && wantedOf(step, to, read);
    const examineAt = examiner(step, name, read, precision, traces, doubt, wanted);
    for (const at of (to && readersByLoops(step, to)) ?? cellsOf(tensor)) {
      for (const reading of examineAt(at)) {
        for (const flow of flowsOf(step, tensor, at, upstream, reading, read)) visit(flow);
        yield;
      }
      yield;
    }
  }
}

function* cellsOf({ shape }: Tensor): Generator<number, void, undefined> {
  for (let at = 0; at < size(shape); at++) yield at;
}

/** The outputs that read some cells of a gradient, by the loops of the op's contraction, where it states one. */
function readersByLoops(step: Step, to: Required<Visit>["to"]): readonly number[] | undefined {
  const contraction = contractionOf(step.node);
  const target = contraction && targetOf(step, contraction);
  if (!contraction || !target || target === "result") return undefined;
  const place = placesOf(step.writes[0].shape, partOf(contraction, target).margin);
  const found = new Set<number>();
  for (const cell of to.keys()) for (const at of readersOf(contraction, target, place(cell))) found.add(at);
  return [...found].toSorted((a, b) => a - b);
}

/** Cells of the input that a gradient is of. One that is looked at counts as read, so that whoever rations reads is heard. */
function wantedOf(step: Step, to: Required<Visit>["to"], read: ReadTensor): Wanted {
  const operands = operandsOf(step.node);
  const own = ownInput(step);
  return new Wanted((input, cell) => {
    read(operands[input], cell);
    return input === own && to.has(cell);
  });
}

/**
 * Reads cells of one output of a step's node, with the subformulas that they share evaluated once: a long sum by parts, and
 * not one that reads no wanted cell.
 */
function examiner(
  step: Step,
  output: string,
  read: ReadTensor,
  precision: Precision,
  traces: SharedTraces,
  doubt?: ReadTensor,
  wanted?: Wanted,
): (at: number) => Generator<Reading, void, undefined> {
  const operands = operandsOf(step.node);
  const formula: (at: number) => Formula = formulasOf(step.node, output);
  const readAt = (input: number, cell: number): number => read(operands[input], cell);
  const doubtAt = doubt && ((input: number, cell: number) => doubt(operands[input], cell));
  return function* (at) {
    const asked = wanted ? bearing(formula(at), wanted) : formula(at);
    for (const part of asked ? partsOf(asked) : []) yield examine(part, readAt, precision, traces, doubtAt, wanted);
  };
}

/** The flows through one output cell: into it on a forward step, out of it towards one input on a gradient step. */
function flowsOf(
  step: Step,
  output: Tensor,
  at: number,
  upstream: Tensor | undefined,
  reading: Reading,
  read: ReadTensor,
): readonly Flow[] {
  const operands = operandsOf(step.node);
  const own = ownInput(step);
  return reading.taps.flatMap((tap): Flow[] => {
    const operand = operands[tap.input];
    const { partial: weight, scale, slack, blocked } = tap;
    if (!step.gradient) {
      const amount = blocked ? 0 : weight * read(operand, tap.at);
      return [{ source: operand, from: tap.at, target: output, to: at, weight, amount, scale, slack, blocked }];
    }
    if (!upstream || tap.input !== own) return [];
    const amount = blocked ? 0 : weight * read(upstream, at);
    return [{ source: upstream, from: at, target: step.writes[0], to: tap.at, weight, amount, scale, slack, blocked }];
  });
}

/** Which operand is the very input that the gradient is of: one tensor may serve as two inputs. */
const ownInput = ({ node, gradient }: Step): number =>
  node.op.inputs.filter((spec) => node.inputs[spec.name]).findIndex(({ name }) => name === gradient?.input);

/** The flows into one cell of what a step writes. A gradient step is searched through all its outputs: keep it off the frame path. */
export const flowsInto = (step: Step, target: Tensor, to: number, read: ReadTensor): readonly Flow[] =>
  finished(findingFlows(step, target, to, read));

/** The same in turns of one output cell each. */
export function* findingFlows(step: Step, target: Tensor, to: number, read: ReadTensor): Work<readonly Flow[]> {
  if (!step.gradient) {
    const [name] = Object.entries(step.node.outputs).find(([, tensor]) => tensor === target) ?? [];
    if (name === undefined) return [];
    const readings = examiner(step, name, read, float32, new SharedTraces())(to);
    return [...readings].flatMap((reading) => flowsOf(step, target, to, undefined, reading, read));
  }
  const flows: Flow[] = [];
  const keep = (flow: Flow): void => {
    if (flow.to === to) flows.push(flow);
  };
  yield* visiting(step, read, float32, keep, { to: new Set([to]) });
  return flows;
}

/** Numbers per tensor that holds some (views and fills are resolved by `reader`). */
export type Values = ReadonlyMap<Tensor, ArrayLike<number>>;

/**
 * Reads tensors from a map of values, through views, fills and constants. A tensor without values reads as NaN. `rounded`
 * says how a backend holds a constant whose numbers were not read back: float32 rounds it.
 */
export function reader(values: Values, rounded: (value: number) => number = (value) => value): ReadTensor {
  return (tensor, at) => {
    const data = values.get(storage(tensor));
    return data?.[at] ?? rounded(constantAt(tensor, at) ?? Number.NaN);
  };
}

/** Runs a tape from end to end in float64 and returns every tensor's values, the given ones included. */
export const runReference = (tape: Pick<Tape, "steps">, given: Values): Map<Tensor, Float64Array> =>
  finished(runningReference(tape, given));

/** The same in turns of one output cell each. */
export function* runningReference(tape: Pick<Tape, "steps">, given: Values): Work<Map<Tensor, Float64Array>> {
  const values = new Map<Tensor, Float64Array>();
  for (const [tensor, data] of given) values.set(tensor, Float64Array.from(data));
  const read = reader(values);
  for (const step of tape.steps) {
    for (const expected of yield* expecting(step, read)) values.set(expected.tensor, expected.values);
  }
  return values;
}

/** Runs a tape from end to end in float64; each tensor that it writes comes with bounds that hold from end to end. */
export const runInheriting = (
  tape: Pick<Tape, "steps">,
  given: Values,
  precision: Precision = float32,
): Map<Tensor, Expected> => finished(runningInheriting(tape, given, precision));

/**
 * The same in turns of one output cell each. The bound of a cell covers what any of the steps before it may have lost in
 * `precision`, and that given numbers and fills were rounded to float32 on the way there.
 */
export function* runningInheriting(
  tape: Pick<Tape, "steps">,
  given: Values,
  precision: Precision = float32,
): Work<Map<Tensor, Expected>> {
  const values = new Map(given);
  const found = new Map<Tensor, Expected>();
  const read = reader(values);
  const doubt = doubter(read, found, precision);
  for (const step of tape.steps) {
    for (const expected of yield* expecting(step, read, precision, everyCell, doubt)) {
      values.set(expected.tensor, expected.values);
      found.set(expected.tensor, expected);
    }
  }
  return found;
}

/** What a cell may be off by: its bound where a step wrote it, else what it loses where it is rounded to float32. */
function doubter(read: ReadTensor, found: ReadonlyMap<Tensor, Expected>, precision: Precision): ReadTensor {
  const rounds = precision.unit > float64.unit;
  return (tensor, at) => {
    const written = found.get(storage(tensor));
    if (written) return written.bounds[at];
    const value = read(tensor, at);
    const computed = storage(tensor).constant?.doubts?.[at] ?? 0;
    return computed + (rounds && Number.isFinite(value) ? Math.abs(Math.fround(value) - value) : 0);
  };
}
