/** What station 7 tells beside the picture. */
import { format, grouped } from "../../core/numeral";
import { shapeText, size, unravel } from "../../core/shape";
import { isInside, tapped, unread, windows, type Axis } from "../../ops/window";
import type { Knobs, Passage, Preset } from "../../story/station";
import { namedLines } from "../../story/sliding";
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import { recitation, recitedSeed, stemWindow, type Setting } from "./setting";

const at = (setting: Setting): Knobs => ({ size: "sliders", ...setting });

/** A setting of the recitation with its numbers. */
const recited = (setting: Setting): Pick<Preset, "knobs" | "recited"> => ({
  knobs: { ...at(setting), seed: recitedSeed, upstream: "ones" },
  recited: true,
});

/** One click each: the two settings of the recitation, and ResNet's first layer. */
export const settings: Passage = {
  kind: "presets",
  title: "The recitation’s settings",
  presets: [
    { id: "first", label: "Padding 0, stride 1", ...recited(recitation.first) },
    { id: "second", label: "Padding 1, stride 2", ...recited(recitation.second) },
    {
      id: "stem",
      label: "ResNet’s first layer",
      knobs: { size: "stem", ...stemWindow, groups: 1 },
    },
  ],
};

/** Further settings, with what happens then. */
export const explored: Passage = {
  kind: "presets",
  title: "To explore",
  presets: [
    {
      id: "margin",
      label: "A stride that does not divide",
      outcome: "The last row and the last column are never read, and their gradient is 0.",
      knobs: at({ ...recitation.first, height: 6, width: 6, kernel_size: 3, stride: 2 }),
    },
    {
      id: "batch",
      label: "A batch of three",
      outcome: "Each sample has its own output. They share the filter, so what they send back to it is summed.",
      knobs: at({ ...recitation.first, batch: 3 }),
    },
    {
      id: "depthwise",
      label: "One filter per channel",
      outcome: "Two groups: each output channel reads one input channel only, with half the weights.",
      knobs: at({ ...recitation.first, in_channels: 2, out_channels: 2, groups: 2 }),
    },
  ],
};

/** ⌊(4 + 2·0 − 1·(2 − 1) − 1) / 1⌋ + 1 = ⌊2⌋ + 1 = 3, in two lines. */
function extentTex(axis: Axis): readonly string[] {
  const { extent, padding, dilation, kernel, stride } = axis;
  const above = extent + 2 * padding - dilation * (kernel - 1) - 1;
  const share = above / stride;
  const quotient = Number.isInteger(share) ? `${share}` : `${Number(share.toFixed(2))}`;
  return [
    `&= \\left\\lfloor \\frac{${extent} + 2 \\cdot ${padding} - ${dilation} \\cdot (${kernel} - 1) - 1}{${stride}} \\right\\rfloor + 1`,
    `&= \\lfloor ${quotient} \\rfloor + 1 = ${Math.floor(share)} + 1 = ${windows(axis)}`,
  ];
}

const ruleTex = (extent: string): string =>
  `&= \\left\\lfloor \\frac{${extent} + 2P - D(K - 1) - 1}{S} \\right\\rfloor + 1`;

/** The rule, then the rule with its numbers; once where both axes are alike. */
export function shapeTex(rows: Axis, columns: Axis): string {
  const lines =
    rows.extent === columns.extent
      ? ["&H_O = W_O", ruleTex("H"), ...extentTex(rows)]
      : ["&H_O", ruleTex("H"), ...extentTex(rows), "&W_O", ruleTex("W"), ...extentTex(columns)];
  return `\\begin{aligned} ${lines.join(" \\\\[4pt] ")} \\end{aligned}`;
}

/** What the floor cuts off, in words. */
export function marginText(rows: Axis, columns: Axis): string {
  const [noRows, noColumns] = [unread(rows), unread(columns)];
  const words = [
    ...(noRows.length > 0 ? [namedLines("row", noRows, rows.extent)] : []),
    ...(noColumns.length > 0 ? [namedLines("column", noColumns, columns.extent)] : []),
  ];
  if (words.length === 0) return "Here every row and every column of the input is read by some window.";
  return `No window reads ${words.join(" and ")}. What no window reads cannot matter, so its gradient is 0.`;
}

export function passages(m: Model, claims: readonly Claim[]): readonly Passage[] {
  const { I, F, setting, rows, columns } = m;
  const ids = (...wanted: readonly string[]): Passage => ({
    kind: "claims",
    ids: wanted.filter((id) => claims.some((claim) => claim.id === id)),
  });
  const groups =
    setting.groups > 1
      ? ` In ${setting.groups} groups, each output channel reads ${counted(F.shape[1], "input channel")} only.`
      : "";
  const samples = setting.batch > 1 ? ` All ${setting.batch} samples meet the same filter.` : "";
  return [
    {
      kind: "text",
      text: `A window slides over $I$ (${shapeText(I.shape)}). At every stop its cells are multiplied by the filter $F$ (${shapeText(F.shape)}), the products are added, then the bias: that sum is one cell of $O$. The filter is not turned: this is cross-correlation, which deep learning calls convolution.${groups}${samples}`,
    },
    settings,
    { kind: "text", text: "How often the window stops, along each axis:" },
    { kind: "formula", tex: shapeTex(rows, columns) },
    { kind: "text", text: marginText(rows, columns) },
    ids("shape", "output", "shape-b", "unread"),
    {
      kind: "text",
      text: "Backward, every cell of $dO$ returns to the window that made it: times the filter it goes into $dI$, times what the window read into $dF$. Overlaps add up.",
    },
    ids("dI", "dF", "db", "gathered"),
    ...batchPassages(m),
    {
      kind: "text",
      text: "Each gradient is a convolution too. For $dI$ the filter is turned by 180° and slides over $dO$, between whose cells the stride has put zeros. For $dF$ it is $dO$ itself that slides over $I$, with stride and dilation exchanged; of a batch, samples take the part of channels and are summed.",
    },
    ids("same-dI", "same-dF", "same-db"),
    ids("multiply-adds", "parameters", "stem"),
    explored,
    { kind: "try", text: tryThis(m) },
  ];
}

/** More weights than this are no row of a table. */
const mostWeights = 16;

/** What a batch changes: the filter's gradient, sample by sample, where it was recorded. */
function batchPassages({ setting, O, F, scattered }: Model): readonly Passage[] {
  const { batch } = setting;
  const { dF } = scattered;
  if (batch === 1 || !dF || size(F.shape) > mostWeights) return [];
  const [high, wide] = O.shape.slice(-2);
  const weights = size(F.shape);
  /** Once the windows of so many samples have sent back. */
  const after = (samples: number, results: Results): readonly string[] =>
    Array.from({ length: weights }, (_, w) => format(results.value(dF, (samples * high * wide - 1) * weights + w)));
  return [
    {
      kind: "comparison",
      title: "The batch in dF",
      text: "Each sample has an output and a $dI$ of its own. The filter is shared, so its gradient is the sum over all samples:",
      columns: ["samples so far", "$dF$"],
      rows: (results) =>
        Array.from({ length: batch }, (_, sample) => [
          String(sample + 1),
          results.ready ? after(sample + 1, results).join(" ") : "…",
        ]),
    },
  ];
}

const counted = (n: number, word: string): string => `${grouped(n)} ${word}${n === 1 ? "" : "s"}`;

function tryThis({ setting, rows }: Model): string {
  if (unread(rows).length > 0) return "Put a large number into a cell that no window reads. Which outputs change?";
  return setting.stride === 1
    ? "Set the stride to 3. Which rows and columns does no window read, and what happens to their gradient?"
    : "Change the stride by one and watch where the zeros go between the cells of $dO$, as convolutions.";
}

/** How many windows read a cell along an axis. */
export const readers = (axis: Axis, cell: number): number =>
  Array.from({ length: Math.max(0, windows(axis)) * axis.kernel }, (_, i) => i).filter((i) => {
    const [window, tap] = unravel([windows(axis), axis.kernel], i);
    return window * axis.stride - axis.padding + tap * axis.dilation === cell;
  }).length;

/** At how many windows along an axis a tap reads a cell of the input. */
export const meetings = (axis: Axis, tap: number): number =>
  Array.from({ length: Math.max(0, windows(axis)) }, (_, window) => tapped(axis, window, tap)).filter((cell) =>
    isInside(axis, cell),
  ).length;
