/** What the recitation asserts about Q3 a and b, asked of the current knobs. */
import type { Tensor } from "../../core/graph";
import { shapeText, size } from "../../core/shape";
import { conv2d } from "../../ops/conv2d";
import { unread } from "../../ops/window";
import type { Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import { namedLines } from "../../story/sliding";
import type { Model } from "./model";
import {
  attributesOf,
  mostNumbers,
  recitation,
  recitedNumbers,
  sameSetting,
  stemSizes,
  stemWindow,
  type Setting,
} from "./setting";

const source = "Midterm review recitation, question 3 a and b";

/** What the slides say of each setting: the output, and the gradients for an upstream of ones. */
const slides = {
  first: {
    output: [2, -2, 1, 3, 2, 2, 0, 3, 0],
    dI: [1, 0, 0, -1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1],
    dF: [10, 9, 10, 10],
  },
  second: {
    output: [1, 2, 0, -1, 2, 0, 0, -1, 1],
    dI: [1, 0, 1, 0, -1, 1, -1, 1, 1, 0, 1, 0, -1, 1, -1, 1],
    dF: [3, 4, 5, 5],
  },
} as const;

/** The slide of the setting that is on; undefined where it is none of the recitation's. */
function slideOf({ setting }: Model): (typeof slides)[keyof typeof slides] | undefined {
  if (sameSetting(setting, recitation.first)) return slides.first;
  return sameSetting(setting, recitation.second) ? slides.second : undefined;
}

const whole = (tensor: Tensor): readonly CellRef[] =>
  Array.from({ length: size(tensor.shape) }, (_, at) => ({ tensor, at }));

const values = (tensor: Tensor, results: Results): number[] => whole(tensor).map(({ at }) => results.value(tensor, at));

/** Tensors whose numbers a claim depends on. */
type Recited = Partial<Pick<Model, "I" | "F" | "b" | "dO">>;

/** Whether they hold what the slide works with: its input and filter, no bias, and an upstream of ones. */
function areRecited({ I, F, b, dO }: Model, of: Recited, results: Results): boolean {
  const holds = (tensor: Tensor, numbers: (at: number) => number | undefined): boolean =>
    !Object.values(of).includes(tensor) || values(tensor, results).every((value, at) => value === numbers(at));
  const given = { I: recitedNumbers.I.flat(), F: recitedNumbers.F.flat() };
  return holds(I, (at) => given.I[at]) && holds(F, (at) => given.F[at]) && holds(b, () => 0) && holds(dO, () => 1);
}

/** What has to be known to work a tensor out. */
function givenOf({ O, setting }: Model, tensor: Tensor): string {
  const how = `${capital(windowText(setting))}.`;
  if (tensor === O)
    return `${how} The filter is laid on as it is, without turning it over, and the bias is added. Write the numbers row by row${size(O.shape.slice(0, -2)) > 1 ? ", sheet after sheet" : ""}.`;
  return `${how} $dO$ is the gradient that arrives at $O$.`;
}

/** The knobs that say how the window moves; sizes and numbers are seen at the tensors that are given. */
const moving = ["stride", "padding", "dilation", "groups"];

export const claims = (m: Model): readonly Claim[] => all(m).map((claim) => ({ needs: moving, ...claim }));

function all(m: Model): readonly Claim[] {
  const { I, F, b, O, dI, dF, db, dO, forward, gradientI, gradientF, gradientB, setting } = m;
  const slide = slideOf(m);
  const numbers = (
    id: string,
    prompt: string,
    tensor: Tensor,
    step: Claim["shows"]["step"],
    { told, of = {} }: { readonly told?: readonly number[]; readonly of?: Recited } = {},
  ): Claim[] =>
    size(tensor.shape) > mostNumbers
      ? []
      : [
          {
            id,
            prompt,
            answer: (results) => values(tensor, results),
            given: givenOf(m, tensor),
            // A grid to fill in would tell the size that is asked before.
            ...(tensor === O && { asks: { kind: "list" } }),
            ...(told && { slide: told, slideHolds: (results) => areRecited(m, of, results) }),
            source,
            shows: { ...(step && { step }), cells: whole(tensor) },
          },
        ];
  return [
    {
      id: "shape",
      prompt: "Size of the output",
      answer: () => shapeText(O.shape.slice(-2)),
      asks: { kind: "shape" },
      given: `An input of ${shapeText(I.shape.slice(-2))}, a filter of ${shapeText(F.shape.slice(2))}; ${windowText(setting)}. Rows first, ${setting.batch > 1 ? "samples and channels" : "channels"} left out.`,
      ...(slide && { slide: "3 × 3" }),
      source,
      shows: { step: forward, cells: whole(O) },
    },
    ...numbers("output", "The output $O$", O, forward, { ...(slide && { told: slide.output }), of: { I, F, b } }),
    ...sizes(m),
    ...numbers("dI", "Gradient of the input $dI$", dI, gradientI, { ...(slide && { told: slide.dI }), of: { F, dO } }),
    ...numbers("dF", "Gradient of the filter $dF$", dF, gradientF, { ...(slide && { told: slide.dF }), of: { I, dO } }),
    ...numbers("db", "Gradient of the bias $db$", db, gradientB),
    ...differences(m),
    ...counts(m),
    {
      id: "stem",
      prompt: "ResNet's first layer, kernel 7, stride 2, padding 3: 224 becomes",
      answer: () => stemExtent({ ...setting, ...stemSizes, ...stemWindow }),
      needs: [],
      slide: 112,
      source,
      shows: { cells: [] },
    },
  ];
}

/** The output's height where the convolution's own rule for shapes says so. */
function stemExtent(setting: Setting): number {
  const { in_channels, out_channels, height, width, kernel_size: kernel } = setting;
  const shapes = { input: [in_channels, height, width], weight: [out_channels, in_channels, kernel, kernel] };
  return conv2d.shape(shapes, conv2d.attributes(attributesOf(setting)))["output"][1];
}

/** Question 3 b: the same input with padding and a stride; and what no window reads. */
function sizes(m: Model): readonly Claim[] {
  const { setting, rows, columns, forward, I } = m;
  const [noRows, noColumns] = [rows, columns].map((axis) => new Set(unread(axis)));
  const unreadCells = whole(I).filter(
    ({ at }) => noRows.has(Math.floor(at / setting.width) % setting.height) || noColumns.has(at % setting.width),
  );
  const second: Setting = { ...recitation.first, stride: 2, padding: 1 };
  return [
    {
      id: "shape-b",
      prompt: "Size of the output for padding 1 and stride 2, on the 4 × 4 input",
      answer: () => {
        const shapes = { input: [1, 4, 4], weight: [1, 1, 2, 2] };
        return shapeText(conv2d.shape(shapes, conv2d.attributes(attributesOf(second)))["output"].slice(1));
      },
      asks: { kind: "shape" },
      given: "The filter is 2 × 2.",
      needs: [],
      slide: "3 × 3",
      source,
      shows: { step: forward, cells: whole(m.O), knobs: { ...recitation.second, size: "sliders" } },
    },
    {
      id: "unread",
      prompt: "Rows and columns that no window reads",
      answer: () => unreadAnswer(m),
      asks: { kind: "choice", options: unreadOptions(m) },
      given: `Counted from 0. ${capital(windowText(setting))}; the filter is ${shapeText(m.F.shape.slice(2))}, the input ${shapeText(I.shape.slice(-2))}.`,
      source,
      shows: { step: m.forward, cells: unreadCells.slice(0, mostNumbers) },
    },
  ];
}

const unreadAnswer = ({ rows, columns }: Model): string =>
  unreadText(unread(rows), unread(columns), rows.extent, columns.extent);

function unreadText(noRows: readonly number[], noColumns: readonly number[], high: number, wide: number): string {
  const words = [
    ...(noRows.length > 0 ? [namedLines("row", noRows, high)] : []),
    ...(noColumns.length > 0 ? [namedLines("column", noColumns, wide)] : []),
  ];
  return words.length > 0 ? words.join("; ") : "none";
}

/** What is left over in one direction, in both, or in none; where nothing is, the last line stands for it. */
function unreadOptions({ rows, columns }: Model): readonly string[] {
  const [high, wide] = [rows.extent, columns.extent];
  const someRows = unread(rows).length > 0 ? unread(rows) : [high - 1];
  const someColumns = unread(columns).length > 0 ? unread(columns) : [wide - 1];
  const none: readonly number[] = [];
  return [none, someRows].flatMap((r) => [none, someColumns].map((c) => unreadText(r, c, high, wide)));
}

/** "padding 1, stride 2", and the dilation where there is one. */
const windowText = ({ padding, stride, dilation }: Setting): string =>
  `padding ${padding}, stride ${stride}${dilation > 1 ? `, dilation ${dilation}` : ""}`;

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** Each gradient against the convolution that it is. */
function differences(m: Model): readonly Claim[] {
  const { F, convolved } = m;
  const [, , high, wide] = convolved.dF.shape;
  const [outputs, channels, kernel] = F.shape;
  // The convolution has its channels first and may go on over the margin that no window reads.
  const inConvolution = (at: number): number => {
    const [column, row] = [at % kernel, Math.floor(at / kernel) % kernel];
    const [channel, o] = [Math.floor(at / (kernel * kernel)) % channels, Math.floor(at / (kernel * kernel * channels))];
    return ((channel * outputs + o) * high + row) * wide + column;
  };
  const difference = (
    id: string,
    prompt: string,
    gradient: Tensor,
    other: Tensor,
    step: Claim["shows"]["step"],
    {
      where = (at) => at,
      read = [],
    }: { readonly where?: (at: number) => number; readonly read?: readonly CellRef[] } = {},
  ): Claim => ({
    id,
    prompt,
    answer: (results) =>
      whole(gradient).reduce(
        (most, { at }) => Math.max(most, Math.abs(results.value(gradient, at) - results.value(other, where(at)))),
        0,
      ),
    asks: "never",
    source,
    shows: { ...(step && { step }), cells: [...whole(gradient), ...read], knobs: { gradients: "convolution" } },
  });
  return [
    difference(
      "same-dI",
      "Largest difference between $dI$ and the turned filter over $dO$",
      m.dI,
      convolved.dI,
      m.gradientI,
    ),
    difference("same-dF", "Largest difference between $dF$ and $dO$ over $I$", m.dF, convolved.dF, m.gradientF, {
      where: inConvolution,
    }),
    difference("same-db", "Largest difference between $db$ and the sum of $dO$", m.db, convolved.db, m.gradientB, {
      read: whole(m.dO),
    }),
  ];
}

function counts({ F, O, b, dF, forward, gradientF, setting }: Model): readonly Claim[] {
  const taps = size(F.shape) / F.shape[0];
  return [
    {
      id: "multiply-adds",
      prompt: "Multiply-adds of the forward pass",
      answer: () => size(O.shape) * taps,
      given: "Products with the padding's zeros count too.",
      source,
      shows: { step: forward, cells: whole(O) },
    },
    {
      id: "gathered",
      prompt: "Products that add up in each number of $dF$",
      answer: () => size(O.shape) / setting.out_channels,
      given: "Those with the padding's zeros count too.",
      source,
      shows: { step: gradientF, cells: whole(dF) },
    },
    {
      id: "parameters",
      prompt: "Parameters, the bias included",
      answer: () => size(F.shape) + size(b.shape),
      source,
      shows: { step: forward, cells: [...whole(F), ...whole(b)] },
    },
  ];
}
