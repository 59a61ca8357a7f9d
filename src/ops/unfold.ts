/** The windows of an image, each laid out as a column: with it a convolution is a product of matrices. */
import { only } from "../core/attributes";
import { constant } from "../core/formula";
import { defineOp } from "../core/op";
import { size, unravel } from "../core/shape";
import code from "../../shaders/unfold.wgsl?raw";
import { columnwise } from "./columnwise";
import { axesOf, checkImage, checkSliding, pair, planesOf, windowsOf, type Sliding } from "./sliding";
import { isInside, tapped } from "./window";

const where = "unfold";

type UnfoldAttributes = Sliding & Readonly<Record<string, unknown>>;

const shader = { file: "unfold.wgsl", code };
const sliding = (attributes: UnfoldAttributes): Sliding => attributes;

const forward = columnwise<UnfoldAttributes>({
  shader,
  entry: "forward",
  binds: [{ input: "input" }, { output: "output" }],
  planes: ({ inputs, outputs, attributes }) => [
    size(outputs["output"].slice(0, -1)),
    ...windowsOf(inputs["input"], attributes),
  ],
  sliding,
});
const backward = columnwise({
  shader,
  entry: "backward",
  binds: [{ upstream: "output" }, { gradient: "input" }],
  planes: ({ inputs }) => planesOf(inputs["input"]),
  sliding,
});

export const unfold = defineOp<"input", never, UnfoldAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["kernel_size", "dilation", "padding", "stride"]);
    return {
      kernel_size: pair(where, given, "kernel_size"),
      dilation: pair(where, given, "dilation", 1),
      padding: pair(where, given, "padding", 0),
      stride: pair(where, given, "stride", 1),
    };
  },
  shape({ input }, attributes) {
    checkImage(where, input);
    checkSliding(where, input, attributes);
    const channels = input[input.length - 3];
    const columns = [channels * size(attributes.kernel_size), size(windowsOf(input, attributes))];
    return { output: [...input.slice(0, -3), ...columns] };
  },
  formula(_, index, { input }, attributes) {
    const [line, window] = index.slice(-2);
    const [channel, y, x] = unravel([input.shape[input.shape.length - 3], ...attributes.kernel_size], line);
    const [row, column] = unravel(windowsOf(input.shape, attributes), window);
    const [rows, columns] = axesOf(input.shape, attributes);
    const at = [tapped(rows, row, y), tapped(columns, column, x)];
    if (!isInside(rows, at[0]) || !isInside(columns, at[1])) return constant(0);
    return input.cell([...index.slice(0, -2), channel, ...at]);
  },
  kernels: { forward: [forward], gradient: { input: [backward] } },
  cases: [
    { shapes: { input: [1, 1, 4, 4] }, attributes: { kernel_size: 2 } },
    { shapes: { input: [1, 1, 1] }, attributes: { kernel_size: 1 } },
    { shapes: { input: [2, 3, 5, 6] }, attributes: { kernel_size: [3, 2], padding: [1, 0], stride: [2, 1] } },
    { shapes: { input: [2, 7, 6] }, attributes: { kernel_size: 2, dilation: [3, 2], padding: 1, stride: [1, 3] } },
    { shapes: { input: [1, 1, 2, 3] }, attributes: { kernel_size: [1, 2], padding: 2, stride: 3 } },
  ],
});
