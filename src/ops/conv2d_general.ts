/** The dispatches of `conv2d.wgsl`: any convolution, and the gradients of its input, its weight and its bias. */
import { linearGrid, type Binding, type Kernel } from "../core/kernel";
import code from "../../shaders/conv2d.wgsl?raw";
import { scratchOf, splitDepth, totalInto, width, type Split } from "./reduction";
import { measure, type Conv2dAttributes, type Conv2dSite, type Measure } from "./conv2d_site";
import { slidingBlock } from "./sliding";
import { summing } from "./summing";
import { walk } from "./walk";

/** How a kernel shares its work: threads side by side, tiles of channels, and the parts of a long sum. */
interface Share extends Split {
  readonly across: number;
  readonly tiles: number;
  readonly threads: number;
}

/** Cells that a thread owns: this many channels by this many columns. */
const [deep, wide] = [8, 4];

function forwardShare({ batches, groups, outputs, windows: [rows, columns] }: Measure): Share {
  const across = Math.ceil(columns / wide);
  const tiles = Math.ceil(outputs / deep);
  return { across, tiles, threads: across * rows * tiles * groups * batches, parts: 1, chunk: 0 };
}

/** Columns that are one stride apart read the same columns of the kernel: a thread owns four of such a phase. */
function inputShare({ batches, groups, channels, image, sliding }: Measure): Share {
  const [rows, columns] = image.slice(-2);
  const across = Math.ceil(Math.ceil(columns / sliding.stride[1]) / wide);
  const tiles = Math.ceil(channels / deep);
  const phases = Math.min(columns, sliding.stride[1]);
  return { across, tiles, threads: across * phases * rows * tiles * groups * batches, parts: 1, chunk: 0 };
}

/** A thread owns the weights of eight channels out by four of the taps, which run over the channels in. */
function weightShare({ batches, groups, channels, outputs, weight, windows: [rows, columns] }: Measure): Share {
  const across = Math.ceil((channels * weight[2] * weight[3]) / wide);
  const tiles = Math.ceil(outputs / deep);
  const threads = across * tiles * groups;
  const split = splitDepth(threads, batches * rows * columns);
  return { across, tiles, threads: threads * split.parts, ...split };
}

const kernel = (
  entry: "forward" | "input" | "weight",
  binds: readonly Binding[],
  shareOf: (measure: Measure) => Share,
): Kernel<Conv2dAttributes> => ({
  shader: { file: "conv2d.wgsl", code },
  entry,
  binds,
  block(site) {
    const m = measure(site);
    const { across, tiles, threads, parts, chunk } = shareOf(m);
    const channels = [m.batches, m.groups, m.channels, m.outputs];
    return [...slidingBlock(m.image, m.sliding), ...channels, across, tiles, threads, parts, chunk, m.biased ? 1 : 0];
  },
  workgroups: (site) => linearGrid(shareOf(measure(site)).threads, width),
});

/** The cells of the weight, and the parts in which each is summed. */
const weightCells = (site: Conv2dSite): { cells: number; parts: number } => {
  const m = measure(site);
  return { cells: m.groups * m.outputs * m.channels * m.weight[2] * m.weight[3], parts: weightShare(m).parts };
};

const upstream = { upstream: "output" };
const weightKernel: Kernel<Conv2dAttributes> = {
  ...kernel("weight", [{ input: "input" }, upstream, { gradient: "weight" }, { scratch: "parts" }], weightShare),
  scratch: (site) => {
    const { cells, parts } = weightCells(site);
    return scratchOf(cells, parts);
  },
};

/** The gradient of the bias sums over batch, rows and columns. */
const biasKernels = summing<Conv2dAttributes>("sum", [upstream], { gradient: "bias" }, ({ outputs }) => {
  const shape = outputs["output"];
  const [channels, rows, columns] = shape.slice(-3);
  const plane = rows * columns;
  const batches = shape.length === 4 ? shape[0] : 1;
  return { kept: walk([channels], [plane]), summed: walk([batches, plane], [channels * plane, 1]) };
});

/** Forward, and the gradient of each input. */
export const generalKernels = {
  forward: [
    kernel("forward", [{ input: "input" }, { input: "weight" }, { output: "output" }, { input: "bias" }], forwardShare),
  ],
  input: [kernel("input", [upstream, { input: "weight" }, { gradient: "input" }], inputShare)],
  weight: [weightKernel, totalInto({ gradient: "weight" }, weightCells)],
  bias: biasKernels,
};
