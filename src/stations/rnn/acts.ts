/** What the acts of the networks are made of: each has one moment and writes one tensor. */
import type { Tensor } from "../../core/graph";
import { allCells, cellsAt } from "../../story/act";
import type { Act, Caption, CellRef, Current, FlowPath, Now, Vector } from "../../story/picture";
import { width, type Model } from "./model";

export interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly reads: readonly CellRef[];
  readonly flows: readonly FlowPath[];
  readonly say: (now: Now) => Caption;
}

export const actOf = (m: Model, { writes, current, reads, flows, say }: Part): Act => ({
  step: m.writer(writes),
  current,
  iteration: 0,
  moments: 1,
  micros: 1,
  unit: "step",
  flows: () => flows,
  lit: () => reads,
  writes: () => allCells(writes),
  say: (_, now) => say(now),
});

export const flow = (points: readonly Vector[], current: Current, carries: CellRef): FlowPath => ({
  points,
  current,
  carries,
  start: 0.1,
  end: 0.85,
});

export const every = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** The input of step t. */
export const inputOf = (m: Model, t: number): readonly CellRef[] =>
  cellsAt(
    m.drawn,
    every(width).map((i) => (t - 1) * width + i),
  );
