/** The passes of station 7: forward, and the gradients as the convolutions that they are or window by window. */
import type { Tensor } from "../../core/graph";
import { size, unravel } from "../../core/shape";
import type { Step } from "../../core/tape";
import type { Block } from "../../story/picture";
import type { Summed } from "./convolutions";
import { asBatch, imageCell, imageIndex } from "./images";
import type { Model } from "./model";
import type { Places } from "./places";
import { biasScatter, filterScatter, inputScatter } from "./scatter";
import { at, indices, outputsPerGroup, perGroup, read, type Pass, type Term, type Way } from "./terms";

/** The strides from a cell of images to its running sum: through samples, channels, rows and columns. */
function imageStrides({ shape }: Tensor, taps: number, positions: number): readonly number[] {
  const [, channels, , wide] = asBatch(shape);
  return [channels * taps * positions, taps * positions, wide, 1].slice(-shape.length);
}

/** How the cells of a sum come to be: one moment each, row-major, showing the running sum where there is one. */
function summing(
  step: Step,
  result: Tensor,
  sums: Summed | undefined,
  strideOf: (taps: number, positions: number) => readonly number[],
): Partial<Block> {
  const moment = result.shape.map((_, axis) => size(result.shape.slice(axis + 1)));
  const arrivals = [{ step, moment }];
  if (!sums) return { arrivals };
  const [taps, positions] = sums.running.shape.slice(3);
  const stride = strideOf(taps, positions);
  return { arrivals, running: { tensor: sums.running, stride, along: positions, terms: taps } };
}

export function forwardPass(m: Model, { ground }: Places): Pass {
  const { F, O, setting, forward, sums } = m;
  const channels = perGroup(m);
  const grid = [channels, setting.kernel_size, setting.kernel_size] as const;
  return {
    step: forward,
    current: "data",
    result: O,
    moments: size(O.shape),
    micros: size(grid),
    grid,
    terms: (moment) => {
      const [sample, o, ...window] = imageIndex(O, moment);
      const first = Math.floor(o / outputsPerGroup(m)) * channels;
      return indices(...grid).map(([channel, ...tap]) => ({
        from: read(m, ground, [sample, first + channel], window, tap),
        by: at(F, o, channel, ...tap),
        to: { tensor: O, at: moment },
        slot: [channel, tap[0], tap[1]],
      }));
    },
    last: (moment) => ({ tensor: m.b, at: imageIndex(O, moment)[1] }),
    made: summing(forward, O, sums.O, (taps, positions) => imageStrides(O, taps, positions)),
  };
}

// ── as convolutions ─────────────────────────────────────────────────────────

export function inputConvolution(m: Model): Pass {
  const { dI, setting, gradientI, spread, turned, sums } = m;
  const { kernel_size: kernel, dilation } = setting;
  const outputs = outputsPerGroup(m);
  const grid = [outputs, kernel, kernel] as const;
  return {
    step: gradientI,
    current: "gradient",
    result: dI,
    moments: size(dI.shape),
    micros: size(grid),
    grid,
    terms: (moment) => {
      const [sample, channel, y, x] = imageIndex(dI, moment);
      const first = Math.floor(channel / perGroup(m)) * outputs;
      return indices(...grid).map(([o, row, column]) => ({
        from: imageCell(spread.spread, sample, first + o, y + row * dilation, x + column * dilation),
        by: at(turned, channel, o, row, column),
        to: { tensor: dI, at: moment },
        slot: [o, row, column],
      }));
    },
    made: summing(gradientI, dI, sums.dI, (taps, positions) => imageStrides(dI, taps, positions)),
  };
}

export function filterConvolution(m: Model, { ground }: Places): Pass {
  const { F, O, dF, dO, gradientF, sums, convolved } = m;
  const [samples, , high, wide] = asBatch(O.shape);
  const channels = perGroup(m);
  const across = convolved.dF.shape[3];
  return {
    step: gradientF,
    current: "gradient",
    result: dF,
    moments: size(F.shape),
    micros: samples * high * wide,
    grid: [samples, high, wide],
    terms: (moment) => {
      const [o, channel, ...tap] = unravel(F.shape, moment);
      const source = Math.floor(o / outputsPerGroup(m)) * channels + channel;
      return indices(samples, high, wide).map(([sample, ...window]) => ({
        from: read(m, ground, [sample, source], window, tap),
        by: imageCell(dO, sample, o, ...window),
        to: { tensor: dF, at: moment },
        slot: [sample, window[0], window[1]],
      }));
    },
    // The running sums are those of one sample per channel, each with every output.
    made: summing(gradientF, dF, sums.dF, (taps, positions) => [
      taps * positions,
      F.shape[0] * taps * positions,
      across,
      1,
    ]),
  };
}

export function biasSum(m: Model): Pass {
  const { db, dO, gradientB, sums } = m;
  const [samples, outputs, high, wide] = asBatch(dO.shape);
  const positions = samples * high * wide;
  return {
    step: gradientB,
    current: "gradient",
    result: db,
    moments: outputs,
    micros: positions,
    grid: [samples, high, wide],
    terms: (o) =>
      indices(samples, high, wide).map(([sample, ...window]) => ({
        from: imageCell(dO, sample, o, ...window),
        to: { tensor: db, at: o },
        slot: [sample, window[0], window[1]],
      })),
    made: {
      arrivals: [{ step: gradientB, moment: [1] }],
      ...(sums.db && { running: { tensor: sums.db, stride: [positions], along: 1, terms: positions } }),
    },
  };
}

// ── all of them ─────────────────────────────────────────────────────────────

/** The four passes of a view: the sums forward, then the gradients of the input, the filter and the bias. */
export interface Passes {
  readonly O: Pass;
  readonly dI: Pass;
  readonly dF: Pass;
  readonly db: Pass;
}

/** The pass with the terms of its last moment kept: a frame asks for them many times. */
function remembering(pass: Pass): Pass {
  let known: { readonly moment: number; readonly terms: readonly Term[] } | undefined;
  const terms = (moment: number): readonly Term[] => {
    if (known?.moment !== moment) known = { moment, terms: pass.terms(moment) };
    return known.terms;
  };
  return { ...pass, terms };
}

export function passesOf(m: Model, way: Way, places: Places): Passes {
  const { dI, dF, db } =
    way === "convolution"
      ? { dI: inputConvolution(m), dF: filterConvolution(m, places), db: biasSum(m) }
      : { dI: inputScatter(m), dF: filterScatter(m, places), db: biasScatter(m) };
  return {
    O: remembering(forwardPass(m, places)),
    dI: remembering(dI),
    dF: remembering(dF),
    db: remembering(db),
  };
}
