/** A device, and a program whose numbers the tests set, for pictures without a processor. */
import type { Tensor } from "../../src/core/graph";

export async function openDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter)
    throw new Error("openDevice: no WebGPU adapter; a browser started with the flags of browser.mjs would do");
  return adapter.requestDevice();
}

/** Numbers by tensor, on the device. */
export class FakeProgram {
  readonly #device: GPUDevice;
  readonly #buffers = new Map<Tensor, GPUBuffer>();
  readonly #extents = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice, extents: Readonly<Record<string, number>> = { values: 5, gradients: 5 }) {
    this.#device = device;
    for (const [group, end] of Object.entries(extents)) this.#extents.set(group, this.#make([end]));
  }

  #make(numbers: readonly number[]): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const data = Float32Array.from(numbers);
    const buffer = this.#device.createBuffer({ size: data.byteLength, usage });
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  set(tensor: Tensor, numbers: readonly number[]): this {
    const buffer = this.#buffers.get(tensor);
    if (buffer) this.#device.queue.writeBuffer(buffer, 0, Float32Array.from(numbers));
    else this.#buffers.set(tensor, this.#make(numbers));
    return this;
  }

  buffer(tensor: Tensor): GPUBuffer {
    const buffer = this.#buffers.get(tensor);
    if (!buffer) throw new Error(`FakeProgram: ${tensor.name} has no numbers; set() gives it some`);
    return buffer;
  }

  extent(group: string): GPUBuffer {
    const buffer = this.#extents.get(group);
    if (!buffer) throw new Error(`FakeProgram: no scale group ${group}; values and gradients would fit`);
    return buffer;
  }

  copyCells(cells: readonly { tensor: Tensor; at: number }[], target: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder();
    cells.forEach(({ tensor, at }, i) => encoder.copyBufferToBuffer(this.buffer(tensor), at * 4, target, i * 4, 4));
    this.#device.queue.submit([encoder.finish()]);
  }
}
