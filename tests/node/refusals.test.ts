/** What ops refuse, in which words, and what they say would fit. */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/core/shape";
import { record, type Numbers, type OpCall } from "../../src/ops/call";

const shaped = (...shape: readonly number[]): Numbers => ({
  shape,
  data: Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, () => 1),
});
/** Message, remedy, op, attributes, and the shapes of the inputs. */
type Refusal = readonly [string, Readonly<Record<string, number>>, string, OpCall["attrs"], OpCall["inputs"]];
const square = { input: shaped(1, 1, 4, 4) };
const convolved = (weight: Numbers, more: OpCall["inputs"] = {}): OpCall["inputs"] => ({ ...square, weight, ...more });

describe("refused, with what would fit", () => {
  const refusals: readonly Refusal[] = [
    [
      "conv2d: kernel 5 × 5 does not fit into 4 × 4 with padding 0; a kernel of at most 4 × 4 or a padding of at least 1 would fit",
      { kernel_size: 4, padding: 1 },
      "conv2d",
      {},
      convolved(shaped(1, 1, 5, 5)),
    ],
    [
      "conv2d: kernel 3 × 3 with dilation 3, which spans 7 × 7, does not fit into 4 × 4 with padding 1; a kernel of at most 2 × 2 or a padding of at least 2 or a dilation of at most 2 would fit",
      { kernel_size: 2, padding: 2, dilation: 2 },
      "conv2d",
      { dilation: 3, padding: 1 },
      convolved(shaped(1, 1, 3, 3)),
    ],
    [
      "conv2d: kernel 5 × 1 does not fit into 4 × 4 with padding 0 × 2; a kernel of at most 4 × 4 or a padding of at least 1 would fit",
      { kernel_size: 4, padding: 1 },
      "conv2d",
      { padding: [0, 2] },
      convolved(shaped(1, 1, 5, 1)),
    ],
    [
      "conv2d: stride is 0, less than 1; a stride of at least 1 would fit",
      { stride: 1 },
      "conv2d",
      { stride: 0 },
      convolved(shaped(1, 1, 2, 2)),
    ],
    [
      "max_pool2d: stride is 2 × −1, less than 1; a stride of at least 1 would fit",
      { stride: 1 },
      "max_pool2d",
      { kernel_size: 2, stride: [2, -1] },
      square,
    ],
    [
      "unfold: padding is −1, less than 0; a padding of at least 0 would fit",
      { padding: 0 },
      "unfold",
      { kernel_size: 2, padding: -1 },
      square,
    ],
    [
      "conv2d: dilation is 0, less than 1; a dilation of at least 1 would fit",
      { dilation: 1 },
      "conv2d",
      { dilation: 0 },
      convolved(shaped(1, 1, 2, 2)),
    ],
    [
      "avg_pool2d: kernel_size is 0, less than 1; a kernel of at least 1 × 1 would fit",
      { kernel_size: 1 },
      "avg_pool2d",
      { kernel_size: 0, stride: 1 },
      square,
    ],
    [
      "max_pool2d: padding 2 is more than half of the kernel 3 × 3; a kernel of at least 4 × 4 or a padding of at most 1 would fit",
      { kernel_size: 4, padding: 1 },
      "max_pool2d",
      { kernel_size: 3, padding: 2 },
      square,
    ],
    [
      "avg_pool2d: kernel 9 × 9 does not fit into 4 × 4 with padding 1; a kernel of at most 6 × 6 or a padding of at least 3 would fit",
      { kernel_size: 6, padding: 3 },
      "avg_pool2d",
      { kernel_size: 9, padding: 1 },
      square,
    ],
    [
      "max_pool2d: kernel 2 × 2 with dilation 5, which spans 6 × 6, steps over all of 4 × 4: a window reads padding alone; a dilation of at most 4 would fit",
      { dilation: 4 },
      "max_pool2d",
      { kernel_size: 2, padding: 1, dilation: 5 },
      square,
    ],
    [
      "conv2d: groups is 3, which does not divide 4 channels in and 6 out; 1, 2 would fit",
      { groups: 2 },
      "conv2d",
      { groups: 3 },
      { input: shaped(4, 4, 4), weight: shaped(6, 1, 2, 2) },
    ],
    [
      "conv2d: groups is 0, which does not divide 1 channel in and 1 out; 1 would fit",
      { groups: 1 },
      "conv2d",
      { groups: 0 },
      convolved(shaped(1, 1, 2, 2)),
    ],
    [
      "conv2d: weight is 1 × 3 × 2 × 2 and reads 3 channels per group, input has 1 in 1 group; a weight of 1 × 1 × 2 × 2 would fit",
      {},
      "conv2d",
      {},
      convolved(shaped(1, 3, 2, 2)),
    ],
    [
      "conv2d: weight is 4 × 1 × 2 × 2 and reads 1 channel per group, input has 2 in 1 group; a weight of 4 × 2 × 2 × 2 or groups of 2 would fit",
      { groups: 2 },
      "conv2d",
      {},
      { input: shaped(2, 4, 4), weight: shaped(4, 1, 2, 2) },
    ],
    [
      "conv2d: bias is 2, weight makes 1 channel; one dimension of 1 would fit",
      {},
      "conv2d",
      {},
      convolved(shaped(1, 1, 2, 2), { bias: shaped(2) }),
    ],
    [
      "conv2d: weight is 2 × 2; 4 dimensions (channels out, channels in per group, rows, columns) would fit",
      {},
      "conv2d",
      {},
      convolved(shaped(2, 2)),
    ],
    [
      "max_pool2d: input is 4 × 4; 4 dimensions (batch, channels, rows, columns), or 3 without the batch, would fit",
      {},
      "max_pool2d",
      { kernel_size: 2 },
      { input: shaped(4, 4) },
    ],
    [
      "reshape: input is 2 × 3 and holds 6 cells, shape [4, 2] holds 8; a shape of 6 cells would fit",
      {},
      "reshape",
      { shape: [4, 2] },
      { input: shaped(2, 3) },
    ],
    [
      "reshape: input is 2 × 3 and holds 6 cells, shape [4, −1] holds a multiple of 4; a shape of 6 cells would fit",
      {},
      "reshape",
      { shape: [4, -1] },
      { input: shaped(2, 3) },
    ],
    [
      "reshape: shape [−1, −1] has 2 extents of −1; one would fit",
      {},
      "reshape",
      { shape: [-1, -1] },
      { input: shaped(2, 3) },
    ],
    [
      "reshape: shape [0, −1] has an extent of 0; 1 or more, or −1 for what is left, would fit",
      {},
      "reshape",
      { shape: [0, -1] },
      { input: shaped(2, 3) },
    ],
    [
      "transpose: dim 2 does not exist in 2 × 3; -2 to 1 would fit",
      {},
      "transpose",
      { dim0: 0, dim1: 2 },
      { input: shaped(2, 3) },
    ],
    ["flip: dim -3 does not exist in 2 × 3; -2 to 1 would fit", {}, "flip", { dims: [-3] }, { input: shaped(2, 3) }],
    [
      "flip: dims [0, −2] names axis 0 of 2 × 3 twice; once would fit",
      {},
      "flip",
      { dims: [0, -2] },
      { input: shaped(2, 3) },
    ],
  ];
  test.each(refusals)("%s", (message, remedy, op, attrs, inputs) => {
    const refused = caught(() => record({ op, attrs: attrs ?? {}, inputs }));
    expect(refused).toBeInstanceOf(ShapeError);
    expect((refused as ShapeError).message).toBe(message);
    expect((refused as ShapeError).remedy).toEqual(remedy);
  });
  test.each(refusals.filter(([, remedy, op]) => Object.keys(remedy).length > 0 && op !== "conv2d"))(
    "%s: each remedy on its own mends it",
    (_, remedy, op, attrs, inputs) => {
      for (const [name, value] of Object.entries(remedy))
        expect(() => record({ op, attrs: { ...attrs, [name]: value }, inputs })).not.toThrow();
    },
  );
  test.each([
    [
      "max_pool2d: kernel_size is missing; a whole number, or one for rows and one for columns, would fit",
      "max_pool2d",
      {},
    ],
    [
      "unfold: kernel_size is [1,2,3]; one whole number or two would fit, for rows and columns",
      "unfold",
      { kernel_size: [1, 2, 3] },
    ],
    [
      "max_pool2d: stride is an empty list; one or two whole numbers would fit",
      "max_pool2d",
      { kernel_size: 2, stride: [] },
    ],
    ["avg_pool2d: kernel_size is 1.5; whole numbers would fit", "avg_pool2d", { kernel_size: 1.5 }],
    ["reshape: shape is missing; a list of extents such as [2, −1] would fit", "reshape", {}],
    ["transpose: dim1 is missing; a whole number would fit", "transpose", { dim0: 1 }],
    ["flip: dims is missing; a list of axes such as [0, −1] would fit", "flip", {}],
    ["conv2d: the input weight is missing; it reads input, weight, bias", "conv2d", {}],
    ["conv2d: groups is [1,2]; a whole number would fit", "conv2d", { groups: [1, 2] }],
  ])("%s", (message, op, attrs) => {
    expect(() => record({ op, attrs, inputs: square })).toThrow(message);
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
