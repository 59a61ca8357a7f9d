/** Tensors as people hand them over, and how they enter a graph. */
import { Graph, type Tensor } from "../core/graph";
import type { InputSpec } from "../core/op";
import { checkShape, shapeText, ShapeError, size, type Shape } from "../core/shape";

/** A tensor as people hand it over: numbers in row-major order. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** The most cells of a tensor that is handed over as a JavaScript array: 4096 × 4096, 64 MiB on a GPU. */
export const mostCells = 2 ** 24;

/** What is wrong with something else among the numbers of a tensor. `where` begins the message. */
export function noNumber(where: string, value: unknown, at: number): ShapeError {
  const shown = typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
  return new ShapeError(`${where} holds ${shown} at position ${at}; numbers would fit`);
}

/** The numbers as float32, after their count and kind were checked; a Float32Array is taken as it is. Throws ShapeError. */
function checked(where: string, { shape, data }: Numbers): Float32Array {
  if (!Array.isArray(shape)) throw new ShapeError(`${where} has no shape; a list of extents such as [2, 3] would fit`);
  checkShape(where, shape);
  if (data.length !== size(shape)) {
    throw new ShapeError(
      `${where} has ${data.length} numbers, its shape ${shapeText(shape)} holds ${size(shape)}; as many numbers would fit`,
    );
  }
  return data instanceof Float32Array ? data : rounded(where, data);
}

function rounded(where: string, data: ArrayLike<unknown>): Float32Array {
  const stored = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const value = data[at];
    if (typeof value !== "number") throw noNumber(where, value, at);
    stored[at] = value;
  }
  return stored;
}

/** Refuses indices that are no whole number below what the op states. Throws ShapeError. */
export function checkIndices(
  { name: where, inputs: specs }: { readonly name: string; readonly inputs: readonly InputSpec[] },
  inputs: Readonly<Record<string, Numbers>>,
): void {
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  for (const { name, below } of specs) {
    if (!below || !(name in inputs)) continue;
    const most = below(shapes) - 1;
    const { data } = inputs[name];
    const at = strangerAmong(data, most);
    if (at >= 0) {
      throw new ShapeError(
        `${where}: ${name} holds ${data[at]} at position ${at}, which is no index; whole numbers from 0 to ${most} would fit`,
      );
    }
  }
}

/** Where the first number stands that is no index from 0 to `most`; -1 where all are. */
function strangerAmong(data: ArrayLike<number>, most: number): number {
  for (let at = 0; at < data.length; at++)
    if (!Number.isInteger(data[at]) || data[at] < 0 || data[at] > most) return at;
  return -1;
}

/** A graph and the numbers of every tensor in it that comes from outside. */
export class Table {
  readonly graph = new Graph();
  /** As a GPU stores them. */
  readonly feed = new Map<Tensor, Float32Array>();
  /** The same, but for scalars as they were given: what a float64 reference starts from. */
  readonly exact = new Map<Tensor, ArrayLike<number>>();

  /** A tensor with numbers. `where` begins the message where these do not fit. Throws ShapeError. */
  tensor(
    where: string,
    name: Tensor["name"],
    numbers: Numbers,
    more: Partial<Pick<Tensor, "type" | "tex">> = {},
  ): Tensor {
    const data = checked(where, numbers);
    const tensor = this.graph.given({ name, tex: more.tex ?? name }, numbers.shape, more.type);
    this.feed.set(tensor, data);
    this.exact.set(tensor, data);
    return tensor;
  }

  scalar(name: string, value: number): Tensor {
    const tensor = this.graph.scalar(name);
    this.feed.set(tensor, Float32Array.of(value));
    this.exact.set(tensor, [value]);
    return tensor;
  }
}
