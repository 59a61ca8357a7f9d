/**
 * Flows: every edge of influence that a step carries, forward from operand to result and backward from an upstream gradient
 * to the gradient of one input.
 */
import { contractionOf, partOf, placesOf, readersOf, targetOf } from "./contraction";
import type { Formula } from "./formula";
import { formulasOf, operandsOf, type Tensor } from "./graph";
import { partsOf } from "./parts";
import { float32, type Precision } from "./precision";
import type { ReadTensor } from "./reader";
import { examine, type Reading } from "./reading";
import { size } from "./shape";
import type { Step } from "./tape";
import { SharedTraces } from "./trace";
import { bearing, Wanted } from "./wanted";
import { finished, type Work } from "./work";

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

/** Visits every flow into a step's result. Their amounts add up to what a gradient step delivers. */
export const eachFlow = (step: Step, read: ReadTensor, precision: Precision, visit: (flow: Flow) => void): void =>
  finished(visiting(step, read, precision, visit));

/** What a visit of flows may be limited to, or told besides. */
export interface Visit {
  /** The only cells whose flows are asked for: outputs that do not read one are passed over. */
  readonly to?: { has(cell: number): boolean; keys(): Iterable<number> };
  readonly doubt?: ReadTensor | undefined;
}

/** Visits every flow into a step's result, or those that a visit is limited to, in turns of a part of an output cell each. */
export function* visiting(
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
