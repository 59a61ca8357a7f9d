/** What is told and asked of a ResNet's first layer. */
import { shapeText, size } from "../../core/shape";
import { windows } from "../../ops/window";
import type { Claim } from "../../story/claim";
import type { Passage } from "../../story/station";
import { explored, marginText, settings, shapeTex } from "./passages";
import { most, stemWindow, type Setting } from "./setting";
import type { Stem } from "./stem-model";

const source = "Midterm review recitation, question 3 b";

/** What can be worked out from shapes alone. */
export function claims({ setting, rows, I, F, O, b }: Stem): readonly Claim[] {
  const shows = { cells: [] };
  const taps = size(F.shape) / F.shape[0];
  return [
    {
      id: "stem",
      prompt: `${rows.extent} becomes`,
      answer: () => windows(rows),
      given: `${howText(setting)} Rows and columns are treated alike.`,
      ...(isResNets(setting) && { slide: 112 }),
      source,
      shows,
    },
    {
      id: "stem-shape",
      prompt: "Shape of the output",
      answer: () => shapeText(O.shape),
      asks: { kind: "shape" },
      given: `${howText(setting)} Channels first.`,
      source,
      shows,
    },
    {
      id: "parameters",
      prompt: "Parameters, the bias included",
      answer: () => size(F.shape) + size(b.shape),
      source,
      shows,
    },
    {
      id: "multiply-adds",
      prompt: "Multiply-adds of the forward pass",
      answer: () => size(O.shape) * taps,
      given: "Products with the padding's zeros count too.",
      source,
      shows,
    },
    {
      id: "numbers",
      prompt: "Numbers that come out for each that goes in",
      answer: () => Number((size(O.shape) / size(I.shape)).toFixed(2)),
      given: "Rounded to two decimals.",
      source,
      shows,
    },
  ];
}

const howText = ({ kernel_size, stride, padding, dilation, in_channels, out_channels }: Setting): string =>
  `Kernel ${kernel_size}, stride ${stride}, padding ${padding}, dilation ${dilation}, from ${in_channels} to ${out_channels} channels.`;

/** Whether the sliders say what the ResNet does. */
const isResNets = (setting: Setting): boolean =>
  (Object.keys(stemWindow) as (keyof typeof stemWindow)[]).every((name) => setting[name] === stemWindow[name]);

function beginning({ setting, I, F }: Stem): string {
  const meets = `a picture of ${shapeText(I.shape)} meets ${F.shape[0]} filters of ${shapeText(F.shape.slice(1))}`;
  const { kernel_size: kernel, stride, padding } = stemWindow;
  if (isResNets(setting)) return `A ResNet begins with one wide convolution: ${meets}.`;
  return `A ResNet begins with one wide convolution of kernel ${kernel}, stride ${stride} and padding ${padding}. The sliders ask for another one: ${meets}, with stride ${setting.stride}, padding ${setting.padding} and dilation ${setting.dilation}.`;
}

/** The padding that keeps the output is less by the dilation where the kernel shrinks by two, and more where it grows. */
function tryThis({ setting, O }: Stem): string {
  const { kernel_size: kernel, stride, padding, dilation } = setting;
  const which = `Which padding keeps ${O.shape[1]} if the kernel`;
  if (kernel > 2 && padding >= dilation) return `${which} shrinks by two?`;
  if (kernel + 2 <= most.kernel && padding + dilation <= most.padding) return `${which} grows by two?`;
  return `Set the stride to ${stride === 1 ? 2 : 1}. How many rows come out?`;
}

/** The lesson's text. */
export function passages(s: Stem, asked: readonly Claim[]): readonly Passage[] {
  const { rows, columns } = s;
  return [
    {
      kind: "text",
      text: `${beginning(s)} There are too many cells to read, so only the shapes are drawn; the numbers are computed all the same.`,
    },
    settings,
    { kind: "formula", tex: shapeTex(rows, columns) },
    { kind: "text", text: marginText(rows, columns) },
    { kind: "claims", ids: asked.map(({ id }) => id) },
    explored,
    { kind: "try", text: tryThis(s) },
  ];
}
