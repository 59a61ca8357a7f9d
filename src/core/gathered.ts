/** What flows into one cell add up to, and what a float sum of them may be off by. */
import type { Flow } from "./flow";
import { float32, flushed, type Precision } from "./precision";
import type { ReadTensor } from "./reader";

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

/**
 * What one flow's amount may be off by: its product rounds once more, its factor carries the slack of the partial, and
 * what arrives the doubt that it came with.
 */
export function allowance({ slack, scale, weight }: Flow, up: number, precision: Precision, doubt = 0): number {
  const own = slack * up + scale * up * precision.unit + scale * flushed(up, precision) + precision.smallest * (1 + up);
  return doubt > 0 ? own + (Math.abs(weight) + slack) * doubt : own;
}

/** What adding `count` terms of this total size may lose, in whatever order. */
export const summing = (count: number, total: number, precision: Precision): number =>
  Math.max(0, count - 1) * total * precision.unit;
