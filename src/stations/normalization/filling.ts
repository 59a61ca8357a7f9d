/** The running averages: batch by batch they move a little towards the statistics of the batch. */
import type { Tensor } from "../../core/graph";
import { allCells } from "../../story/act";
import { plus } from "../../story/layout";
import type { Act, FlowPath, Vector } from "../../story/picture";
import { told, type Where } from "./acts";
import type { Model } from "./model";
import { half } from "./places";

/** Batch t moves the running averages a little towards its own statistics. */
export function filling(m: Model, t: number, where: Where): Act {
  const after = m.running[t + 1];
  const features = [...Array(m.features).keys()];
  const { mean, variance } = m.batch[t];
  return {
    step: m.writer(after.mean),
    current: "data",
    iteration: t,
    moments: 1,
    micros: 1,
    unit: "batch",
    lit: () => [
      ...allCells(mean),
      ...allCells(variance),
      ...allCells(m.running[t].mean),
      ...allCells(m.running[t].variance),
    ],
    writes: () => [...allCells(after.mean), ...allCells(after.variance)],
    flows: () =>
      features.flatMap((j) => [
        ...following([mean, m.running[t].mean, after.mean], j, where),
        ...following([variance, m.running[t].variance, after.variance], j, where),
      ]),
    say: (_, now) => ({
      main: `Batch ${t + 1} moves the running mean of feature 0 from ${told(now, m.running[t].mean, 0)} to ${told(now, after.mean, 0)}.`,
      quiet: `Old · (1 − momentum) + new · momentum; the new variance counts with ${m.samples - 1} instead of ${m.samples}.`,
    }),
  };
}

/** From the batch's statistic, and from the row above, into the new row. */
function following([now, before, after]: readonly Tensor[], j: number, where: Where): FlowPath[] {
  const to = where(after, j);
  const old = where(before, j);
  const from = where(now, j);
  const flow = (tensor: Tensor, points: Vector[]): FlowPath => ({
    points,
    current: "data",
    carries: { tensor, at: j },
    start: 0.1,
    end: 0.8,
  });
  return [
    flow(before, [plus(old, [-half, 0, 0]), plus(old, [-0.5, 0, 0]), plus(to, [-0.5, 0, 0]), plus(to, [-half, 0, 0])]),
    flow(now, [plus(from, [half, 0, 0]), plus(from, [0.5, 0, 0]), [from[0] + 0.5, to[1], 0], plus(to, [half, 0, 0])]),
  ];
}
