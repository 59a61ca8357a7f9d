/** The backward passes window by window: every position sends its products back, and what lands on one cell adds up. */
import type { Tensor } from "../../core/graph";
import { size, unravel } from "../../core/shape";
import type { Step } from "../../core/tape";
import { isInside, tapped } from "../../ops/window";
import type { Block } from "../../story/picture";
import type { Model } from "./model";
import type { Places } from "./places";
import { at, indices, outputsPerGroup, read, type Pass, type Term } from "./terms";

/** What a block shows while positions send back one by one; its cells arrive whole where that was not recorded. */
const left = (step: Step, tensor: Tensor | undefined): Partial<Block> => {
  if (!tensor) return { arrivals: [{ step, moment: [] }] };
  return { series: { tensor, step } };
};

/** Every product of a position: outputs, then the taps of each. */
function scattering(
  m: Model,
  visit: (
    o: number,
    channel: number,
    source: number,
    tap: readonly number[],
    window: readonly number[],
  ) => Term | undefined,
): Pick<Pass, "moments" | "micros" | "grid" | "terms"> {
  const { O, F } = m;
  const [outputs, high, wide] = O.shape;
  const [, channels, kernel] = F.shape;
  return {
    moments: high * wide,
    micros: size(F.shape),
    grid: [channels, kernel, kernel],
    terms: (position) => {
      const window = unravel([high, wide], position);
      return indices(outputs, channels, kernel, kernel).flatMap(([o, channel, ...tap]) => {
        const source = Math.floor(o / outputsPerGroup(m)) * channels + channel;
        return visit(o, channel, source, tap, window) ?? [];
      });
    },
  };
}

export function inputScatter(m: Model): Pass {
  const { F, dI, dO, gradientI, scattered } = m;
  return {
    step: gradientI,
    current: "gradient",
    result: dI,
    made: left(gradientI, scattered.dI),
    ...scattering(m, (o, channel, source, tap, window) => {
      const [row, column] = [tapped(m.rows, window[0], tap[0]), tapped(m.columns, window[1], tap[1])];
      // What goes to the padding goes nowhere.
      if (!isInside(m.rows, row) || !isInside(m.columns, column)) return undefined;
      return {
        from: at(dO, o, ...window),
        by: at(F, o, channel, ...tap),
        to: at(dI, source, row, column),
        slot: [channel, tap[0], tap[1]],
      };
    }),
  };
}

export function filterScatter(m: Model, { ground }: Places): Pass {
  const { dF, dO, gradientF, scattered } = m;
  return {
    step: gradientF,
    current: "gradient",
    result: dF,
    made: left(gradientF, scattered.dF),
    ...scattering(m, (o, channel, source, tap, window) => ({
      from: read(m, ground, source, window, tap),
      by: at(dO, o, ...window),
      to: at(dF, o, channel, ...tap),
      slot: [channel, tap[0], tap[1]],
    })),
  };
}

export function biasScatter(m: Model): Pass {
  const { db, dO, gradientB, scattered } = m;
  const [outputs, high, wide] = dO.shape;
  return {
    step: gradientB,
    current: "gradient",
    result: db,
    made: left(gradientB, scattered.db),
    moments: high * wide,
    micros: outputs,
    grid: [1, 1, 1],
    terms: (position) =>
      Array.from({ length: outputs }, (_, o) => ({
        from: at(dO, o, ...unravel([high, wide], position)),
        to: { tensor: db, at: o },
        slot: [0, 0, 0],
      })),
  };
}
