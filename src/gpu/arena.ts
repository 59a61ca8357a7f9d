/**
 * The uniform blocks of all dispatches in one buffer, so that a moved slider is one write. Each block holds, in words of
 * four bytes: +∞, the op's scalars as floats, the numbers of the kernel's block as unsigned integers.
 */
import type { Tensor } from "../core/graph";
import type { Memory } from "./memory";
import type { Dispatch } from "./plan";

export class Arena {
  readonly buffer: GPUBuffer;
  readonly #bytes: ArrayBuffer;
  readonly #floats: Float32Array;
  readonly #offsets: readonly number[];
  /** Where each scalar stands, in words. */
  readonly #places = new Map<Tensor, number[]>();
  readonly #values = new Map<Tensor, number>();
  #changed = true;

  constructor(memory: Memory, dispatches: readonly Dispatch[], scalars: readonly Tensor[], alignment: number) {
    const lengths = dispatches.map(({ scalars: own, block }) =>
      alignedTo(alignment, (1 + own.length + block.length) * 4),
    );
    this.#offsets = startsOf(lengths);
    const total = this.#offsets[dispatches.length];
    // Every scalar stands at the end once more, where copies find it even if no step reads it.
    this.#bytes = new ArrayBuffer(alignedTo(alignment, total + scalars.length * 4 + 4));
    this.#floats = new Float32Array(this.#bytes);
    scalars.forEach((scalar, i) => this.#places.set(scalar, [total / 4 + i]));
    dispatches.forEach((dispatch, i) => this.#write(dispatch, this.#offsets[i] / 4));
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.buffer = memory.make("uniform blocks", this.#bytes.byteLength / 4, usage);
  }

  /** The whole slot of a dispatch: a shader's block may be declared longer than what it is given. */
  binding(dispatch: number): GPUBufferBinding {
    const offset = this.#offsets[dispatch];
    return { buffer: this.buffer, offset, size: this.#offsets[dispatch + 1] - offset };
  }

  /** The last value of a scalar; undefined before it has any. */
  value(scalar: Tensor): number | undefined {
    return this.#values.get(scalar);
  }

  /** Where a scalar's value lies in the buffer, in bytes. */
  offsetOf(scalar: Tensor): number {
    return (this.#places.get(scalar)?.[0] ?? 0) * 4;
  }

  set(scalar: Tensor, value: number): void {
    const rounded = Math.fround(value);
    if (Object.is(this.#values.get(scalar), rounded)) return;
    this.#values.set(scalar, rounded);
    for (const place of this.#places.get(scalar) ?? []) this.#floats[place] = rounded;
    this.#changed = true;
  }

  /** One write, and only if something changed. */
  upload(queue: GPUQueue): void {
    if (this.#changed) queue.writeBuffer(this.buffer, 0, this.#bytes);
    this.#changed = false;
  }

  #write({ scalars, block }: Dispatch, start: number): void {
    this.#floats[start] = Infinity;
    scalars.forEach((scalar, i) => {
      const place = start + 1 + i;
      if (typeof scalar === "number") this.#floats[place] = scalar;
      else this.#places.get(scalar)?.push(place);
    });
    new Uint32Array(this.#bytes).set(block, start + 1 + scalars.length);
  }
}

const alignedTo = (step: number, bytes: number): number => Math.ceil(bytes / step) * step;

/** Where each of several lengths begins when they lie end to end, and where the last one ends. */
const startsOf = (lengths: readonly number[]): number[] => {
  const starts = [0];
  for (const length of lengths) starts.push(starts[starts.length - 1] + length);
  return starts;
};
