/** Average pooling: each window hands on the mean of its cells. */
import { flag, only } from "../core/attributes";
import { constant, over } from "../core/formula";
import { defineOp } from "../core/op";
import { quotient } from "../core/rule";
import { size } from "../core/shape";
import code from "../../shaders/avg_pool2d.wgsl?raw";
import { columnwise } from "./columnwise";
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

const shared = {
  shader: { file: "avg_pool2d.wgsl", code },
  sliding: slidingOf,
  words: ({ count_include_pad }: AvgPool2dAttributes) => [count_include_pad ? 1 : 0],
};
const forward = columnwise({
  ...shared,
  entry: "forward",
  binds: [{ input: "input" }, { output: "output" }],
  planes: ({ outputs }) => planesOf(outputs["output"]),
});
const backward = columnwise({
  ...shared,
  entry: "backward",
  binds: [{ upstream: "output" }, { gradient: "input" }],
  planes: ({ inputs }) => planesOf(inputs["input"]),
});

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
  kernels: { forward: [forward], gradient: { input: [backward] } },
  cases: [
    { shapes: { input: [1, 1, 4, 4] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [1, 1, 1] }, attributes: { kernel_size: 1 } },
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
