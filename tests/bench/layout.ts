/** Four-dimensional numbers from one layout to another, on the way into and out of a peer that keeps them otherwise. */
import type { Shape } from "../../src/core/shape";

/** Axis `order[i]` of the numbers becomes axis i of the result. */
export function permuted(numbers: ArrayLike<number>, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const [extents, steps] = [order.map((axis) => shape[axis]), order.map((axis) => strides[axis])];
  const result = new Float32Array(numbers.length);
  let at = 0;
  for (let i = 0; i < extents[0]; i++)
    for (let j = 0; j < extents[1]; j++)
      for (let k = 0; k < extents[2]; k++)
        for (let l = 0; l < extents[3]; l++)
          result[at++] = numbers[i * steps[0] + j * steps[1] + k * steps[2] + l * steps[3]];
  return result;
}

/** Batch, channels, height, width, as PyTorch and ONNX have it, and with the channels last. */
export const channelsLast = [0, 2, 3, 1] as const;
export const channelsFirst = [0, 3, 1, 2] as const;
