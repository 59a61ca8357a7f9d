/** Numbers that the page writes for the shaders to read: uploaded only when they changed, in a buffer that grows. */
import type { Node } from "three/webgpu";
import type { Adoption, Bits } from "./adopt";

function sameNumbers(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

export class Written {
  readonly #device: GPUDevice;
  #buffer: GPUBuffer;
  #last = new Float32Array();
  readonly #bits: Bits;

  constructor(device: GPUDevice, adoption: Adoption, floats = 64) {
    this.#device = device;
    this.#buffer = this.#make(floats);
    this.#bits = adoption.bits(this.#buffer);
  }

  #make(floats: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    return this.#device.createBuffer({ size: floats * 4, usage });
  }

  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** The word at a position, to be read as a float by `bitcast`. */
  at(index: Node): Node {
    return this.#bits.at(index);
  }

  /** Replaces all numbers. */
  write(numbers: Float32Array<ArrayBuffer>): void {
    if (sameNumbers(numbers, this.#last)) return;
    if (numbers.byteLength > this.#buffer.size) this.#grow(numbers.length);
    this.#device.queue.writeBuffer(this.#buffer, 0, numbers);
    this.#last = numbers.slice();
  }

  #grow(floats: number): void {
    const old = this.#buffer;
    this.#buffer = this.#make(2 ** Math.ceil(Math.log2(floats)));
    this.#bits.show(this.#buffer);
    old.destroy();
  }

  dispose(): void {
    this.#buffer.destroy();
  }
}
