/** Buffers, counted: what is alive, how many bytes, and how many were ever made. */
export class Memory {
  readonly #device: GPUDevice;
  readonly #live = new Set<GPUBuffer>();
  #bytes = 0;
  #created = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get stats(): { readonly buffers: number; readonly bytes: number; readonly created: number } {
    return { buffers: this.#live.size, bytes: this.#bytes, created: this.#created };
  }

  /**
   * A buffer of `cells` cells of four bytes, with one number in all of them or one in each. Sizes are rounded up to 16
   * bytes, so none is empty; new cells are 0.
   */
  make(label: string, cells: number, usage: GPUBufferUsageFlags, fill: number | ArrayLike<number> = 0): GPUBuffer {
    const size = Math.max(1, Math.ceil(cells / 4)) * 16;
    const buffer = this.#device.createBuffer({ label, size, usage });
    if (fill !== 0) this.#device.queue.writeBuffer(buffer, 0, numbersOf(cells, fill));
    this.#live.add(buffer);
    this.#bytes += size;
    this.#created++;
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }
}

const numbersOf = (cells: number, fill: number | ArrayLike<number>): Float32Array<ArrayBuffer> =>
  typeof fill === "number" ? new Float32Array(cells).fill(fill) : Float32Array.from(fill);

/** What a tensor's buffer is good for: kernels, copies, and three's shaders. */
export const storageUsage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
