/** Tensors as people hand them over, and how they enter a graph. */
import { Graph, type Tensor } from "../core/graph";
import type { InputSpec } from "../core/op";
import { checkShape, shapeText, ShapeError, size, type Shape } from "../core/shape";

/** A tensor as people hand it over: numbers in row-major order. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** The numbers as float32, after their count and kind were checked. Throws ShapeError. */
function checked(where: string, { shape, data }: Numbers): Float32Array {
  if (!Array.isArray(shape)) throw new ShapeError(`${where} has no shape; a list of extents such as [2, 3] would fit`);
  checkShape(where, shape);
  if (data.length !== size(shape)) {
    throw new ShapeError(`${where} has ${data.length} numbers, its shape ${shapeText(shape)} holds ${size(shape)}`);
  }
  const at = Array.from(data).findIndex((value: unknown) => typeof value !== "number");
  if (at >= 0) throw new ShapeError(`${where} holds ${JSON.stringify(data[at])} at position ${at}; numbers would fit`);
  return Float32Array.from(data);
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
    const data = Array.from(inputs[name].data);
    const at = data.findIndex((value) => !Number.isInteger(value) || value < 0 || value > most);
    if (at >= 0) {
      throw new ShapeError(
        `${where}: ${name} holds ${data[at]} at position ${at}, which is no index; whole numbers from 0 to ${most} would fit`,
      );
    }
  }
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
