/**
 * TensorFlow.js on its WebGPU backend. Images lie with the channels last, its own layout, from the start, so no change of
 * layout is timed. A gradient is its gradient kernel, without the forward pass; where it has none, the ops that its own
 * gradient function is made of.
 */
import * as tf from "@tensorflow/tfjs-core";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { channelsFirst, channelsLast, permuted } from "../layout";
import { epsilon, extentsOf, resultShape, type Data, type Row } from "../row";
import type { Contender, Prepared } from "./contender";

type Apply = () => tf.Tensor;
type Given = Readonly<Record<string, tf.Tensor>>;

/** A weight's axes as tfjs wants them: height, width, in, out; and back. */
const weightLast = [2, 3, 1, 0] as const;
const weightFirst = [3, 2, 0, 1] as const;

const isImage = ({ op }: Row): boolean => op === "conv2d" || op === "max_pool2d";
const lastOf = (shape: readonly number[], name: string): readonly number[] =>
  (name === "weight" ? weightLast : channelsLast).map((axis) => shape[axis]);

function tensorOf(row: Row, name: string, shape: readonly number[], numbers: Float32Array): tf.Tensor {
  if (!isImage(row)) return tf.tensor(numbers, [...shape]);
  const order = name === "weight" ? weightLast : channelsLast;
  return tf.tensor(permuted(numbers, shape, order), [...lastOf(shape, name)]);
}

function given(row: Row, { inputs, upstream }: Data): Given {
  const named = Object.entries(row.inputs).map(([name, shape]) => [name, tensorOf(row, name, shape, inputs[name])]);
  const arriving = upstream.length > 0 ? [["upstream", tensorOf(row, "upstream", row.output, upstream)]] : [];
  return Object.fromEntries([...named, ...arriving]) as Given;
}

const kernel = (name: string, inputs: Given, attributes: tf.NamedAttrMap): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes) as tf.Tensor;

function convolution(row: Row, { input, weight, upstream }: Given): Apply {
  const { stride: strides, padding: pad } = extentsOf(row);
  const attributes = { strides, pad, dataFormat: "NHWC", dimRoundingMode: "floor" };
  if (row.gradient === "input")
    return () =>
      kernel("Conv2DBackpropInput", { dy: upstream, filter: weight }, { ...attributes, inputShape: input.shape });
  if (row.gradient === "weight")
    return () =>
      kernel("Conv2DBackpropFilter", { x: input, dy: upstream }, { ...attributes, filterShape: weight.shape });
  return () => kernel("Conv2D", { x: input, filter: weight }, { ...attributes, dilations: 1 });
}

function pool(row: Row, { input, upstream }: Given): Apply {
  const { taps, stride: strides, padding: pad } = extentsOf(row);
  const attributes = { filterSize: taps, strides, pad, dimRoundingMode: "floor" };
  const forward = (): tf.Tensor => kernel("MaxPool", { x: input }, attributes);
  if (row.gradient === undefined) return forward;
  const output = forward();
  return () => kernel("MaxPoolGrad", { dy: upstream, input, output }, attributes);
}

function softmax(row: Row, { input, upstream }: Given): Apply {
  if (row.gradient === undefined) return () => tf.softmax(input);
  const y = tf.softmax(input);
  return () => {
    const weighted = tf.mul(upstream, y);
    return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y));
  };
}

function layerNorm(row: Row, { input, weight, bias, upstream }: Given): Apply {
  const normalized = (): { hat: tf.Tensor; inverse: tf.Tensor } => {
    const { mean, variance } = tf.moments(input, -1, true);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    return { hat: tf.mul(tf.sub(input, mean), inverse), inverse };
  };
  if (row.gradient === undefined) return () => tf.add(tf.mul(normalized().hat, weight), bias);
  return () => {
    const { hat, inverse } = normalized();
    const g = tf.mul(upstream, weight);
    const along = tf.mean(tf.mul(g, hat), -1, true);
    return tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), tf.mul(hat, along)), inverse);
  };
}

function gelu(row: Row, { input, upstream }: Given): Apply {
  const share = (): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
  if (row.gradient === undefined) return () => tf.mul(input, share());
  const scale = 1 / Math.sqrt(2 * Math.PI);
  return () => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), scale);
    return tf.mul(upstream, tf.add(share(), tf.mul(input, density)));
  };
}

function chain(length: number, { a, b }: Given): Apply {
  return () => {
    let now = a;
    for (let i = 0; i < length; i++) now = i % 2 === 0 ? tf.matMul(now, b) : tf.relu(now);
    return now;
  };
}

type Making = (row: Row, given: Given) => Apply | undefined;
const makings: Readonly<Record<string, Making>> = {
  matmul: (row, tensors) =>
    row.chain === undefined ? () => tf.matMul(tensors["a"], tensors["b"]) : chain(row.chain, tensors),
  conv2d: convolution,
  max_pool2d: pool,
  softmax,
  layer_norm: layerNorm,
  gelu,
  relu: ({ gradient }, { input, upstream }) =>
    gradient === undefined ? () => tf.relu(input) : () => tf.mul(upstream, tf.step(input)),
  // The gradient of a sum is what arrives: nothing is computed.
  add: ({ gradient }, { a, b }) => (gradient === undefined ? () => tf.add(a, b) : undefined),
  mul: ({ gradient }, { a, b, upstream }) => (gradient === undefined ? () => tf.mul(a, b) : () => tf.mul(upstream, b)),
};

/** Opens the backend. Small ops stay on the GPU. */
export async function tfjs(): Promise<Contender> {
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  await tf.setBackend("webgpu");
  await tf.ready();
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error("tfjs: it chose another backend; WebGPU would fit");
  return {
    name: "tfjs",
    title: "tfjs",
    prepare: (row, data) => {
      const tensors = given(row, data);
      const apply = makings[row.op]?.(row, tensors);
      return Promise.resolve(apply && ready(backend, row, tensors, apply));
    },
  };
}

/** Submits the up to fifteen dispatches that it holds back. */
function flush(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

function ready(backend: WebGPUBackend, row: Row, tensors: Given, apply: Apply): Prepared {
  let latest: tf.Tensor | undefined;
  return {
    batch: async (count) => {
      for (let i = 0; i < count; i++) {
        latest?.dispose();
        latest = tf.tidy(apply);
      }
      flush(backend);
      await backend.device.queue.onSubmittedWorkDone();
    },
    output: async () => inPlace(row, (await latest?.data()) ?? []),
    dispose: () => {
      latest?.dispose();
      for (const tensor of Object.values(tensors)) tensor.dispose();
    },
  };
}

/** The result in PyTorch's layout. */
function inPlace(row: Row, numbers: ArrayLike<number>): ArrayLike<number> {
  if (!isImage(row)) return numbers;
  const shape = resultShape(row);
  const weight = row.gradient === "weight";
  const order = weight ? weightFirst : channelsFirst;
  return permuted(numbers, lastOf(shape, weight ? "weight" : "output"), order);
}
