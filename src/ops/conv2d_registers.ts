/** Blocks of registers for `conv2d` and the gradient of its input: `conv2d_registers.wgsl`. */
import { linearGrid, type Binding, type Kernel, type Shader } from "../core/kernel";
import code from "../../shaders/conv2d_registers.wgsl?raw";
import mend from "../../shaders/conv2d_mend.wgsl?raw";
import {
  idle,
  laidCells,
  laidImage,
  laidUpstream,
  padding,
  phasesOf,
  spacingOf,
  tapsOf,
  weighing,
  weightCells,
  type Laid,
} from "./conv2d_lay";
import { measure, mostCells, type Conv2dAttributes, type Conv2dSite, type Measure } from "./conv2d_site";
import { width } from "./reduction";
import { slidingBlock } from "./sliding";

/** The lengths of chunks for which the shader is compiled, the most first; a 0 means that all have one length. */
const lengths = [1, 2, 3, 4].flatMap((most) => Array.from({ length: most }, (_, rest) => [most, rest] as const));

/** The lengths that the chunks of a site have: one, two, or more, which no pipeline serves. */
function chunkLengths(m: Measure): readonly number[] {
  const each = tapsOf(m).flatMap((taps) =>
    Array.from({ length: Math.ceil(taps / 4) }, (_, chunk) => Math.min(4, taps - 4 * chunk)),
  );
  return [...new Set(each)].toSorted((a, b) => b - a);
}

/** How the threads of an entry share the work, and what they read. */
export interface Share {
  readonly laid: Laid;
  /** Columns of 0 before the first of a laid row. */
  readonly before: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  readonly results: number;
  readonly across: number;
  /** Tiles down the channels or the rows that are written. */
  readonly tiles: number;
  readonly threads: number;
}

/** How the forward pass is shared: tiles of eight channels by eight columns. */
export function forwardShare(m: Measure): Share {
  const [rows, columns] = m.windows;
  const spacing = spacingOf(m);
  const across = Math.ceil(Math.ceil(columns / spacing) / 8);
  const tiles = Math.ceil(m.outputs / 8);
  return {
    laid: laidImage(m, 2 * across),
    before: 0,
    rows,
    columns,
    terms: m.channels,
    results: m.outputs,
    across,
    tiles,
    threads: across * Math.min(spacing, columns) * rows * tiles * m.groups * m.batches,
  };
}

/** Where the cells of each phase of the stride begin to be reached, without columns of 0 before the first window. */
function beginnings(m: Measure): readonly { readonly begin: number; readonly count: number }[] {
  const columns = m.image[m.image.length - 1];
  const [stride, padded] = [m.sliding.stride[1], m.sliding.padding[1]];
  const step = stride * spacingOf(m);
  const taps = tapsOf(m);
  return Array.from({ length: Math.min(step, columns) }, (_, x) => {
    const own = taps[(x + padded) % stride] ?? 0;
    return { begin: Math.floor((x + padded) / step) + 1 - own, count: Math.ceil((columns - x) / step) };
  });
}

/** Tiles along a row when the first window stands at column `before` of the laid row. */
const tilesAcross = (m: Measure, before: number): number =>
  Math.max(...beginnings(m).map(({ begin, count }) => Math.ceil((count + ((begin + before) % 4)) / 8)));

/** The columns of 0 with which tiles begin at whole vec4 and the fewest tiles are needed. */
function columnsBefore(m: Measure): number {
  const least = Math.max(0, ...beginnings(m).map(({ begin }) => -begin));
  const candidates = [0, 1, 2, 3].map((more) => least + more);
  const [best] = candidates.toSorted((a, b) => tilesAcross(m, a) - tilesAcross(m, b));
  return best;
}

/** How the gradient of the input is shared: tiles of eight channels by eight columns of one phase of the stride. */
export function inputShare(m: Measure): Share {
  const [rows, columns] = m.image.slice(-2);
  const before = columnsBefore(m);
  const across = tilesAcross(m, before);
  const farthest = Math.max(...beginnings(m).map(({ begin }) => Math.floor((begin + before) / 4)));
  const tiles = Math.ceil(m.channels / 8);
  return {
    laid: laidUpstream(m, before, farthest + 2 * across + phasesOf(m).chunks),
    before,
    rows,
    columns,
    terms: m.outputs,
    results: m.channels,
    across,
    tiles,
    threads: across * Math.min(m.sliding.stride[1] * spacingOf(m), columns) * rows * tiles * m.groups * m.batches,
  };
}

/** Kernel rows that reach one row of the image lie this far apart. */
const rowStep = ({ sliding: { stride, dilation } }: Measure): number => stride[0] / divisor(stride[0], dilation[0]);
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** The uniform block of every shader that reads laid planes for the forward pass or the gradient of the input. */
export function blockOf(
  m: Measure,
  { laid, before, rows, columns, terms, results, across, tiles, threads }: Share,
): readonly number[] {
  const { kernel_size, stride, padding: padded, dilation } = m.sliding;
  const { phases, chunks } = phasesOf(m);
  const sliding = [...kernel_size, ...stride, ...padded, dilation[0], rowStep(m)];
  const planes = [laid.tall, laid.phases * laid.quads, laid.quads, before, phases, spacingOf(m), chunks];
  return [rows, columns, ...sliding, m.groups, terms, results, ...planes, across, tiles, threads, m.biased ? 1 : 0];
}

/** An entry of a shader, compiled for the lengths of a site's chunks; `shareOf` tells how threads share the work. */
export const chunked = (
  shader: Shader,
  entry: "forward" | "input",
  binds: readonly Binding[],
  shareOf: (measure: Measure) => Share,
): readonly Kernel<Conv2dAttributes>[] =>
  lengths.map(([most, rest]) => ({
    shader,
    entry,
    binds,
    constants: { most, rest },
    block(site: Conv2dSite) {
      const m = measure(site);
      return blockOf(m, shareOf(m));
    },
    workgroups(site: Conv2dSite) {
      const m = measure(site);
      const [longest, other = 0, third] = chunkLengths(m);
      const own = longest === most && other === rest && third === undefined;
      return own ? linearGrid(shareOf(m).threads, width) : idle;
    },
  }));

/** Whether blocks of registers serve a site: no stride of a dilated kernel, few lengths of chunks, room for scratch. */
export function registersFit(m: Measure, entry: "forward" | "input"): boolean {
  const { laid } = entry === "forward" ? forwardShare(m) : inputShare(m);
  const cells = Math.max(laidCells(laid), weightCells(m, entry === "forward" ? "spread" : "turn"));
  const { stride, dilation } = m.sliding;
  return (dilation[1] === 1 || stride[1] === 1) && chunkLengths(m).length <= 2 && cells <= mostCells;
}

const shader = { file: "conv2d_registers.wgsl", code };
const laidOperands: readonly Binding[] = [{ scratch: "planes" }, { scratch: "weights" }];

export const forwardRegisters: readonly Kernel<Conv2dAttributes>[] = [
  padding({ input: "input" }, "planes", (m) => forwardShare(m).laid),
  weighing("spread"),
  ...chunked(shader, "forward", [...laidOperands, { output: "output" }, { input: "bias" }], forwardShare),
];

const lines = (m: Measure): number => m.batches * m.groups * m.channels * m.image[m.image.length - 2];

/** Computes anew what the 0 beside the laid rows made NaN. */
export const mending: Kernel<Conv2dAttributes> = {
  shader: { file: "conv2d_mend.wgsl", code: mend },
  entry: "mend",
  binds: [{ upstream: "output" }, { input: "weight" }, { gradient: "input" }],
  block(site) {
    const m = measure(site);
    return [...slidingBlock(m.image, m.sliding), m.groups, m.channels, m.outputs, lines(m)];
  },
  workgroups: (site) => linearGrid(lines(measure(site)), width),
};

export const inputRegisters: readonly Kernel<Conv2dAttributes>[] = [
  padding({ upstream: "output" }, "planes", (m) => inputShare(m).laid),
  weighing("turn"),
  ...chunked(shader, "input", [...laidOperands, { gradient: "input" }], inputShare),
  mending,
];
