/** What is measured: one step of one op on given shapes, with numbers that are the same in every run. */
import { uniform } from "../../src/core/random";
import { size, type Shape } from "../../src/core/shape";

export interface Row {
  readonly name: string;
  /** The op's name in the registry. */
  readonly op: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly output: Shape;
  /** The input whose gradient is computed; the forward step where there is none. */
  readonly gradient?: string;
  /** Multiplications and additions, where they are what limits. */
  readonly operations?: number;
  /** Bytes that must move at least, every tensor once, where that is what limits. */
  readonly bytes?: number;
  /** This many applications, each reading what the last one wrote, count as so many runs. */
  readonly chain?: number;
}

/** The numbers of a row: the inputs, and the gradient that arrives at the output. */
export interface Data {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly upstream: Float32Array;
}

/** The forward step of a row that asks for a gradient. */
export function forwardOf(row: Row): Row {
  const { name, op, attributes, inputs, output } = row;
  return { name, op, attributes, inputs, output };
}

/** The shape of what a row computes. */
export const resultShape = ({ gradient, inputs, output }: Row): Shape =>
  gradient === undefined ? output : inputs[gradient];

const between = (shape: Shape, seed: number): Float32Array => {
  const next = uniform(seed);
  return Float32Array.from({ length: size(shape) }, () => 2 * next() - 1);
};

/** Numbers in [−1, 1), by the shapes alone; a chain's are positive and mixed so that they neither grow nor vanish. */
export function dataOf(row: Row): Data {
  const entries = Object.entries(row.inputs);
  const inputs = Object.fromEntries(entries.map(([name, shape], i) => [name, between(shape, 17 + i)]));
  if (row.chain !== undefined) return { inputs: mixing(inputs), upstream: new Float32Array() };
  return { inputs, upstream: row.gradient === undefined ? new Float32Array() : between(row.output, 5) };
}

/** A positive matrix, and one whose rows and columns sum to one. */
function mixing(inputs: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  const a = inputs["a"].map((value) => Math.abs(value) + 0.5);
  const n = Math.sqrt(a.length);
  const b = a.map((_, at) => (Math.floor(at / n) === at % n ? 1 - (n - 1) / 8 : 1 / 8));
  return { a, b };
}

/** What layer_norm adds to the variance, PyTorch's own default. */
export const epsilon = 1e-5;

/** The extents of a row of windows, by name; `taps` is the kernel's extent. */
export interface Extents {
  readonly batches: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly down: number;
  readonly across: number;
  readonly taps: number;
  readonly stride: number;
  readonly padding: number;
}

/** For conv2d and max_pool2d. */
export function extentsOf({ inputs, output, attributes }: Row): Extents {
  const [batches, channels, height, width] = inputs["input"];
  const [, filters, down, across] = output;
  const { stride, padding } = attributes as { stride: number; padding: number };
  const taps = inputs["weight"]?.[2] ?? Number(attributes["kernel_size"]);
  return { batches, channels, height, width, filters, down, across, taps, stride, padding };
}

/** Rows and their length, for ops over the last dimension. */
export const rowsOf = (shape: Shape): { readonly count: number; readonly length: number } => {
  const length = shape.at(-1) ?? 1;
  return { count: size(shape) / length, length };
};
