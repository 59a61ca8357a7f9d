/**
 * onnxruntime-web on WebGPU, each row a model, its inputs and its output in GPU buffers. Images lie as PyTorch has them, which
 * is ONNX's layout; what the runtime turns around inside is timed.
 */
import * as ort from "onnxruntime-web/webgpu";
import { size, type Shape } from "../../../src/core/shape";
import { forwardOf, resultShape, type Data, type Row } from "../row";
import type { Contender, Prepared } from "./contender";
import { encode } from "./onnx";
import { models, type Model } from "./ort_models";
import { holding, readBack } from "./shader";

/** The runtime; its device exists from the first session on. */
export function onnxruntime(): Contender {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/node_modules/onnxruntime-web/dist/";
  ort.env.logLevel = "error";
  return {
    name: "ort",
    title: "ort-web",
    prepare: async (row, data) => {
      const model = models[row.op]?.(row);
      return model && (await ready(row, model, data));
    },
  };
}

const numbersOf = (name: string, { inputs, upstream }: Data): Float32Array =>
  name === "upstream" ? upstream : inputs[name];

const tensor = (buffer: GPUBuffer, dims: Shape): ort.Tensor =>
  ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [...dims] });

async function ready(row: Row, model: Model, data: Data): Promise<Prepared> {
  const shapes: Readonly<Record<string, Shape>> = { ...row.inputs, upstream: row.output, output: row.output };
  const inputs = Object.fromEntries(model.reads.map((name) => [name, shapes[name]]));
  const shape = resultShape(row);
  const bytes = encode({ ...model, inputs, outputs: { result: shape } });
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["webgpu"] });
  const device = await ort.env.webgpu.device;
  const buffers = await Promise.all(
    model.reads.map(async (name) =>
      name === "output" ? await forward(row, data) : holding(device, size(shapes[name]), numbersOf(name, data)),
    ),
  );
  const target = holding(device, size(shape));
  const feeds = Object.fromEntries(model.reads.map((name, i) => [name, tensor(buffers[i], shapes[name])]));
  const fetches = { result: tensor(target, shape) };
  return {
    batch: async (count) => {
      for (let i = 0; i < count; i++) await session.run(feeds, fetches);
      await device.queue.onSubmittedWorkDone();
    },
    output: () => readBack(device, target, size(shape)),
    dispose: () => {
      void session.release();
      for (const buffer of [...buffers, target]) buffer.destroy();
    },
  };
}

/** What the forward step of the row comes to, in a buffer of its own. */
async function forward(whole: Row, data: Data): Promise<GPUBuffer> {
  const row = forwardOf(whole);
  const model = models[row.op]?.(row);
  if (!model) throw new Error(`${row.name}: it has no forward step in ONNX`);
  const device = await ort.env.webgpu.device;
  const before = await ready(row, model, data);
  await before.batch(1);
  const numbers = await before.output();
  before.dispose();
  return holding(device, numbers.length, Float32Array.from(numbers));
}
