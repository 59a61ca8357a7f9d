/** Bringing numbers back from the GPU: off the frame path, through buffers that are used again. */
import type { Memory } from "./memory";

/** A run of cells to read. */
export interface Range {
  readonly buffer: GPUBuffer;
  readonly cells: number;
}

/** How many idle buffers are kept. */
const mostIdle = 4;

/** An idle buffer is let go of where it is so many times larger than what is read, and not small: its size was left. */
const tooLarge = 16;
const small = 2 ** 16;

export class Staging {
  readonly #device: GPUDevice;
  readonly #memory: Memory;
  readonly #submit: (commands: GPUCommandBuffer) => void;
  #idle: GPUBuffer[] = [];

  constructor(device: GPUDevice, memory: Memory, submit: (commands: GPUCommandBuffer) => void) {
    this.#device = device;
    this.#memory = memory;
    this.#submit = submit;
  }

  /** The bits of each range, as they are after everything that was submitted before this call. */
  async read(ranges: readonly Range[]): Promise<ArrayBuffer[]> {
    const bits: ArrayBuffer[] = [];
    const parts = this.#batches(ranges).map((batch) => this.#readBatch(batch));
    for (const part of await Promise.all(parts)) bits.push(...part);
    return bits;
  }

  dispose(): void {
    this.#release(() => true);
  }

  /** As many ranges at a time as one buffer may hold. */
  #batches(ranges: readonly Range[]): Range[][] {
    const most = this.#device.limits.maxBufferSize / 4 - 4;
    const batches: Range[][] = [];
    let room = 0;
    for (const range of ranges) {
      if (range.cells > room) {
        batches.push([]);
        room = most;
      }
      batches[batches.length - 1].push(range);
      room -= range.cells;
    }
    return batches;
  }

  async #readBatch(ranges: readonly Range[]): Promise<ArrayBuffer[]> {
    const cells = ranges.reduce((total, range) => total + range.cells, 0);
    const buffer = this.#take(cells);
    this.#copy(ranges, buffer);
    try {
      await buffer.mapAsync(GPUMapMode.READ, 0, cells * 4);
    } catch (cause) {
      this.#memory.release(buffer);
      throw cause;
    }
    const bits = slices(ranges, buffer.getMappedRange(0, cells * 4));
    buffer.unmap();
    this.#giveBack(buffer);
    return bits;
  }

  #copy(ranges: readonly Range[], target: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder({ label: "read" });
    let at = 0;
    for (const { buffer, cells } of ranges) {
      encoder.copyBufferToBuffer(buffer, 0, target, at, cells * 4);
      at += cells * 4;
    }
    this.#submit(encoder.finish());
  }

  /** The smallest idle buffer that is large enough, or a new one. */
  #take(cells: number): GPUBuffer {
    this.#release(({ size }) => size > Math.max(small, tooLarge * cells * 4));
    const fitting = this.#idle.filter(({ size }) => size >= cells * 4).toSorted((a, b) => a.size - b.size)[0];
    if (!fitting) return this.#memory.make("staging", cells, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    this.#idle = this.#idle.filter((buffer) => buffer !== fitting);
    return fitting;
  }

  #giveBack(buffer: GPUBuffer): void {
    this.#idle.push(buffer);
    const [oldest] = this.#idle;
    if (this.#idle.length > mostIdle) this.#release((idle) => idle === oldest);
  }

  #release(which: (buffer: GPUBuffer) => boolean): void {
    for (const buffer of this.#idle.filter(which)) this.#memory.release(buffer);
    this.#idle = this.#idle.filter((buffer) => !which(buffer));
  }
}

function slices(ranges: readonly Range[], mapped: ArrayBuffer): ArrayBuffer[] {
  let at = 0;
  return ranges.map(({ cells }) => {
    const from = at;
    at += cells * 4;
    return mapped.slice(from, at);
  });
}
