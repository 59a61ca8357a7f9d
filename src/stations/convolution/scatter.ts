/** The backward passes window by window: every position sends its products back, and what lands on one cell adds up. */
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Step } from "../../core/tape";
import { isInside, tapped } from "../../ops/window";
import type { Block } from "../../story/picture";
import { asBatch, imageCell } from "./images";
import type { Model } from "./model";
import type { Places } from "./places";
import { at, indices, outputsPerGroup, read, windowIndex, type Pass, type Term } from "./terms";

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
    source: readonly [sample: number, channel: number],
    tap: readonly number[],
    window: readonly number[],
  ) => Term | undefined,
): Pick<Pass, "moments" | "micros" | "grid" | "terms"> {
  const { O, F } = m;
  const [samples, outputs, high, wide] = asBatch(O.shape);
  const [, channels, kernel] = F.shape;
  return {
    moments: samples * high * wide,
    micros: size(F.shape),
    grid: [channels, kernel, kernel],
    terms: (position) => {
      const [sample, ...window] = windowIndex(m, position);
      return indices(outputs, channels, kernel, kernel).flatMap(([o, channel, ...tap]) => {
        const source = Math.floor(o / outputsPerGroup(m)) * channels + channel;
        return visit(o, channel, [sample, source], tap, window) ?? [];
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
        from: imageCell(dO, source[0], o, ...window),
        by: at(F, o, channel, ...tap),
        to: imageCell(dI, ...source, row, column),
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
      by: imageCell(dO, source[0], o, ...window),
      to: at(dF, o, channel, ...tap),
      slot: [channel, tap[0], tap[1]],
    })),
  };
}

export function biasScatter(m: Model): Pass {
  const { db, dO, gradientB, scattered } = m;
  const [samples, outputs, high, wide] = asBatch(dO.shape);
  return {
    step: gradientB,
    current: "gradient",
    result: db,
    made: left(gradientB, scattered.db),
    moments: samples * high * wide,
    micros: outputs,
    grid: [1, 1, 1],
    terms: (position) => {
      const [sample, ...window] = windowIndex(m, position);
      return Array.from({ length: outputs }, (_, o) => ({
        from: imageCell(dO, sample, o, ...window),
        to: { tensor: db, at: o },
        slot: [0, 0, 0],
      }));
    },
  };
}
