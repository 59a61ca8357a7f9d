/** The contractions of ops that are linear in each of two operands: the loops that their formulas run, stated once. */
import type { Contraction } from "../core/contraction";
import { broadcast, strides, type Shape } from "../core/shape";
import { broadcastStrides } from "./walk";
import { windowsOf, type Sliding } from "./sliding";

/** c[…, i, j] = Σₖ a[…, i, k] · b[…, k, j]; an operand of one dimension stands for a row, or for a column. */
export function matmulContraction(a: Shape, b: Shape): Contraction {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcast("matmul", left.slice(0, -2), right.slice(0, -2));
  const [rows, depth] = left.slice(-2);
  const columns = right[right.length - 1];
  const along = (shape: Shape): number[] => {
    const cells = shape[shape.length - 2] * shape[shape.length - 1];
    return broadcastStrides(shape.slice(0, -2), batch).map((step) => step * cells);
  };
  const result = [...batch, rows, columns];
  return {
    extents: [...batch, rows, columns, depth],
    left: { name: "a", steps: [...along(left), depth, 0, 1] },
    right: { name: "b", steps: [...along(right), 0, 1, columns] },
    result: { name: "output", steps: [...along(result), columns, 1, 0] },
  };
}

/** Shapes of a convolution: input [N, C, H, W] or [C, H, W], weight [O, C / groups, R, S], bias [O]. */
export interface ConvolutionShapes {
  readonly input: Shape;
  readonly weight: Shape;
  readonly bias?: Shape | undefined;
}

/** Loops over images, groups, channels out, windows down and across, channels in, taps down and across. */
export function convolutionContraction(
  { input, weight, bias }: ConvolutionShapes,
  sliding: Sliding,
  groups: number,
): Contraction {
  const [images, channels] = [input.length === 4 ? input[0] : 1, input[input.length - 3]];
  const [outputs, read, tall, broad] = weight;
  const [down, across] = windowsOf(input, sliding);
  const margin = [...input.slice(0, -2).map(() => 0), ...sliding.padding];
  const [height, width] = [0, 1].map((i) => input[input.length - 2 + i] + 2 * sliding.padding[i]);
  const [stride, dilation] = [sliding.stride, sliding.dilation];
  const each = outputs / groups;
  const image = strides([images, channels, height, width]);
  const made = strides([images, outputs, down, across]);
  const taps = strides(weight);
  const inGroup = read * image[1];
  return {
    extents: [images, groups, each, down, across, read, tall, broad],
    left: {
      name: "input",
      margin,
      steps: [image[0], inGroup, 0, stride[0] * width, stride[1], image[1], dilation[0] * width, dilation[1]],
    },
    right: { name: "weight", steps: [0, each * taps[0], taps[0], 0, 0, ...taps.slice(1)] },
    result: { name: "output", steps: [made[0], each * made[1], made[1], made[2], made[3], 0, 0, 0] },
    ...(bias && { addend: { name: "bias", steps: [0, each, 1, 0, 0, 0, 0, 0] } }),
  };
}
