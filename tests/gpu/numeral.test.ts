import { expect, test } from "vitest";
import numeralSource from "../../shaders/numeral.wgsl?raw";
import { formatIn } from "../../src/core/numeral";
import { unpack } from "../../src/scene/numbers";
import { openDevice } from "./scene-world";

const main = (digits: number): string => `
@group(0) @binding(0) var<storage, read> numbers: array<u32>;
@group(0) @binding(1) var<storage, read_write> texts: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&numbers)) { texts[id.x] = numeralOf(numbers[id.x], ${digits}); }
}`;

function storageBuffer(device: GPUDevice, data: Uint32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** What the shader writes for each bit pattern. */
async function textsOf(device: GPUDevice, bits: Uint32Array<ArrayBuffer>, digits: number): Promise<string[]> {
  const module = device.createShaderModule({ code: numeralSource + main(digits) });
  const info = await module.getCompilationInfo();
  if (info.messages.length > 0) throw new Error(info.messages.map((m) => `${m.lineNum}: ${m.message}`).join("; "));
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const numbers = storageBuffer(device, bits);
  const texts = storageBuffer(device, new Uint32Array(bits.length));
  const read = device.createBuffer({ size: bits.byteLength, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const entries = [numbers, texts].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(bits.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(texts, 0, read, 0, bits.byteLength);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  return Array.from(new Uint32Array(read.getMappedRange()), unpack);
}

/** Patterns that are likely to go wrong: powers of two and ten and their neighbours, ties, subnormals, the special ones. */
function awkward(): number[] {
  const powers = Array.from({ length: 278 }, (_, i) => 2 ** (i - 149));
  const tens = Array.from({ length: 84 }, (_, i) => 10 ** (i - 45));
  const ties = [
    0.5, 1.25, 11.125, 0.0625, 2.5e4, 1.25e5, 9999.5, 9999.4995, 99995, 0.00099995, 12.345, 1234.5, 0.1, 0.01,
  ];
  return [...powers, ...tens, ...ties, 3.125, -0.75, 0, -0, NaN, Infinity, -Infinity, 65504, 16777216];
}

function patterns(): Uint32Array<ArrayBuffer> {
  const exact = new Uint32Array(Float32Array.from(awkward()).buffer);
  const near = [...exact].flatMap((bits) => [bits - 1, bits, bits + 1, bits ^ 0x80000000]);
  let seed = 12345;
  const next = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  const random = Array.from({ length: 10_000 }, () => (next() ^ (next() >>> 16)) >>> 0);
  const readable = Array.from({ length: 6_000 }, () => Math.round(next() / 2 ** 14) / 2 ** (next() >>> 27));
  return Uint32Array.from([...near, ...random, ...new Uint32Array(Float32Array.from(readable).buffer)]);
}

test.each([4, 3, 2] as const)("in %i digits the shader writes every float32 as the page does", async (digits) => {
  const device = await openDevice();
  const bits = patterns();
  const texts = await textsOf(device, bits, digits);
  const numbers = new Float32Array(bits.buffer);
  const wrong = texts.flatMap((text, i) => {
    const right = formatIn(digits, numbers[i]);
    return text === right ? [] : [`${text} for ${right}`];
  });
  expect(wrong).toEqual([]);
  device.destroy();
});
