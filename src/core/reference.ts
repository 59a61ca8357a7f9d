/**
 * The float64 reference: a step evaluated from its formulas, forward, and as flows, backward. Each cell comes with the
 * bound that a float32 result from the same inputs must meet, derived from the rules of its formula.
 */
import type { Formula } from "./formula";
import { formulasOf, operandsOf, storage, type Tensor } from "./graph";
import { appraise, examine, float32, flushed, leaves, SharedTraces, type Precision, type Reading } from "./reading";
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

/** Evaluates a step from values that `read` gives; a forward step on the cells that are asked for, a gradient on all. */
export const expect = (
  step: Step,
  read: ReadTensor,
  precision: Precision = float32,
  ask: Ask = everyCell,
): readonly Expected[] => finished(expecting(step, read, precision, ask));

/** The same in turns of one output cell each. */
export function* expecting(
  step: Step,
  read: ReadTensor,
  precision: Precision = float32,
  ask: Ask = everyCell,
): Work<readonly Expected[]> {
  return step.gradient
    ? [yield* expectingGradient(step, read, precision)]
    : yield* expectingForward(step, read, precision, ask);
}

function* expectingForward(step: Step, read: ReadTensor, precision: Precision, ask: Ask): Work<readonly Expected[]> {
  const operands = operandsOf(step.node);
  const traces = new SharedTraces();
  const all: Expected[] = [];
  for (const [name, tensor] of Object.entries(step.node.outputs)) {
    const formula = formulasOf(step.node, name);
    const expected = blank(tensor, ask(tensor));
    for (let at = 0; at < expected.values.length; at++) {
      const { value, roundoff, peak } = appraise(
        formula(expected.cells?.[at] ?? at),
        (input, cell) => read(operands[input], cell),
        precision,
        traces,
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

const blank = (tensor: Tensor, cells?: readonly number[]): Expected => {
  const n = cells?.length ?? size(tensor.shape);
  return {
    tensor,
    ...(cells && { cells }),
    values: new Float64Array(n),
    bounds: new Float64Array(n),
    peaks: new Float64Array(n),
  };
};

function* expectingGradient(step: Step, read: ReadTensor, precision: Precision): Work<Expected> {
  const expected = blank(step.writes[0]);
  const counts = new Float64Array(expected.values.length);
  yield* visiting(step, read, precision, (flow) => {
    if (flow.blocked) return;
    const up = Math.abs(read(flow.source, flow.from));
    expected.values[flow.to] += flow.amount;
    expected.bounds[flow.to] += allowance(flow, up, precision);
    expected.peaks[flow.to] += flow.scale * up;
    counts[flow.to]++;
  });
  counts.forEach((count, at) => (expected.bounds[at] += summing(count, expected.peaks[at], precision)));
  return expected;
}

/** What one flow's amount may be off by: its product rounds once more, and its factor carries the slack of the partial. */
function allowance({ slack, scale }: Flow, up: number, precision: Precision): number {
  return slack * up + scale * up * precision.unit + scale * flushed(up, precision) + precision.smallest * (1 + up);
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

/** `to` is the only cell whose flows are asked for, where it is given: outputs that do not read it are passed over. */
function* visiting(
  step: Step,
  read: ReadTensor,
  precision: Precision,
  visit: (flow: Flow) => void,
  to?: number,
): Work<void> {
  const traces = new SharedTraces();
  for (const [name, tensor] of Object.entries(step.node.outputs)) {
    const upstream = step.gradient?.upstream[name];
    if (step.gradient && !upstream) continue;
    const examineAt = examiner(step, name, read, precision, traces);
    const reads = to === undefined ? everyOutput : readersOf(step, name, to);
    for (let at = 0; at < size(tensor.shape); at++) {
      if (reads(at)) for (const flow of flowsOf(step, tensor, at, upstream, examineAt(at), read)) visit(flow);
      yield;
    }
  }
}

const everyOutput = (): boolean => true;

/** Whether a cell of an output has the cell `to` of the step's own input among its leaves: far cheaper than examining it. */
function readersOf(step: Step, output: string, to: number): (at: number) => boolean {
  const operands = operandsOf(step.node);
  const formula = formulasOf(step.node, output);
  const own = step.gradient && step.node.inputs[step.gradient.input];
  return (at) => {
    let found = false;
    leaves(formula(at), (input, cell) => (found ||= cell === to && operands[input] === own));
    return found;
  };
}

/** Reads cells of one output of a step's node, with the subformulas that they share evaluated once. */
function examiner(
  step: Step,
  output: string,
  read: ReadTensor,
  precision: Precision,
  traces: SharedTraces,
): (at: number) => Reading {
  const operands = operandsOf(step.node);
  const formula: (at: number) => Formula = formulasOf(step.node, output);
  return (at) => examine(formula(at), (input, cell) => read(operands[input], cell), precision, traces);
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
  return reading.taps.flatMap((tap): Flow[] => {
    const operand = operands[tap.input];
    const { partial: weight, scale, slack, blocked } = tap;
    if (!step.gradient) {
      const amount = blocked ? 0 : weight * read(operand, tap.at);
      return [{ source: operand, from: tap.at, target: output, to: at, weight, amount, scale, slack, blocked }];
    }
    if (!upstream || operand !== step.node.inputs[step.gradient.input] || !isOperand(step, tap.input)) return [];
    const amount = blocked ? 0 : weight * read(upstream, at);
    return [{ source: upstream, from: at, target: step.writes[0], to: tap.at, weight, amount, scale, slack, blocked }];
  });
}

/** Whether operand number `input` is the very input that the gradient is of: one tensor may serve as two inputs. */
function isOperand(step: Step, input: number): boolean {
  const present = step.node.op.inputs.filter((spec) => step.node.inputs[spec.name]);
  return present[input]?.name === step.gradient?.input;
}

/** The flows into one cell of what a step writes. A gradient step is searched through all its outputs: keep it off the frame path. */
export const flowsInto = (step: Step, target: Tensor, to: number, read: ReadTensor): readonly Flow[] =>
  finished(findingFlows(step, target, to, read));

/** The same in turns of one output cell each. */
export function* findingFlows(step: Step, target: Tensor, to: number, read: ReadTensor): Work<readonly Flow[]> {
  if (!step.gradient) {
    const [name] = Object.entries(step.node.outputs).find(([, tensor]) => tensor === target) ?? [];
    if (name === undefined) return [];
    return flowsOf(step, target, to, undefined, examiner(step, name, read, float32, new SharedTraces())(to), read);
  }
  const flows: Flow[] = [];
  const keep = (flow: Flow): void => {
    if (flow.to === to) flows.push(flow);
  };
  yield* visiting(step, read, float32, keep, to);
  return flows;
}

/** Numbers per tensor that holds some (views and fills are resolved by `reader`). */
export type Values = ReadonlyMap<Tensor, ArrayLike<number>>;

/** Reads tensors from a map of values, through views and fills. A tensor without values reads as NaN. */
export function reader(values: Values): ReadTensor {
  return (tensor, at) => {
    const held = storage(tensor);
    if (held.fill !== undefined) return held.fill;
    const data = values.get(held);
    return data ? data[at] : Number.NaN;
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
