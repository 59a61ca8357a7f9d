/** Average pooling: each window hands on the mean of its cells. */
import { flag, only } from "../core/attributes";
import { constant, over } from "../core/formula";
import type { Binding, Kernel, Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { quotient } from "../core/rule";
import { size, type Shape } from "../core/shape";
import code from "../../shaders/avg_pool2d.wgsl?raw";
import {
  axesOf,
  cellsUnder,
  checkImage,
  checkSliding,
  pair,
  planesOf,
  windowsOf,
  type Pair,
  type Sliding,
} from "./sliding";
import { stripwise } from "./strips";

const where = "avg_pool2d";

interface AvgPool2dAttributes extends Readonly<Record<string, unknown>> {
  readonly kernel_size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  /** Whether the divisor counts the cells of the padding. */
  readonly count_include_pad: boolean;
}

const slidingOf = ({ kernel_size, stride, padding }: AvgPool2dAttributes): Sliding => ({
  kernel_size,
  stride,
  padding,
  dilation: [1, 1],
});

/** Lines per thread. */
const run = 8;

/** Windows of 2 × 2 that step by 2 over lines of whole quads, and leave no cell out. */
function areHalves({
  inputs,
  outputs,
  attributes: { kernel_size, stride, padding },
}: Site<AvgPool2dAttributes>): boolean {
  const [rows, columns] = outputs["output"].slice(-2);
  const [height, width] = inputs["input"].slice(-2);
  const twos = [kernel_size, stride].flat().every((extent) => extent === 2) && padding.every((extent) => extent === 0);
  return twos && columns % 4 === 0 && width === 2 * columns && height === 2 * rows;
}

/** Fours of what the planes of a tensor hold, or of windows where they are halves, and whether they must be. */
const kernel = (
  entry: string,
  binds: readonly Binding[],
  halves: boolean,
  shape: (site: Site<AvgPool2dAttributes>) => Shape,
): Kernel<AvgPool2dAttributes> =>
  stripwise<AvgPool2dAttributes>({
    shader: { file: "avg_pool2d.wgsl", code },
    entry,
    binds,
    sliding: slidingOf,
    words: ({ count_include_pad }) => [count_include_pad ? 1 : 0],
    strips(site) {
      if (areHalves(site) !== halves) return undefined;
      const [planes, lines, width] = planesOf(shape(site));
      return { planes, strips: Math.ceil(width / 4), lines, run };
    },
  });

const ahead: readonly Binding[] = [{ input: "input" }, { output: "output" }];
const back: readonly Binding[] = [{ upstream: "output" }, { gradient: "input" }];
const output = ({ outputs }: Site<AvgPool2dAttributes>): Shape => outputs["output"];
const forward = [kernel("forward", ahead, false, output), kernel("forwardHalves", ahead, true, output)];
const backward = [
  kernel("backward", back, false, ({ inputs }) => inputs["input"]),
  kernel("backwardHalves", back, true, output),
];

export const avgPool2d = defineOp<"input", never, AvgPool2dAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["kernel_size", "stride", "padding", "count_include_pad"]);
    const kernel_size = pair(where, given, "kernel_size");
    return {
      kernel_size,
      stride: pair(where, given, "stride", kernel_size),
      padding: pair(where, given, "padding", 0),
      count_include_pad: flag(where, given, "count_include_pad", true),
    };
  },
  shape({ input }, attributes) {
    checkImage(where, input);
    checkSliding(where, input, slidingOf(attributes), "pool");
    return { output: [...input.slice(0, -2), ...windowsOf(input, slidingOf(attributes))] };
  },
  formula(_, index, { input }, attributes) {
    const under = cellsUnder(axesOf(input.shape, slidingOf(attributes)), index.slice(-2));
    const plane = index.slice(0, -2);
    // PyTorch counts padding only as far as it goes; without its ceil_mode no window goes farther.
    const divisor = attributes.count_include_pad ? size(attributes.kernel_size) : under.length;
    return quotient(
      over(under.length, (k) => input.cell([...plane, ...under[k]])),
      constant(divisor),
    );
  },
  kernels: { forward, gradient: { input: backward } },
  cases: [
    { shapes: { input: [1, 1, 4, 4] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [1, 1, 1] }, attributes: { kernel_size: 1 } },
    { shapes: { input: [2, 4, 16] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [1, 5, 16] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [2, 3, 7, 9] }, attributes: { kernel_size: 3, stride: 2, padding: 1 } },
    {
      shapes: { input: [2, 3, 7, 9] },
      attributes: { kernel_size: 3, stride: 2, padding: 1, count_include_pad: false },
    },
    {
      shapes: { input: [2, 5, 8] },
      attributes: { kernel_size: [2, 4], stride: [1, 3], padding: [0, 2], count_include_pad: false },
    },
    { shapes: { input: [2, 1, 5, 11] }, attributes: { kernel_size: [1, 2], stride: [2, 5] } },
    { shapes: { input: [1, 1, 3, 2] }, attributes: { kernel_size: [5, 4], padding: 1, stride: 1 } },
  ],
});
