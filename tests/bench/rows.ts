/** The rows of the table. */
import { size, type Shape } from "../../src/core/shape";
import { epsilon, type Row } from "./row";

const bytesOf = (...shapes: readonly Shape[]): number => 4 * shapes.reduce((total, shape) => total + size(shape), 0);

function matmul(rows: number, depth: number, columns: number): Row {
  const square = rows === depth && depth === columns;
  const inputs = { a: [rows, depth], b: [depth, columns] };
  const output = [rows, columns];
  return {
    name: square ? `matmul ${rows}³` : `matmul ${rows}×${depth} · ${depth}×${columns}`,
    op: "matmul",
    attributes: {},
    inputs,
    output,
    operations: 2 * rows * depth * columns,
    ...(rows === 1 && { bytes: bytesOf(inputs.a, inputs.b, output) }),
  };
}

interface Windows {
  readonly title: string;
  readonly input: Shape;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

const slid = ({ input, kernel, stride, padding }: Windows): Shape =>
  input.slice(-2).map((extent) => Math.floor((extent + 2 * padding - kernel) / stride) + 1);

function convolution(windows: Windows, filters: number, gradient?: "input" | "weight"): Row {
  const { title, input, kernel, stride, padding } = windows;
  const weight = [filters, input[1], kernel, kernel];
  const output = [input[0], filters, ...slid(windows)];
  return {
    name: `conv2d ${title}${gradient ? `, gradient of the ${gradient}` : ""}`,
    op: "conv2d",
    attributes: { stride, padding },
    inputs: { input, weight },
    output,
    ...(gradient && { gradient }),
    operations: 2 * size(output) * input[1] * kernel * kernel,
  };
}

function pool(windows: Windows, gradient?: "input"): Row {
  const { title, input, kernel, stride, padding } = windows;
  const output = [...input.slice(0, 2), ...slid(windows)];
  return {
    name: `max_pool2d ${title}${gradient ? ", gradient" : ""}`,
    op: "max_pool2d",
    attributes: { kernel_size: kernel, stride, padding },
    inputs: { input },
    output,
    ...(gradient && { gradient }),
    bytes: gradient ? bytesOf(input, output, input) : bytesOf(input, output),
  };
}

function elementwise(op: string, names: readonly string[], gradient?: string): Row {
  const shape = [1024, 1024];
  return {
    name: `${op} 2²⁰${gradient ? ", gradient" : ""}`,
    op,
    attributes: {},
    inputs: Object.fromEntries(names.map((name) => [name, shape])),
    output: shape,
    ...(gradient && { gradient }),
    // A gradient reads what arrives and one tensor more, but that of a sum reads nothing more.
    bytes: bytesOf(shape, shape, ...((gradient && op !== "add") || (!gradient && names.length > 1) ? [shape] : [])),
  };
}

function rowwise(op: "softmax" | "layer_norm", shape: Shape, gradient?: "input"): Row {
  const last = shape.slice(-1);
  return {
    name: `${op} ${shape.join("×")}${gradient ? ", gradient" : ""}`,
    op,
    attributes: op === "softmax" ? { dim: -1 } : { eps: epsilon },
    inputs: { input: shape, ...(op === "layer_norm" && { weight: last, bias: last }) },
    output: shape,
    ...(gradient && { gradient }),
    bytes: bytesOf(shape, shape, ...(gradient ? [shape] : [])),
  };
}

const middle = { title: "56×56×64→64 k3", input: [1, 64, 56, 56], kernel: 3, stride: 1, padding: 1 };
const first = { title: "224×224×3→64 k7 s2", input: [1, 3, 224, 224], kernel: 7, stride: 2, padding: 3 };
const odd = { title: "61×59×17→23 k3", input: [1, 17, 61, 59], kernel: 3, stride: 1, padding: 1 };
const apart = { title: "2×2 s2 on 112×112×64", input: [1, 64, 112, 112], kernel: 2, stride: 2, padding: 0 };
const overlapping = { title: "3×3 s2 p1 on 112×112×64", input: [1, 64, 112, 112], kernel: 3, stride: 2, padding: 1 };

/** A product and a ReLU in turns, each on what the last one wrote. */
const chained = 200;
const tiny: Row = {
  name: "a tiny op in a batch",
  op: "matmul",
  attributes: {},
  inputs: { a: [4, 4], b: [4, 4] },
  output: [4, 4],
  chain: chained,
};

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...[64, 128, 256, 512, 1024].map((n) => matmul(n, n, n)),
  matmul(127, 129, 131),
  matmul(500, 333, 257),
  matmul(1000, 1001, 999),
  matmul(1, 4096, 4096),
  convolution(middle, 64),
  convolution(first, 64),
  convolution(odd, 23),
  convolution(middle, 64, "input"),
  convolution(odd, 23, "input"),
  convolution(middle, 64, "weight"),
  convolution(odd, 23, "weight"),
  pool(apart),
  pool(apart, "input"),
  pool(overlapping),
  pool(overlapping, "input"),
  ...[
    [1024, 1024],
    [1000, 1003],
  ].flatMap((shape) => [
    rowwise("softmax", shape),
    rowwise("softmax", shape, "input"),
    rowwise("layer_norm", shape),
    rowwise("layer_norm", shape, "input"),
  ]),
  elementwise("relu", ["input"]),
  elementwise("relu", ["input"], "input"),
  elementwise("gelu", ["input"]),
  elementwise("gelu", ["input"], "input"),
  elementwise("add", ["a", "b"]),
  elementwise("add", ["a", "b"], "a"),
  elementwise("mul", ["a", "b"]),
  elementwise("mul", ["a", "b"], "a"),
  tiny,
];

/** The rows whose name holds one of the texts, whatever their case; all of them where there is no text. */
export const rowsNamed = (texts: readonly string[]): readonly Row[] =>
  rows.filter(
    ({ name }) => texts.length === 0 || texts.some((text) => name.toLowerCase().includes(text.toLowerCase())),
  );
