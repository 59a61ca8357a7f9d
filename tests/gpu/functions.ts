/** One function of `shaders/math.wgsl` applied to many numbers, and what it is held against. */

const shell = (expression: string): string => /* wgsl */ `
@group(0) @binding(0) var<storage, read> arguments: array<f32>;
@group(0) @binding(1) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= arrayLength(&arguments)) { return; }
  let x = arguments[i];
  values[i] = ${expression};
}`;

async function pipelineFor(device: GPUDevice, code: string): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  if (messages.length > 0) throw new Error(messages.map((m) => `${m.lineNum}: ${m.message}`).join("; "));
  return device.createComputePipelineAsync({ layout: "auto", compute: { module } });
}

/** What `expression` makes of each x, with the functions of `code` at hand. */
export async function applied(
  device: GPUDevice,
  code: string,
  expression: string,
  xs: Float32Array<ArrayBuffer>,
): Promise<Float32Array> {
  const pipeline = await pipelineFor(device, code + shell(expression));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffers = [0, 1].map(() => device.createBuffer({ size: xs.byteLength, usage }));
  device.queue.writeBuffer(buffers[0], 0, xs);
  const read = device.createBuffer({ size: xs.byteLength, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(xs.length / 64 / 1024), 1024);
  pass.end();
  encoder.copyBufferToBuffer(buffers[1], 0, read, 0, xs.byteLength);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(read.getMappedRange().slice(0));
  for (const buffer of [...buffers, read]) buffer.destroy();
  return values;
}

/** Numbers around which something changes: zeros, subnormals, the edges of the range, infinities, NaN. */
const edges: readonly number[] = [
  [0, 1, 2 ** -149, 3 * 2 ** -149, 2 ** -127, 2 ** -126, 2 ** -64, 2 ** -24, 2 ** -12, 0.25, 0.375, 0.5, 2, 4],
  [Math.SQRT1_2, Math.SQRT2, Math.LN2 / 2, Math.LN2, Math.PI / 4, Math.PI / 2, Math.PI, 9, 20, 88.72283, 88.72284],
  [87.33654, 87.4, 103.97, 104, 150, 1e4, 2 ** 16, 2 ** 24, 2 ** 60, 2 ** 126, 2 ** 127, 3.4028235e38],
  [Infinity, Number.NaN],
].flat();

/** Every part of the range of float32: all exponents evenly by their bits, densely between −`wide` and `wide`, and edges. */
export function everywhere(wide: number): Float32Array<ArrayBuffer> {
  const bits = Uint32Array.from({ length: 2 ** 16 }, (_, i) => (i * 65_537 + ((i * 40_503) & 0xffff)) >>> 0);
  const dense = Float32Array.from({ length: 2 ** 17 }, (_, i) => wide * (i / 2 ** 16 - 1));
  const near = Float32Array.from({ length: 2 ** 14 }, (_, i) => 1.5 * (i / 2 ** 13 - 1));
  const sharp = new Uint32Array(Float32Array.from(edges).buffer);
  const neighbours = Uint32Array.from(
    [...sharp].flatMap((at) => [at - 1, at, at + 1].flatMap((b) => [b, b ^ (1 << 31)])),
  );
  return Float32Array.from([
    ...new Float32Array(bits.buffer),
    ...dense,
    ...near,
    ...new Float32Array(neighbours.buffer),
  ]);
}
