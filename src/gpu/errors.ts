/** What can go wrong between a tape and a GPU. Messages read "where: what is, what is wrong, what would fit". */
import { shapeText, size, type Shape } from "../core/shape";

/** There is no GPU to compute on. The message is a plain sentence that a page may show. */
export class NoWebGpuError extends Error {
  override readonly name = "NoWebGpuError";
}

/** Something needs more than the device has room for. */
export class SizeError extends Error {
  override readonly name = "SizeError";
}

/** A kernel that the device does not take: its WGSL, its bindings or its grid. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** Numbers that do not fit the tape: too many, too few, none at all, or for a tensor that takes none. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

const decimal = ["bytes", "kB", "MB", "GB", "TB"];
const binary = ["bytes", "KiB", "MiB", "GiB", "TiB"];

const scaled = (bytes: number, base: number, units: readonly string[]): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(base)));
  return `${Number((bytes / base ** power).toPrecision(3))} ${units[power]}`;
};

/** `1.6 GB`; whole multiples of a power of 1,024, as limits are, in `MiB` and the like. */
export function bytesText(bytes: number): string {
  const text = scaled(bytes, 1024, binary);
  return bytes >= 1024 && bytes % 2 ** 20 === 0 && /^\d+ /.test(text) ? text : scaled(bytes, 1000, decimal);
}

/** The largest shape of the same proportions that holds at most `cells` cells. */
function fitting(shape: Shape, cells: number): Shape {
  const free = shape.filter((extent) => extent > 1).length;
  const factor = (cells / size(shape)) ** (1 / Math.max(1, free));
  const fitted = shape.map((extent) => Math.max(1, Math.floor(extent * factor)));
  // Where a short extent came out as 1, the others shrink further.
  return size(fitted) > cells ? fitting(fitted, cells) : fitted;
}

/** Refuses a tensor of 4-byte cells that is larger than `limit` bytes. `rule` says whose limit that is. Throws SizeError. */
export function checkSize(
  name: string,
  shape: Shape,
  limit: number,
  rule = `this device holds at most ${bytesText(limit)} per tensor`,
): void {
  const bytes = size(shape) * 4;
  if (bytes <= limit) return;
  throw new SizeError(
    `${name} is ${shapeText(shape)}, ${bytesText(bytes)}: ${rule}; ${shapeText(fitting(shape, limit / 4))} would fit`,
  );
}
