/** What computes: one GPU device with its processor, where there is one, and the worker that checks. Reopened after a loss. */
import type { AnyOp } from "../core/op";
import { openDevice, type Gpu } from "../gpu/device";
import { Families } from "../gpu/families";
import { Processor, type Stats } from "../gpu/processor";
import type { Numbers, OpCall } from "../ops/call";
import type { Tensor } from "../core/graph";
import { Checker } from "./check";
import { checkGiven, recordWithin } from "./run-limit";
import { rememberedFamilies, rememberFamilies } from "./remembered";

export interface EngineEvents {
  /** An error of the GPU that nobody waited for. */
  error(message: string): void;
  /** The device is gone; what it held must be computed again after `reopen`. */
  lost(message: string): void;
}

export interface RunResult {
  readonly outputs: Record<string, Numbers>;
  readonly grads: Record<string, Numbers>;
}

/** Between two tries to open another device, in milliseconds. */
const pause = 500;

/** After this long, in milliseconds, the loss of a device is known. */
export const moment = 500;

/** Why there is no GPU any more. */
export const noOtherGpu = "The GPU process crashed and the browser offers no other now.";

export class Engine {
  readonly checker = new Checker();
  readonly #events: EngineEvents;
  #gpu: Gpu | undefined;
  #processor: Processor | undefined;
  /** Why there is no GPU. */
  missing: string | undefined;

  constructor(events: EngineEvents) {
    this.#events = events;
  }

  get gpu(): Gpu | undefined {
    return this.#gpu;
  }
  /** Whether there was a GPU that nothing could replace so far. */
  get crashed(): boolean {
    return this.missing === noOtherGpu;
  }
  /** What computes, in words. */
  get adapter(): string {
    if (!this.#gpu) return this.crashed ? "no GPU now" : "no WebGPU";
    const { description, architecture, vendor } = this.#gpu.adapter;
    return `WebGPU, ${[description, architecture, vendor].find((part) => part !== "") ?? "unnamed adapter"}`;
  }
  get processor(): Processor | undefined {
    return this.#processor;
  }

  /** Opens the device; without one, `missing` says why and everything is computed by the reference. */
  async open(): Promise<void> {
    this.missing = await this.#tryOpen();
  }

  /** Opens another device after a loss, in tries with a pause between them. */
  async reopen(tries: number): Promise<void> {
    this.#processor = undefined;
    this.#gpu = undefined;
    for (let i = 0; i < tries; i++) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      if ((await this.#tryOpen()) === undefined) return;
    }
    this.missing = noOtherGpu;
  }

  /** Why it did not open; undefined where it did. */
  async #tryOpen(): Promise<string | undefined> {
    try {
      this.#adopt(await openDevice());
      this.missing = undefined;
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Compiles ahead of need what these ops run on small shapes. What fails here, on a lost device too, is said when it is needed. */
  async warm(which: readonly AnyOp[]): Promise<void> {
    await this.#processor?.warm(which).catch(() => {});
  }

  /** Resolves when the GPU has done all that it was given; where it is lost meanwhile, as soon as that is known. */
  async done(): Promise<void> {
    const gpu = this.#gpu;
    try {
      await gpu?.device.queue.onSubmittedWorkDone();
    } catch {
      await gpu?.lost;
    }
  }

  /** Whether a device that something failed on is lost: what failed then says nothing about what was asked for. */
  async isLost(gpu: Gpu | undefined): Promise<boolean> {
    const known = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), moment));
    return gpu !== undefined && (await Promise.race([gpu.lost.then(() => true), known]));
  }

  stats(): Stats {
    return this.#processor?.stats() ?? { pipelines: 0, created: 0, submits: 0, buffers: 0, bytes: 0 };
  }

  /** Runs one call of one op or composition; rejects with the error that the page would show. Numbers come as typed arrays. */
  async run(call: OpCall, backend: "gpu" | "reference"): Promise<RunResult> {
    checkGiven(call);
    if (backend === "reference") return await this.checker.ask({ kind: "run", call });
    const processor = this.#processor;
    if (!processor) throw new Error(`backend: no GPU here (${this.missing ?? "not open yet"}); "reference" would fit`);
    const { tape, feed, outputs, grads } = recordWithin(call);
    const program = await processor.prepare(tape);
    try {
      program.run(feed);
      const values = await program.read([...Object.values(outputs), ...Object.values(grads)]);
      return { outputs: numbersOf(outputs, values), grads: numbersOf(grads, values) };
    } finally {
      program.dispose();
    }
  }

  #adopt(gpu: Gpu): void {
    this.#gpu = gpu;
    const families = new Families(rememberedFamilies(gpu), (decided) => rememberFamilies(gpu, decided));
    this.#processor = new Processor(gpu, families);
    gpu.onError((message) => this.#events.error(message));
    void gpu.lost.then(({ message }) => {
      if (this.#gpu === gpu) this.#events.lost(message);
      return undefined;
    });
  }
}

const numbersOf = (
  tensors: Readonly<Record<string, Tensor>>,
  values: ReadonlyMap<Tensor, Float32Array>,
): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: values.get(tensor) ?? new Float32Array() },
    ]),
  );
