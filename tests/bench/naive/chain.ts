/** The chain of tiny ops as raw WebGPU does it: a dispatch each, all of them in one submit. */
import { size } from "../../../src/core/shape";
import type { Data, Row } from "../row";
import type { Prepared } from "../contenders/contender";
import { holding, pipelineOf, readBack } from "../contenders/shader";

const code = `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
override n = 4u;
@compute @workgroup_size(16) fn product(@builtin(local_invocation_index) at: u32) {
  var sum = 0.0;
  for (var k = 0u; k < n; k++) { sum += a[at / n * n + k] * b[k * n + at % n]; }
  result[at] = sum;
}
@compute @workgroup_size(16) fn positive(@builtin(local_invocation_index) at: u32) {
  result[at] = max(a[at], 0.0) + 0.0 * b[0];
}`;

export async function chain(device: GPUDevice, row: Row, length: number, data: Data): Promise<Prepared> {
  const cells = size(row.output);
  const [a, b, product, positive] = [data.inputs["a"], data.inputs["b"], undefined, undefined].map((numbers) =>
    holding(device, cells, numbers),
  );
  const [multiply, rectify] = await Promise.all(
    ["product", "positive"].map((entry) => pipelineOf(device, code, entry)),
  );
  const binding = (pipeline: GPUComputePipeline, ...buffers: readonly GPUBuffer[]): GPUBindGroup =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, i) => ({ binding: i, resource: { buffer } })),
    });
  const start = binding(multiply, a, b, product);
  const links = [binding(multiply, positive, b, product), binding(rectify, product, b, positive)];
  const once = (): void => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < length; i++) {
      pass.setPipeline(i % 2 === 0 ? multiply : rectify);
      pass.setBindGroup(0, i === 0 ? start : links[i % 2]);
      pass.dispatchWorkgroups(1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  return {
    batch: async (count) => {
      for (let i = 0; i < count; i++) once();
      await device.queue.onSubmittedWorkDone();
    },
    output: () => readBack(device, positive, cells),
    dispose: () => {
      for (const buffer of [a, b, product, positive]) buffer.destroy();
    },
  };
}
