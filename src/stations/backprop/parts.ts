/** What the acts of station 6 are made of: each has one moment and writes one number. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Caption, CellRef, Current, FlowPath, Now, Vector } from "../../story/picture";

export const cell = (tensor: Tensor): CellRef => ({ tensor, at: 0 });

/** What an act of this station is made of: all have one moment and write one number. */
export interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly flows: readonly FlowPath[];
  readonly reads: readonly Tensor[];
  readonly say: (now: Now) => Caption;
}

/** One number that travels a wire. */
export const flow = (
  points: readonly Vector[],
  current: Current,
  carries: Tensor,
  more: Partial<FlowPath> = {},
): FlowPath => ({ points, current, carries: cell(carries), start: 0.1, end: 0.85, ...more });

export const value = ({ results }: Now, tensor: Tensor): string =>
  results.ready ? format(results.value(tensor, 0)) : "…";
/** A number as a factor: negative ones in parentheses. */
export const factor = (now: Now, tensor: Tensor): string => {
  const text = value(now, tensor);
  return text.startsWith("−") ? `(${text})` : text;
};
