/** Writes ONNX models: the few fields of the protocol buffers of https://onnx.ai/onnx/api/classes.html that are needed here. */
import type { Shape } from "../../../src/core/shape";

type Bytes = readonly number[];

/** A base-128 integer, lowest digits first. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return bytes;
}

const integer = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const nested = (field: number, bytes: Bytes): Bytes => [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
const text = (field: number, value: string): Bytes => nested(field, [...new TextEncoder().encode(value)]);
const real = (field: number, value: number): Bytes => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];

/** What an attribute may hold here: a whole number, several, or a number with a fraction. */
export type Attribute = { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number };

/** Types of attributes, as AttributeProto numbers them. */
const [floatType, intType, intsType] = [1, 2, 7];

function attribute(name: string, value: Attribute): Bytes {
  const head = text(1, name);
  if ("int" in value) return [...head, ...integer(3, value.int), ...integer(20, intType)];
  if ("float" in value) return [...head, ...real(2, value.float), ...integer(20, floatType)];
  return [...head, ...value.ints.flatMap((each) => integer(8, each)), ...integer(20, intsType)];
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

const node = ({ op, inputs, output, attributes = {} }: OnnxNode): Bytes => [
  ...inputs.flatMap((name) => text(1, name)),
  ...text(2, output),
  ...text(4, op),
  ...Object.entries(attributes).flatMap(([name, value]) => nested(5, attribute(name, value))),
];

/** Types of cells, as TensorProto numbers them. */
const [float32, int64] = [1, 7];

function valueInfo(name: string, shape: Shape): Bytes {
  const dimensions = shape.flatMap((extent) => nested(1, integer(1, extent)));
  const tensor = [...integer(1, float32), ...nested(2, dimensions)];
  return [...text(1, name), ...nested(2, nested(1, tensor))];
}

/** A number, or the list of whole numbers that an op takes as an input. */
export type Constant = { readonly float: number } | { readonly ints: readonly number[] };

const constant = (name: string, value: Constant): Bytes =>
  "float" in value
    ? [...integer(2, float32), ...real(4, value.float), ...text(8, name)]
    : [
        ...integer(1, value.ints.length),
        ...integer(2, int64),
        ...value.ints.flatMap((each) => integer(7, each)),
        ...text(8, name),
      ];

export interface OnnxGraph {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  readonly constants?: Readonly<Record<string, Constant>>;
  readonly nodes: readonly OnnxNode[];
}

/** A model of opset 20. */
export function encode({ inputs, outputs, constants = {}, nodes }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap((each) => nested(1, node(each))),
    ...text(2, "row"),
    ...Object.entries(constants).flatMap(([name, value]) => nested(5, constant(name, value))),
    ...Object.entries(inputs).flatMap(([name, shape]) => nested(11, valueInfo(name, shape))),
    ...Object.entries(outputs).flatMap(([name, shape]) => nested(12, valueInfo(name, shape))),
  ];
  return Uint8Array.from([...integer(1, 9), ...nested(7, graph), ...nested(8, integer(2, 20))]);
}
