/** Max pooling: each window hands on its largest cell, and where that one lies. */
import { only } from "../core/attributes";
import { largestOver, placeOver } from "../core/formula";
import { defineOp } from "../core/op";
import { ravel } from "../core/shape";
import { backward, forward } from "./max_pool2d_kernels";
import { axesOf, cellsUnder, checkImage, checkSliding, pair, windowsOf, type Sliding } from "./sliding";

const where = "max_pool2d";

type MaxPool2dAttributes = Sliding & Readonly<Record<string, unknown>>;

export const maxPool2d = defineOp<"input", never, MaxPool2dAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }, { name: "indices", type: "index" }],
  attributes(given) {
    only(where, given, ["kernel_size", "stride", "padding", "dilation"]);
    const kernel_size = pair(where, given, "kernel_size");
    return {
      kernel_size,
      stride: pair(where, given, "stride", kernel_size),
      padding: pair(where, given, "padding", 0),
      dilation: pair(where, given, "dilation", 1),
    };
  },
  shape({ input }, attributes) {
    checkImage(where, input);
    checkSliding(where, input, attributes, "pool");
    const shape = [...input.slice(0, -2), ...windowsOf(input, attributes)];
    return { output: shape, indices: shape };
  },
  formula(output, index, { input }, attributes) {
    const under = cellsUnder(axesOf(input.shape, attributes), index.slice(-2));
    const plane = index.slice(0, -2);
    const candidate = (k: number) => input.cell([...plane, ...under[k]]);
    if (output === "output") return largestOver(under.length, candidate);
    return placeOver(under.length, candidate, (k) => ravel(input.shape.slice(-2), under[k]));
  },
  kernels: { forward, gradient: { input: backward } },
  cases: [
    { shapes: { input: [1, 1, 4, 4] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [1, 1, 1] }, attributes: { kernel_size: 1 } },
    { shapes: { input: [2, 3, 8] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [2, 5, 12] }, attributes: { kernel_size: 3, stride: 2 } },
    { shapes: { input: [1, 6, 20] }, attributes: { kernel_size: 2, stride: 2, padding: 1 } },
    { shapes: { input: [1, 5, 16] }, attributes: { kernel_size: 3, stride: 2, padding: 1 } },
    { shapes: { input: [1, 19, 9] }, attributes: { kernel_size: 3, stride: 2 } },
    { shapes: { input: [2, 7, 11] }, attributes: { kernel_size: 3 } },
    { shapes: { input: [2, 3, 7, 9] }, attributes: { kernel_size: 3, stride: 2, padding: 1 } },
    { shapes: { input: [3, 8, 5] }, attributes: { kernel_size: [3, 2], stride: 1 } },
    {
      shapes: { input: [1, 2, 9, 10] },
      attributes: { kernel_size: [2, 3], stride: [3, 2], padding: [1, 1], dilation: [2, 3] },
    },
    { shapes: { input: [2, 1, 5, 11] }, attributes: { kernel_size: [1, 2], stride: [2, 5] } },
    { shapes: { input: [1, 1, 3, 2] }, attributes: { kernel_size: [5, 4], padding: [1, 1], stride: 1 } },
  ],
});
