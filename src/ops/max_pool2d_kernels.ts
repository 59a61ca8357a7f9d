/** The kernels of max pooling, and which of them suits which windows. */
import type { Binding, Kernel, Site } from "../core/kernel";
import type { Routine } from "../core/recipe";
import code from "../../shaders/max_pool2d.wgsl?raw";
import { axesOf, planesOf, windowsOf, type Sliding } from "./sliding";
import { stripwise, type Strips } from "./strips";
import { reach } from "./window";

type Attributes = Sliding & Readonly<Record<string, unknown>>;

/** Planes, lines of cells and cells of a line; rows of windows and windows of a row. */
interface Extents {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
}

function extentsOf({ inputs, attributes }: Site<Attributes>): Extents {
  const [planes, height, width] = planesOf(inputs["input"]);
  const [rows, columns] = windowsOf(inputs["input"], attributes);
  return { planes, height, width, rows, columns };
}

/** Lines per thread. */
const run = 8;

// ── which windows are alike ─────────────────────────────────────────────────

/** The size and the padding of windows of 2 × 2 or 3 × 3 that step by 2 with padding 0 or 1; undefined for others. */
function twosOf({ attributes }: Site<Attributes>): { kernel: number; padding: number } | undefined {
  const { kernel_size, stride, padding, dilation } = attributes;
  const alike = [kernel_size, stride, padding, dilation].every(([rows, columns]) => rows === columns);
  const fit = stride[0] === 2 && padding[0] <= 1 && dilation[0] === 1 && (kernel_size[0] === 2 || kernel_size[0] === 3);
  return alike && fit ? { kernel: kernel_size[0], padding: padding[0] } : undefined;
}
const areTwos = (site: Site<Attributes>): boolean => twosOf(site) !== undefined;

/** Windows of which no two share a cell. */
const areApart = ({ inputs, attributes }: Site<Attributes>): boolean =>
  axesOf(inputs["input"], attributes).every((axis) => reach(axis) <= axis.stride);

type Wanted = (site: Site<Attributes>) => boolean;
type Deal = (extents: Extents, attributes: Attributes) => Strips;

/** A kernel that runs where it is wanted. */
const kernel = (
  entry: string,
  binds: readonly Binding[],
  wanted: Wanted,
  deal: Deal,
  constants: Readonly<Record<string, number>> = {},
): Kernel<Attributes> =>
  stripwise<Attributes>({
    shader: { file: "max_pool2d.wgsl", code },
    entry,
    constants,
    binds,
    sliding: (attributes) => attributes,
    strips: (site) => (wanted(site) ? deal(extentsOf(site), site.attributes) : undefined),
  });

/** Each of some flags set and not set, in every combination. */
const combinations = (names: readonly string[]): readonly Readonly<Record<string, number>>[] =>
  names.reduce<readonly Readonly<Record<string, number>>[]>(
    (before, name) => before.flatMap((flags) => [0, 1].map((value) => ({ ...flags, [name]: value }))),
    [{}],
  );

/** What is baked into the kernels for windows by twos: which lines are whole quads, and how the windows are. */
const flags = combinations(["wholeLines", "wholeRows", "three", "padded"]);

function isBakedIn(site: Site<Attributes>, baked: Readonly<Record<string, number>>): boolean {
  const twos = twosOf(site);
  const { width, columns } = extentsOf(site);
  const is: Readonly<Record<string, boolean>> = {
    wholeLines: width % 4 === 0,
    wholeRows: columns % 4 === 0,
    three: twos?.kernel === 3,
    padded: twos?.padding === 1,
  };
  return twos !== undefined && Object.entries(baked).every(([name, value]) => Number(is[name]) === value);
}

/** Those for windows by twos; they write quads where what they write has whole lines. */
const byTwos = (
  entry: "forwardTwos" | "backwardTwos",
  binds: readonly Binding[],
  deal: Deal,
): readonly Kernel<Attributes>[] =>
  flags.map((baked) => {
    const quads = baked[entry === "forwardTwos" ? "wholeRows" : "wholeLines"] === 1;
    return kernel(quads ? `${entry}Quads` : entry, binds, (site) => isBakedIn(site, baked), deal, baked);
  });

// ── the dispatches ──────────────────────────────────────────────────────────

const quads = (cells: number): number => Math.ceil(cells / 4);

/** Four windows of each of a few rows. */
const fourWindows = ({ planes, rows, columns }: Extents): Strips => ({
  planes,
  strips: quads(columns),
  lines: rows,
  run,
});

/** Four cells of each of a few lines. */
const fourCells = ({ planes, height, width }: Extents): Strips => ({
  planes,
  strips: quads(width),
  lines: height,
  run,
});

/** Four cells of the lines of a few rows of windows. */
const fourOfRows = ({ planes, height, width }: Extents, { stride, padding }: Attributes): Strips => ({
  planes,
  strips: quads(width),
  lines: Math.ceil((height + padding[0]) / stride[0]),
  run: Math.ceil(run / stride[0]),
});

/** Eight cells of a few pairs of lines. */
const eightOfPairs = ({ planes, height, width }: Extents, { padding }: Attributes): Strips => ({
  planes,
  strips: Math.ceil(width / 8),
  lines: Math.ceil((height + padding[0]) / 2),
  run,
});

const ahead: readonly Binding[] = [{ input: "input" }, { output: "output" }, { output: "indices" }];
const back: readonly Binding[] = [{ upstream: "output" }, { gradient: "input" }, { output: "indices" }];

/** 1 where windows step by 1 along a line and their cells lie side by side, else 0. */
const glide = ({ attributes: { stride, dilation } }: Site<Attributes>): number =>
  Number(stride[1] === 1 && dilation[1] === 1);

const isOverlapping: Wanted = (site) => !areApart(site) && !areTwos(site);

/** Forward: one of these runs. */
export const forward: Routine<Attributes> = [
  ...byTwos("forwardTwos", ahead, fourWindows),
  ...[0, 1].map((glides) =>
    kernel("forward", ahead, (site) => !areTwos(site) && glide(site) === glides, fourWindows, { glides }),
  ),
];

/** The gradient of the input: one of these runs. */
export const backward: Routine<Attributes> = [
  ...byTwos("backwardTwos", back, eightOfPairs),
  kernel("backwardApart", back, (site) => areApart(site) && !areTwos(site), fourOfRows),
  kernel("backward", back, isOverlapping, fourCells),
];
