/**
 * The rows as ONNX models. ONNX has no gradients: those of convolutions are the convolutions that they come to, those of rowwise
 * and elementwise ops their formulas; a pool's cannot be said.
 */
import { epsilon, extentsOf, type Row } from "../row";
import type { Attribute, Constant, OnnxNode } from "./onnx";

/** The nodes that end in `result`, and what they read besides the row's inputs. */
export interface Model {
  readonly reads: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: Readonly<Record<string, Constant>>;
}

const node = (
  op: string,
  inputs: readonly string[],
  output = "result",
  attributes: Readonly<Record<string, Attribute>> = {},
): OnnxNode => ({ op, inputs, output, attributes });

const simple = (op: string, reads: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): Model => ({
  reads,
  nodes: [node(op, reads, "result", attributes)],
});

const ints = (...values: readonly number[]): Attribute => ({ ints: values });
const lastAxis = { axis: { ints: [-1] } };

function convolution(row: Row): Model {
  const { taps, stride, padding, height, width, down, across } = extentsOf(row);
  const pads = ints(padding, padding, padding, padding);
  const left = (extent: number, windows: number): number => extent + 2 * padding - taps - (windows - 1) * stride;
  const rest = [left(height, down), left(width, across)];
  if (row.gradient === undefined) return simple("Conv", ["input", "weight"], { strides: ints(stride, stride), pads });
  if (row.gradient === "input")
    return simple("ConvTranspose", ["upstream", "weight"], {
      strides: ints(stride, stride),
      pads,
      output_padding: ints(...rest),
    });
  const swap = { perm: ints(1, 0, 2, 3) };
  return {
    reads: ["input", "upstream"],
    nodes: [
      node("Transpose", ["input"], "images", swap),
      node("Transpose", ["upstream"], "kernels", swap),
      node("Conv", ["images", "kernels"], "swapped", {
        dilations: ints(stride, stride),
        pads: ints(padding, padding, padding - rest[0], padding - rest[1]),
      }),
      node("Transpose", ["swapped"], "result", swap),
    ],
  };
}

function pool(row: Row): Model | undefined {
  const { taps, stride, padding } = extentsOf(row);
  if (row.gradient !== undefined) return undefined;
  return simple("MaxPool", ["input"], {
    kernel_shape: ints(taps, taps),
    strides: ints(stride, stride),
    pads: ints(padding, padding, padding, padding),
  });
}

/** y is computed beforehand, as it is for the others. */
const softmax = ({ gradient }: Row): Model =>
  gradient === undefined
    ? simple("Softmax", ["input"], { axis: { int: -1 } })
    : {
        reads: ["output", "upstream"],
        constants: lastAxis,
        nodes: [
          node("Mul", ["output", "upstream"], "weighted"),
          node("ReduceSum", ["weighted", "axis"], "dot"),
          node("Sub", ["upstream", "dot"], "difference"),
          node("Mul", ["output", "difference"]),
        ],
      };

const layerNorm = ({ gradient }: Row): Model =>
  gradient === undefined
    ? simple("LayerNormalization", ["input", "weight", "bias"], { axis: { int: -1 }, epsilon: { float: epsilon } })
    : {
        reads: ["input", "weight", "upstream"],
        constants: { ...lastAxis, epsilon: { float: epsilon } },
        nodes: [
          node("ReduceMean", ["input", "axis"], "mean"),
          node("Sub", ["input", "mean"], "centred"),
          node("Mul", ["centred", "centred"], "squares"),
          node("ReduceMean", ["squares", "axis"], "variance"),
          node("Add", ["variance", "epsilon"], "raised"),
          node("Sqrt", ["raised"], "deviation"),
          node("Div", ["centred", "deviation"], "hat"),
          node("Mul", ["upstream", "weight"], "g"),
          node("ReduceMean", ["g", "axis"], "middle"),
          node("Mul", ["g", "hat"], "products"),
          node("ReduceMean", ["products", "axis"], "along"),
          node("Mul", ["hat", "along"], "projected"),
          node("Sub", ["g", "middle"], "shifted"),
          node("Sub", ["shifted", "projected"], "remaining"),
          node("Div", ["remaining", "deviation"]),
        ],
      };

const gelu = ({ gradient }: Row): Model =>
  gradient === undefined
    ? simple("Gelu", ["input"])
    : {
        reads: ["input", "upstream"],
        constants: {
          root: { float: Math.SQRT1_2 },
          one: { float: 1 },
          half: { float: 0.5 },
          minus: { float: -0.5 },
          scale: { float: 1 / Math.sqrt(2 * Math.PI) },
        },
        nodes: [
          node("Mul", ["input", "root"], "z"),
          node("Erf", ["z"], "erf"),
          node("Add", ["erf", "one"], "raised"),
          node("Mul", ["raised", "half"], "share"),
          node("Mul", ["input", "input"], "square"),
          node("Mul", ["square", "minus"], "exponent"),
          node("Exp", ["exponent"], "bell"),
          node("Mul", ["bell", "scale"], "density"),
          node("Mul", ["input", "density"], "moved"),
          node("Add", ["share", "moved"], "slope"),
          node("Mul", ["upstream", "slope"]),
        ],
      };

const relu = ({ gradient }: Row): Model =>
  gradient === undefined
    ? simple("Relu", ["input"])
    : {
        reads: ["input", "upstream"],
        constants: { zero: { float: 0 } },
        nodes: [node("Greater", ["input", "zero"], "open"), node("Where", ["open", "upstream", "zero"])],
      };

function chain(length: number): Model {
  const nodes = Array.from({ length }, (_, i) => {
    const before = i === 0 ? "a" : `link${i - 1}`;
    const after = i === length - 1 ? "result" : `link${i}`;
    return i % 2 === 0 ? node("MatMul", [before, "b"], after) : node("Relu", [before], after);
  });
  return { reads: ["a", "b"], nodes };
}

/** By the op's name; nothing where ONNX cannot say it or there is nothing to compute. */
export const models: Readonly<Record<string, (row: Row) => Model | undefined>> = {
  matmul: ({ chain: length }) => (length === undefined ? simple("MatMul", ["a", "b"]) : chain(length)),
  conv2d: convolution,
  max_pool2d: pool,
  softmax,
  layer_norm: layerNorm,
  gelu,
  relu,
  // The gradient of a sum is what arrives: nothing is computed.
  add: ({ gradient }) => (gradient === undefined ? simple("Add", ["a", "b"]) : undefined),
  mul: ({ gradient }) => simple("Mul", [gradient === undefined ? "a" : "upstream", "b"]),
};
