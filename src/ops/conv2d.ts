/** Convolution of images, as deep learning has it: the kernel is not flipped. */
import { integer, only } from "../core/attributes";
import { constant, over } from "../core/formula";
import { defineOp, type Operand } from "../core/op";
import { product } from "../core/rule";
import { checkShape, shapeText, ShapeError, type Shape } from "../core/shape";
import { convolutionContraction } from "./contractions";
import { conv2dKernels } from "./conv2d_kernels";
import { slidingOf, type Conv2dAttributes } from "./conv2d_site";
import { axesOf, checkImage, checkSliding, pair, windowsOf, type Sliding } from "./sliding";
import { isInside, tapped } from "./window";

const where = "conv2d";

function shapeOf(input: Shape, weight: Shape, bias: Shape | undefined, attributes: Conv2dAttributes): Shape {
  checkImage(where, input);
  checkShape(`${where}: weight`, weight);
  if (weight.length !== 4) {
    throw new ShapeError(
      `${where}: weight is ${shapeText(weight)}; 4 dimensions (channels out, channels in per group, rows, columns) would fit`,
    );
  }
  checkChannels(input, weight, attributes.groups);
  if (bias) checkBias(bias, weight[0]);
  const sliding = slidingOf(weight, attributes);
  checkSliding(where, input, sliding);
  return [...input.slice(0, -3), weight[0], ...windowsOf(input, sliding)];
}

const counted = (channels: number): string => (channels === 1 ? "1 channel" : `${channels} channels`);

/** Refuses groups that do not divide the channels, and a weight that reads another number of them. */
function checkChannels(input: Shape, weight: Shape, groups: number): void {
  const channels = input[input.length - 3];
  const [outputs, read] = weight;
  const divides = (n: number): boolean => channels % n === 0 && outputs % n === 0;
  if (groups < 1 || !divides(groups)) {
    const fitting = Array.from({ length: Math.min(channels, outputs) }, (_, i) => i + 1).filter(divides);
    const [nearest] = fitting.toSorted((a, b) => Math.abs(a - groups) - Math.abs(b - groups));
    throw new ShapeError(
      `${where}: groups is ${String(groups).replace("-", "−")}, which does not divide ${counted(channels)} in and ${outputs} out; ${fitting.join(", ")} would fit`,
      { groups: nearest },
    );
  }
  if (channels === groups * read) return;
  const other = channels / read;
  const regroups = Number.isInteger(other) && outputs % other === 0;
  throw new ShapeError(
    `${where}: weight is ${shapeText(weight)} and reads ${counted(read)} per group, input has ${channels} in ${groups} ${groups === 1 ? "group" : "groups"}; ` +
      `a weight of ${shapeText([outputs, channels / groups, ...weight.slice(2)])}${regroups ? ` or groups of ${other}` : ""} would fit`,
    regroups ? { groups: other } : {},
  );
}

function checkBias(bias: Shape, outputs: number): void {
  checkShape(`${where}: bias`, bias);
  if (bias.length === 1 && bias[0] === outputs) return;
  throw new ShapeError(
    `${where}: bias is ${shapeText(bias)}, weight makes ${counted(outputs)}; one dimension of ${outputs} would fit`,
  );
}

/** Reads what each tap of a window reads: a cell of the input, by channel and tap, or the 0 with which PyTorch pads. */
function readerOf(input: Operand, sliding: Sliding, batch: readonly number[], row: number, column: number) {
  const [rows, columns] = axesOf(input.shape, sliding);
  const first = batch.length === 0 ? 0 : batch[0] * input.shape[input.shape.length - 3];
  return (channel: number, y: number, x: number) => {
    const at = [tapped(rows, row, y), tapped(columns, column, x)];
    if (!isInside(rows, at[0]) || !isInside(columns, at[1])) return constant(0);
    return input.flat(((first + channel) * rows.extent + at[0]) * columns.extent + at[1]);
  };
}

export const conv2d = defineOp<"input" | "weight" | "bias", never, Conv2dAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html",
  inputs: [{ name: "input" }, { name: "weight" }, { name: "bias", optional: true }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["stride", "padding", "dilation", "groups"]);
    return {
      stride: pair(where, given, "stride", 1),
      padding: pair(where, given, "padding", 0),
      dilation: pair(where, given, "dilation", 1),
      groups: integer(where, given, "groups", 1),
    };
  },
  shape: ({ input, weight, bias }, attributes) => ({ output: shapeOf(input, weight, bias, attributes) }),
  contraction: (shapes, attributes) =>
    convolutionContraction(shapes, slidingOf(shapes.weight, attributes), attributes.groups),
  formula(_, index, { input, weight, bias }, attributes) {
    const [channel, row, column] = index.slice(-3);
    const [outputs, channels, tall, broad] = weight.shape;
    const first = Math.floor(channel / (outputs / attributes.groups)) * channels;
    const read = readerOf(input, slidingOf(weight.shape, attributes), index.slice(0, -3), row, column);
    const [count, plane] = [channels * tall * broad, tall * broad];
    // An optional input is there or not.
    const shift = bias as Operand | undefined;
    return over(count + (shift ? 1 : 0), (k) => {
      if (k === count && shift) return shift.flat(channel);
      const cell = read(first + Math.floor(k / plane), Math.floor((k % plane) / broad), k % broad);
      return product(cell, weight.flat(channel * count + k));
    });
  },
  kernels: conv2dKernels,
  cases: [
    { shapes: { input: [1, 1, 4, 4], weight: [1, 1, 2, 2] } },
    { shapes: { input: [1, 1, 4, 4], weight: [1, 1, 2, 2], bias: [1] }, attributes: { stride: 2, padding: 1 } },
    { shapes: { input: [1, 1, 1], weight: [1, 1, 1, 1] } },
    { shapes: { input: [3, 5, 6], weight: [9, 3, 3, 2], bias: [9] }, attributes: { padding: [1, 0] } },
    {
      shapes: { input: [2, 4, 7, 9], weight: [6, 2, 3, 2], bias: [6] },
      attributes: { stride: [2, 3], padding: [2, 1], dilation: [1, 2], groups: 2 },
    },
    { shapes: { input: [1, 3, 5, 4], weight: [6, 1, 2, 3] }, attributes: { groups: 3, padding: 1 } },
    { shapes: { input: [1, 2, 8, 11], weight: [3, 2, 3, 3] }, attributes: { dilation: [3, 2], stride: [1, 2] } },
    { shapes: { input: [1, 2, 5, 7], weight: [2, 2, 2, 1] }, attributes: { stride: [3, 4], padding: [3, 2] } },
    { shapes: { input: [1, 2, 3, 4], weight: [2, 2, 5, 6] }, attributes: { padding: 1 } },
    { shapes: { input: [2, 1, 12, 11], weight: [1, 1, 2, 2], bias: [1] } },
  ],
});
