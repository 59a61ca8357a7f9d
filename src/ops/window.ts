/** The arithmetic of windows that slide along an axis: what convolutions and pools have in common, one axis at a time. */

/** One axis: how long it is, and how a window of `kernel` taps slides along it. */
export interface Axis {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** Cells from the first tap of a window to its last, both included. */
export const reach = ({ kernel, dilation }: Pick<Axis, "kernel" | "dilation">): number => dilation * (kernel - 1) + 1;

/** How many windows fit: ⌊(extent + 2·padding − reach) / stride⌋ + 1; 0 or fewer where none does. */
export const windows = (axis: Axis): number =>
  Math.floor((axis.extent + 2 * axis.padding - reach(axis)) / axis.stride) + 1;

/** The cell that a tap of a window reads; outside of 0 … extent − 1 it lies in the padding. */
export const tapped = ({ stride, padding, dilation }: Axis, window: number, tap: number): number =>
  window * stride - padding + tap * dilation;

export const isInside = ({ extent }: Pick<Axis, "extent">, at: number): boolean => at >= 0 && at < extent;

/** The cells along the axis that no window reads. */
export function unread(axis: Axis): readonly number[] {
  const read = new Set<number>();
  for (let window = 0; window < windows(axis); window++)
    for (let tap = 0; tap < axis.kernel; tap++) read.add(tapped(axis, window, tap));
  return Array.from({ length: axis.extent }, (_, at) => at).filter((at) => !read.has(at));
}
