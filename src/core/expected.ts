/**
 * What is expected of a step: the cells that it writes, evaluated in float64 from its formulas forward and from its flows
 * backward. Each comes with the bound that a float32 result from the same inputs must meet, derived from the rules.
 */
import { visiting, type Flow } from "./flow";
import { allowance, summing } from "./gathered";
import { formulasOf, operandsOf, type Tensor } from "./graph";
import { float32, type Precision } from "./precision";
import type { ReadTensor } from "./reader";
import { appraising } from "./reading";
import { size } from "./shape";
import type { Step } from "./tape";
import { SharedTraces } from "./trace";
import { finished, type Work } from "./work";

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
  /** The size beside which bounds are judged where every value is smaller; that of the largest value alone unless given. */
  readonly scale?: number;
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
  const each = step.node.op.inputs.find(({ name }) => name === step.gradient?.input)?.scale;
  let arriving = 0;
  const place = cells && new Map(cells.map((cell, i) => [cell, i]));
  const keep = (flow: Flow): void => {
    if (flow.blocked) return;
    const at = place?.get(flow.to) ?? flow.to;
    const up = Math.abs(read(flow.source, flow.from));
    if (up > arriving) arriving = up;
    expected.values[at] += flow.amount;
    expected.bounds[at] += allowance(flow, up, precision, doubt?.(flow.source, flow.from));
    expected.peaks[at] += flow.scale * up;
    counts[at]++;
  };
  yield* visiting(step, read, precision, keep, { ...(place && { to: place }), doubt });
  counts.forEach((count, at) => (expected.bounds[at] += summing(count, expected.peaks[at], precision)));
  return each === undefined ? expected : { ...expected, scale: each * arriving };
}
