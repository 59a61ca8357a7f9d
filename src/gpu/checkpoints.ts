/**
 * The states of a long run that are kept: evenly spaced over its steps and never more than there is room for. When all
 * places are taken, every other state goes, and from then on they are kept twice as far apart.
 */
import { storageUsage, type Memory } from "./memory";

/** A buffer that carries over from step to step, and its cells. */
export interface Carried {
  readonly buffer: GPUBuffer;
  readonly cells: number;
}

export class Checkpoints {
  readonly #memory: Memory;
  readonly #carried: readonly Carried[];
  readonly #most: number;
  readonly #kept = new Map<number, GPUBuffer>();
  /** Buffers of states that went: taken again, since commands that are not submitted yet may still name them. */
  readonly #free: GPUBuffer[] = [];
  #interval = 1;

  /** At most `bytes` bytes, but room for two states at least: the first, and one to move on from. */
  constructor(memory: Memory, carried: readonly Carried[], bytes: number) {
    this.#memory = memory;
    this.#carried = carried;
    this.#most = Math.max(2, Math.floor(bytes / (4 * this.#cells)));
  }

  get #cells(): number {
    return Math.max(
      1,
      this.#carried.reduce((total, { cells }) => total + cells, 0),
    );
  }

  /** How many states are kept, how many steps apart, and the bytes that they take. */
  get stats(): { readonly kept: number; readonly interval: number; readonly bytes: number } {
    const buffers = this.#kept.size + this.#free.length;
    return { kept: this.#kept.size, interval: this.#interval, bytes: buffers * this.#cells * 4 };
  }

  /** Keeps the state that step `step` starts from, where it falls on the grid and is not kept yet. */
  keep(encoder: GPUCommandEncoder, step: number): void {
    if (step % this.#interval !== 0 || this.#kept.has(step)) return;
    if (this.#kept.size >= this.#most) this.#thin();
    // The step may have fallen off the wider grid.
    if (step % this.#interval !== 0) return;
    const buffer = this.#free.pop() ?? this.make();
    this.save(encoder, buffer);
    this.#kept.set(step, buffer);
  }

  /** The last kept step that is not after `step`; undefined before the first. */
  nearest(step: number): number | undefined {
    const before = [...this.#kept.keys()].filter((kept) => kept <= step);
    return before.length > 0 ? Math.max(...before) : undefined;
  }

  /** Puts the state that step `step` starts from back where the step reads it. */
  restore(encoder: GPUCommandEncoder, step: number): void {
    const buffer = this.#kept.get(step);
    if (!buffer)
      throw new RangeError(`checkpoints: step ${step} is not kept; ${[...this.#kept.keys()].join(", ")} would fit`);
    this.load(encoder, buffer);
  }

  /** A buffer that holds one state. */
  make(): GPUBuffer {
    return this.#memory.make("checkpoint", this.#cells, storageUsage);
  }

  save(encoder: GPUCommandEncoder, into: GPUBuffer): void {
    this.#each((buffer, at, bytes) => encoder.copyBufferToBuffer(buffer, 0, into, at, bytes));
  }

  load(encoder: GPUCommandEncoder, from: GPUBuffer): void {
    this.#each((buffer, at, bytes) => encoder.copyBufferToBuffer(from, at, buffer, 0, bytes));
  }

  dispose(): void {
    for (const buffer of [...this.#kept.values(), ...this.#free]) this.#memory.release(buffer);
  }

  #each(copy: (buffer: GPUBuffer, at: number, bytes: number) => void): void {
    let at = 0;
    for (const { buffer, cells } of this.#carried) {
      copy(buffer, at, cells * 4);
      at += cells * 4;
    }
  }

  #thin(): void {
    this.#interval *= 2;
    for (const [step, buffer] of this.#kept) {
      if (step % this.#interval === 0) continue;
      this.#kept.delete(step);
      this.#free.push(buffer);
    }
  }
}
