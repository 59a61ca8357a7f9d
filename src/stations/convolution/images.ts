/** Images with their batch, as PyTorch has it: samples come first where there are several, and are left out for one alone. */
import type { Tensor } from "../../core/graph";
import { unravel, type Shape } from "../../core/shape";
import type { CellRef } from "../../story/picture";

/** The shape of so many samples of images. */
export const imagesShape = (samples: number, ...image: readonly number[]): Shape =>
  samples > 1 ? [samples, ...image] : image;

/** Samples, channels, rows and columns: a single image is a batch of one. */
export const asBatch = (shape: Shape): Shape => (shape.length === 4 ? shape : [1, ...shape]);

/** Sample, channel, row and column of a cell. */
export const imageIndex = ({ shape }: Tensor, at: number): readonly number[] => unravel(asBatch(shape), at);

/** A cell by its sample, channel, row and column. */
export const imageCell = (tensor: Tensor, ...index: readonly number[]): CellRef => ({
  tensor,
  at: asBatch(tensor.shape).reduce((flat, extent, axis) => flat * extent + index[axis], 0),
});
