/** One number per step of a long run, such as the loss: gathered on the GPU and brought back when someone asks. */
import { storageUsage, type Memory } from "./memory";
import type { Staging } from "./staging";

/** Room for this many steps at first; it doubles when it is full. */
const first = 1024;

export class History {
  readonly #device: GPUDevice;
  readonly #memory: Memory;
  #buffer: GPUBuffer;
  #room = first;

  constructor(device: GPUDevice, memory: Memory) {
    this.#device = device;
    this.#memory = memory;
    this.#buffer = this.#make();
  }

  /** Makes room for steps up to `steps`, before commands that write them are encoded. */
  reserve(steps: number, submit: (commands: GPUCommandBuffer) => void): void {
    if (steps <= this.#room) return;
    const [before, held] = [this.#buffer, this.#room];
    while (this.#room < steps) this.#room *= 2;
    this.#buffer = this.#make();
    const encoder = this.#device.createCommandEncoder({ label: "history" });
    encoder.copyBufferToBuffer(before, 0, this.#buffer, 0, held * 4);
    submit(encoder.finish());
    this.#memory.release(before);
  }

  /** Keeps the first cell of `from` as the number of step `step`. */
  keep(encoder: GPUCommandEncoder, from: GPUBuffer, step: number): void {
    encoder.copyBufferToBuffer(from, 0, this.#buffer, step * 4, 4);
  }

  /** The numbers of the first `steps` steps. */
  async read(staging: Staging, steps: number): Promise<Float32Array> {
    if (steps === 0) return new Float32Array();
    const [bits] = await staging.read([{ buffer: this.#buffer, cells: steps }]);
    return new Float32Array(bits);
  }

  dispose(): void {
    this.#memory.release(this.#buffer);
  }

  #make(): GPUBuffer {
    return this.#memory.make("history", this.#room, storageUsage);
  }
}
