/** Operands of a convolution, laid anew so that inner loops load whole vec4 and test nothing: `conv2d_lay.wgsl`. */
import { linearGrid, type Binding, type Grid, type Kernel } from "../core/kernel";
import code from "../../shaders/conv2d_lay.wgsl?raw";
import { width } from "./reduction";
import { measure, type Conv2dAttributes, type Conv2dSite, type Measure } from "./conv2d_site";

/** Planes of rows, each row as `phases` runs of `quads` vec4. */
export interface Laid {
  readonly planes: number;
  /** Rows and columns of a plane as it was. */
  readonly height: number;
  readonly width: number;
  /** Rows as laid, and how many of them come before the first. */
  readonly tall: number;
  readonly above: number;
  /** Columns of 0 before the first. */
  readonly before: number;
  readonly stride: number;
  readonly phases: number;
  readonly quads: number;
}

/** Taps that a run of vec4 loads serve at once: what one chunk holds at most. */
const deep = 4;

/** The phases in which the columns of the kernel are dealt out, and how many chunks of taps the longest of them has. */
export function phasesOf({ sliding }: Measure): { phases: number; chunks: number } {
  const [stride, columns] = [sliding.stride[1], sliding.kernel_size[1]];
  return { phases: Math.min(stride, columns), chunks: Math.ceil(Math.ceil(columns / stride) / deep) };
}

/**
 * How far apart the columns lie that neighbouring taps read where windows are one column apart: then the image is dealt
 * out by columns so far apart, and not the kernel.
 */
export const spacingOf = ({ sliding: { stride, dilation } }: Measure): number => (stride[1] === 1 ? dilation[1] : 1);

/** Taps of each phase. */
export function tapsOf({ sliding }: Measure): readonly number[] {
  const [stride, columns] = [sliding.stride[1], sliding.kernel_size[1]];
  return Array.from({ length: Math.min(stride, columns) }, (_, phase) => Math.ceil((columns - phase) / stride));
}

/** Rows of a plane that windows reach, the padding included. */
const reached = ({ sliding, windows }: Measure): number =>
  (windows[0] - 1) * sliding.stride[0] + (sliding.kernel_size[0] - 1) * sliding.dilation[0] + 1;

/** The image as windows read it, with room for windows of `across` vec4. */
export function laidImage(m: Measure, across: number): Laid {
  const { phases, chunks } = phasesOf(m);
  const [height, columns] = m.image.slice(-2);
  const spacing = spacingOf(m);
  return {
    planes: m.batches * m.groups * m.channels,
    height,
    width: columns,
    tall: reached(m),
    above: m.sliding.padding[0],
    before: m.sliding.padding[1],
    stride: m.sliding.stride[1] * spacing,
    phases: phases * spacing,
    quads: across + chunks,
  };
}

/** The gradient of the output, with `before` columns of 0 before the first of each phase, which has `quads` vec4. */
export const laidUpstream = (m: Measure, before: number, quads: number): Laid => ({
  planes: m.batches * m.groups * m.outputs,
  height: m.windows[0],
  width: m.windows[1],
  tall: m.windows[0],
  above: 0,
  before: before * spacingOf(m),
  stride: spacingOf(m),
  phases: spacingOf(m),
  quads,
});

export const laidCells = ({ planes, tall, phases, quads }: Laid): number => planes * tall * phases * quads * 4;

/** Nothing to run. */
export const idle: Grid = [0, 1, 1];

const padThreads = ({ planes, tall, phases, quads }: Laid): number => planes * tall * phases * Math.ceil(quads / 8);

/** Lays `source` anew into the scratch buffer `into`; idle where `laidOf` has no need of it. */
export const padding = (
  source: Binding,
  into: string,
  laidOf: (measure: Measure) => Laid | undefined,
): Kernel<Conv2dAttributes> => ({
  shader: { file: "conv2d_lay.wgsl", code },
  entry: "pad",
  binds: [source, { scratch: into }],
  block(site) {
    const laid = laidOf(measure(site));
    if (!laid) return [];
    const { height, width: across, tall, above, before, stride, phases, quads } = laid;
    return [height, across, tall, above, before, stride, phases, quads, 0, 0, 0, 0, 0, 0, padThreads(laid)];
  },
  workgroups(site) {
    const laid = laidOf(measure(site));
    return laid ? linearGrid(padThreads(laid), width) : idle;
  },
  scratch(site) {
    const laid = laidOf(measure(site));
    return { [into]: laid ? laidCells(laid) : 4 };
  },
});

/** Terms, results and tiles of the sum that an entry of the shader lays weights for. */
function rolesOf({ channels, outputs }: Measure, entry: "spread" | "turn") {
  const [terms, results] = entry === "spread" ? [channels, outputs] : [outputs, channels];
  return { terms, results, tiles: Math.ceil(results / 8) };
}

const weightThreads = (m: Measure, entry: "spread" | "turn"): number => {
  const { phases, chunks } = phasesOf(m);
  const { terms, tiles } = rolesOf(m, entry);
  return m.groups * tiles * m.sliding.kernel_size[0] * phases * chunks * terms;
};

/** Cells of the scratch buffer of weights. */
export const weightCells = (m: Measure, entry: "spread" | "turn"): number => weightThreads(m, entry) * 32;

/**
 * Lays the weights for the forward pass (`spread`) or for the gradient of the input (`turn`) into the scratch
 * `weights`.
 */
export const weighing = (entry: "spread" | "turn"): Kernel<Conv2dAttributes> => ({
  shader: { file: "conv2d_lay.wgsl", code },
  entry,
  binds: [{ input: "weight" }, { scratch: "weights" }],
  block(site) {
    const m = measure(site);
    const { phases, chunks } = phasesOf(m);
    const { terms, results, tiles } = rolesOf(m, entry);
    const [rows, columns] = m.sliding.kernel_size;
    const kernel = [m.sliding.stride[1], phases, 0, rows, columns, chunks];
    return [0, 0, 0, 0, 0, ...kernel, terms, results, tiles, weightThreads(m, entry)];
  },
  workgroups: (site: Conv2dSite) => linearGrid(weightThreads(measure(site), entry), width),
  scratch: (site: Conv2dSite) => ({ weights: weightCells(measure(site), entry) }),
});
