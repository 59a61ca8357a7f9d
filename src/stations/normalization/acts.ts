/** The acts of station 3: one moment per feature or per sample, whichever shares a statistic. */
import { format } from "../../core/numeral";
import type { Tensor } from "../../core/graph";
import { cellsAt } from "../../story/act";
import { centre } from "../../story/layout";
import type { Act, Block, Caption, FlowPath, Now, Vector } from "../../story/picture";
import { sharing, type Measured, type Structure } from "./model";
import { acrossRow, downInto, rightInto, upInto } from "./ways";

/** What the acts need of the picture: where a tensor's cells stand. */
export type Where = (tensor: Tensor, at: number) => Vector;

/** Finds cells in the blocks of a picture. */
export function whereIn(blocks: readonly Block[]): Where {
  const holding = new Map<Tensor, Block>();
  for (const block of blocks) for (const tensor of block.tensors) holding.set(tensor, holding.get(tensor) ?? block);
  return (tensor, at) => centre(holding.get(tensor)!, at);
}

/** The features or the samples: what has a statistic of its own. */
export const groupsOf = ({ method, samples, features }: Structure): number => (method === "layer" ? samples : features);

/** The cell of the k-th member of a group in samples × features. */
const memberAt = ({ method, features }: Structure, group: number, k: number): number =>
  method === "layer" ? group * features + k : k * features + group;

const members = (m: Structure, group: number): readonly number[] =>
  Array.from({ length: sharing(m) }, (_, k) => memberAt(m, group, k));

/** Flows one after another, over the first part of a moment. */
const staggering = (k: number, n: number): Pick<FlowPath, "start" | "end"> => ({
  start: 0.1 + (0.4 * k) / Math.max(1, n),
  end: 0.5 + (0.4 * k) / Math.max(1, n),
});

type Say = (group: number, now: Now) => Caption;
interface Told {
  readonly say: Say;
  readonly whole: Caption;
}

/** What all acts over groups have in common. */
const base = (m: Measured, written: Tensor): Pick<Act, "step" | "current" | "iteration" | "micros" | "unit"> => ({
  step: m.writer(written),
  current: "data",
  iteration: 0,
  micros: 1,
  unit: m.method === "layer" ? "sample" : "feature",
});

/** The members of a group flow together into their statistic. */
export function gathering(m: Measured, from: Tensor, statistic: Tensor, where: Where, told: Told): Act {
  const way = m.method === "layer" ? rightInto : downInto;
  return {
    ...base(m, statistic),
    moments: groupsOf(m),
    lit: (group) => cellsAt(from, members(m, group)),
    writes: (group) => cellsAt(statistic, [group]),
    flows: (group) =>
      members(m, group).map((at, k): FlowPath => ({
        points: way(where(from, at), where(statistic, group)),
        current: "data",
        carries: { tensor: from, at },
        ...staggering(k, sharing(m)),
      })),
    ...told,
  };
}

/** From one matrix to the next, a group at a time, with the statistics that its cells share. */
export interface Passing {
  /** Undefined where the cells change in their place. */
  readonly from?: Tensor;
  readonly to: Tensor;
  /** One cell for each group. */
  readonly shared: readonly Tensor[];
  /** One cell for each feature. */
  readonly perFeature?: readonly Tensor[];
}

export function passing(m: Measured, { from, to, shared, perFeature = [] }: Passing, where: Where, told: Told): Act {
  return {
    ...base(m, to),
    moments: groupsOf(m),
    lit: (group) => [
      ...(from ? cellsAt(from, members(m, group)) : []),
      ...shared.flatMap((tensor) => cellsAt(tensor, [group])),
      ...perFeature.flatMap((tensor) => cellsAt(tensor, featuresOf(m, group))),
    ],
    writes: (group) => cellsAt(to, members(m, group)),
    flows: (group) =>
      members(m, group).flatMap((at, k) => {
        const timing = staggering(k, sharing(m));
        const target = where(to, at);
        const flow = (tensor: Tensor, cell: number, points: Vector[]): FlowPath => ({
          points,
          current: "data",
          carries: { tensor, at: cell },
          ...timing,
        });
        const intoGroup = m.method === "layer" ? acrossRow : upInto;
        return [
          ...(from ? [flow(from, at, acrossRow(where(from, at), target))] : []),
          ...shared.map((tensor) => flow(tensor, group, intoGroup(where(tensor, group), target))),
          ...perFeature.map((tensor) => {
            const feature = at % m.features;
            return flow(tensor, feature, upInto(where(tensor, feature), target));
          }),
        ];
      }),
    ...told,
  };
}

const featuresOf = ({ method, features }: Structure, group: number): readonly number[] =>
  method === "layer" ? [...Array(features).keys()] : [group];

/** A number as it stands in a cell now; a dash before there is one. */
export const told = ({ results }: Now, tensor: Tensor, at: number): string =>
  results.ready ? format(results.value(tensor, at)) : "…";
