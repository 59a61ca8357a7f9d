/** A single compute shader with its buffers: what the naive kernels and the limits are made of. */
import { linearGrid } from "../../../src/core/kernel";
import type { Prepared } from "./contender";

const threads = 64;

/** The head of every such shader: where its thread stands. `count` threads do something. */
export const threadHead = (count: number): string => `
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.x + id.y * groups.x * ${threads}u;
  if (at >= ${count}u) { return; }`;

/** Binding i is the i-th of `inputs`, the next one the output. */
export interface Shading {
  readonly code: string;
  readonly inputs: readonly Float32Array[];
  readonly output: number;
  readonly threads: number;
}

const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;

/** A storage buffer of so many cells, filled with the numbers if there are any. */
export function holding(device: GPUDevice, cells: number, numbers?: Float32Array): GPUBuffer {
  const buffer = device.createBuffer({ size: Math.max(16, cells * 4), usage });
  if (numbers) device.queue.writeBuffer(buffer, 0, numbers as Float32Array<ArrayBuffer>);
  return buffer;
}

/** Rejects with the shader's first error. */
export async function pipelineOf(device: GPUDevice, code: string, entryPoint = "main"): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ code });
  return await device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint } });
}

/** Compiles a shader and puts its inputs on the GPU. */
export async function shading(device: GPUDevice, { code, inputs, output, threads: count }: Shading): Promise<Prepared> {
  const pipeline = await pipelineOf(device, code);
  const target = holding(device, output);
  const buffers = [...inputs.map((numbers) => holding(device, numbers.length, numbers)), target];
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const grid = linearGrid(count, threads);
  return {
    batch: async (runs) => {
      for (let i = 0; i < runs; i++) submit(device, pipeline, group, grid);
      await device.queue.onSubmittedWorkDone();
    },
    output: () => readBack(device, target, output),
    dispose: () => {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

function submit(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  group: GPUBindGroup,
  grid: readonly [number, number, number],
): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...grid);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** The first `cells` numbers of a buffer. */
export async function readBack(device: GPUDevice, buffer: GPUBuffer, cells: number): Promise<Float32Array> {
  const staging = device.createBuffer({ size: cells * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, cells * 4);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const numbers = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return numbers;
}
