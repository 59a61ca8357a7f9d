/** Blocks of registers for the gradient of a convolution's weight: `conv2d_weight.wgsl`. */
import { linearGrid, type Binding, type Kernel } from "../core/kernel";
import code from "../../shaders/conv2d_weight.wgsl?raw";
import { idle, laidCells, laidImage, laidUpstream, padding, phasesOf, spacingOf, tapsOf } from "./conv2d_lay";
import { measure, mostCells, type Conv2dAttributes, type Conv2dSite, type Measure } from "./conv2d_site";
import { scratchOf, totalInto, width, type Split } from "./reduction";

/** Taps of a group, and the groups of a thread: as many as hold eight or nine taps. */
const groupings = [
  [1, 8],
  [2, 4],
  [3, 3],
  [4, 2],
] as const;

/** Taps of a group: the most that stand side by side in a phase of the kernel, up to four. */
const groupedTaps = (m: Measure): number => Math.min(4, Math.max(...tapsOf(m)));

/** With this many threads a sum is not split further. */
const enough = 2 ** 13;
/** Steps that a thread takes at least before its sum is split. */
const brief = 32;

interface Share extends Split {
  readonly across: number;
  readonly tiles: number;
  readonly threads: number;
}

/** The vec4 in a run of windows: in a row, or in one of its phases where the kernel is dilated. */
const quadsOf = (m: Measure): number => Math.ceil(Math.ceil(m.windows[1] / spacingOf(m)) / 4);

function shareOf(m: Measure): Share {
  const { phases, chunks } = phasesOf(m);
  const [, own] = groupings[groupedTaps(m) - 1];
  const across = Math.ceil((m.channels * m.sliding.kernel_size[0] * phases * chunks) / own);
  const tiles = Math.ceil(m.outputs / 8);
  const threads = across * tiles * m.groups;
  const rows = m.batches * m.windows[0];
  const most = Math.max(
    1,
    Math.min(rows, Math.floor((rows * spacingOf(m) * quadsOf(m)) / brief), Math.floor(enough / threads)),
  );
  const chunk = Math.ceil(rows / most);
  const parts = Math.ceil(rows / chunk);
  return { across, tiles, threads: threads * parts, parts, chunk };
}

const imageOf = (m: Measure) => laidImage(m, quadsOf(m));

/** Rows of the gradient of the output that are whole vec4 are read where they are. */
const inPlace = (m: Measure): boolean => spacingOf(m) === 1 && m.windows[1] % 4 === 0;
const upstreamOf = (m: Measure) => laidUpstream(m, 0, quadsOf(m));

function blockOf(m: Measure): readonly number[] {
  const { kernel_size, stride, dilation } = m.sliding;
  const { phases, chunks } = phasesOf(m);
  const { tall, quads } = imageOf(m);
  const { across, tiles, threads, parts, chunk } = shareOf(m);
  const channels = [m.batches, m.groups, m.channels, m.outputs];
  const spacing = spacingOf(m);
  const planes = [tall, phases * spacing * quads, quads, phases, spacing, chunks, quadsOf(m)];
  const share = [across, tiles, threads, parts, chunk];
  return [...m.windows, ...kernel_size, ...stride, dilation[0], ...channels, ...planes, ...share];
}

const weightCells = (site: Conv2dSite): { cells: number; parts: number } => {
  const m = measure(site);
  const [rows, columns] = m.sliding.kernel_size;
  return { cells: m.groups * m.outputs * m.channels * rows * columns, parts: shareOf(m).parts };
};

const kernels = (upstream: Binding, serves: (measure: Measure) => boolean): readonly Kernel<Conv2dAttributes>[] =>
  groupings.map(([taps]) => ({
    shader: { file: "conv2d_weight.wgsl", code },
    entry: "weight",
    binds: [{ scratch: "planes" }, upstream, { gradient: "weight" }, { scratch: "parts" }],
    constants: { taps },
    block: (site: Conv2dSite) => blockOf(measure(site)),
    workgroups(site: Conv2dSite) {
      const m = measure(site);
      return serves(m) && groupedTaps(m) === taps ? linearGrid(shareOf(m).threads, width) : idle;
    },
    scratch(site: Conv2dSite) {
      const { cells, parts } = weightCells(site);
      return scratchOf(cells, parts);
    },
  }));

/** Whether blocks of registers serve a site: no stride of a dilated kernel, room for scratch. */
export function weightRegistersFit(m: Measure): boolean {
  const [rows, columns] = m.sliding.kernel_size;
  const partCells = m.groups * m.outputs * m.channels * rows * columns * shareOf(m).parts;
  const cells = Math.max(laidCells(imageOf(m)), laidCells(upstreamOf(m)), partCells);
  const { stride, dilation } = m.sliding;
  return (dilation[1] === 1 || stride[1] === 1) && cells <= mostCells;
}

export const weightRegisters: readonly Kernel<Conv2dAttributes>[] = [
  padding({ input: "input" }, "planes", imageOf),
  padding({ upstream: "output" }, "upstream", (m) => (inPlace(m) ? undefined : upstreamOf(m))),
  ...kernels({ upstream: "output" }, inPlace),
  ...kernels({ scratch: "upstream" }, (m) => !inPlace(m)),
  totalInto({ gradient: "weight" }, weightCells),
];
