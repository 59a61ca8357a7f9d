/**
 * A loop that stays on the GPU: one tape, run again and again on what it wrote. No step is read back. Checkpoints let any
 * step be shown again by replaying from the nearest, with the same bits, since each step's kernels are deterministic.
 */
import { storage, type Tensor } from "../core/graph";
import { size } from "../core/shape";
import type { Tape } from "../core/tape";
import { Checkpoints } from "./checkpoints";
import { FeedError } from "./errors";
import { History } from "./history";
import type { Feed } from "./intake";
import { storageUsage } from "./memory";
import type { Program, Shop } from "./program";

/** What is repeated. */
export interface Loop {
  readonly tape: Pick<Tape, "graph" | "steps">;
  /** For each given tensor that a step moves on: what it wrote, which the next step reads in its place. */
  readonly carries: ReadonlyMap<Tensor, Tensor>;
  /** Tensors of one cell whose number is kept for every step, such as the loss. */
  readonly traces?: readonly Tensor[];
  /** Given tensors that change from step to step: rows of numbers, of which step t reads row t mod n. */
  readonly rows?: ReadonlyMap<Tensor, Float32Array>;
}

/** How an advance ended: all its steps ran; or it was told to stop, and goes on or does not. */
export type Ended = "done" | "paused" | "cancelled";

/** What checkpoints may take, as much as an unrolled tape may. */
const checkpointBytes = 2 ** 26;
/** Milliseconds that one submit should take at most, so that frames get their turn, and the steps that it may hold. */
const turn = 12;
const mostTogether = 4096;

interface Rows {
  readonly buffer: GPUBuffer;
  readonly cells: number;
  readonly count: number;
}

export class LongRun {
  /** The tape, ready to run: its buffers hold all tensors of the step that is shown. */
  readonly program: Program;
  readonly #shop: Shop;
  readonly #carries: readonly { readonly from: GPUBuffer; readonly to: GPUBuffer; readonly cells: number }[];
  readonly #checkpoints: Checkpoints;
  readonly #histories: ReadonlyMap<Tensor, History>;
  readonly #rows: ReadonlyMap<Tensor, Rows>;
  /** The state after the last step that ran, kept while an earlier one is shown. */
  readonly #frontier: GPUBuffer;
  #done = 0;
  #shown = -1;
  /** Whether the buffers that the next step reads hold what it should read already. */
  #primed = true;
  #target = 0;
  #together = 1;
  #asked: Exclude<Ended, "done"> | undefined;
  #busy = false;

  /** Starts from the numbers of `feed`. Throws FeedError where carries, traces or rows do not fit the tape. */
  constructor(shop: Shop, program: Program, loop: Loop, feed: Feed, bytes = checkpointBytes) {
    this.#shop = shop;
    this.program = program;
    const { device, memory } = shop;
    this.#carries = Array.from(loop.carries, ([to, from]) => carry(program, to, from));
    this.#checkpoints = new Checkpoints(
      memory,
      this.#carries.map(({ to, cells }) => ({ buffer: to, cells })),
      bytes,
    );
    this.#frontier = this.#checkpoints.make();
    for (const tensor of loop.traces ?? []) checkTrace(tensor);
    this.#histories = new Map((loop.traces ?? []).map((tensor) => [tensor, new History(device, memory)]));
    this.#rows = new Map(Array.from(loop.rows ?? [], ([tensor, data]) => [tensor, this.#rowsOf(tensor, data)]));
    const firstRows = Array.from(
      loop.rows ?? [],
      ([tensor, data]) => [tensor, data.slice(0, size(tensor.shape))] as const,
    );
    program.feed(new Map([...firstRows, ...feed]));
  }

  /** Steps that have run so far. */
  get done(): number {
    return this.#done;
  }
  /** The step whose tensors the buffers hold; −1 before any has run. */
  get shown(): number {
    return this.#shown;
  }
  /** What is kept to go back to, and its bytes. */
  get stats(): Checkpoints["stats"] {
    return this.#checkpoints.stats;
  }

  /** Runs `steps` more steps. `progress` hears of the steps done, between submits. */
  async advance(steps: number, progress: (done: number) => void = () => {}): Promise<Ended> {
    if (!Number.isSafeInteger(steps) || steps < 0)
      throw new RangeError(`advance: ${steps} steps; a whole number from 0 would fit`);
    return await this.#alone(() => {
      this.#target = this.#done + steps;
      return this.#run(progress);
    });
  }

  /** Goes on with what a pause interrupted; nothing is left to do after a cancellation. */
  async resume(progress: (done: number) => void = () => {}): Promise<Ended> {
    return await this.#alone(() => this.#run(progress));
  }

  /** Stops after the submit that is under way; `resume` goes on. */
  pause(): void {
    this.#asked ??= "paused";
  }

  /** Stops after the submit that is under way and drops the rest; what has run stays. */
  cancel(): void {
    this.#asked = "cancelled";
    if (!this.#busy) this.#target = this.#done;
  }

  /** Brings back all tensors of a step that has run, by replaying from the nearest checkpoint. */
  async show(step: number): Promise<void> {
    if (!Number.isInteger(step) || step < 0 || step >= this.#done)
      throw new RangeError(
        `show: step ${step} has not run; ${this.#done === 0 ? "none has" : `0 to ${this.#done - 1} would fit`}`,
      );
    if (step === this.#shown) return;
    await this.#alone(() => this.#replay(step));
  }

  /** The numbers that a traced tensor had, step by step. Rejects with FeedError where it is not traced. */
  async history(tensor: Tensor): Promise<Float32Array> {
    const history = this.#histories.get(tensor);
    if (!history)
      throw new FeedError(
        `${tensor.name}: it is not traced; ${[...this.#histories.keys()].map(({ name }) => name).join(", ") || "nothing"} would fit`,
      );
    return await history.read(this.#shop.staging, this.#done);
  }

  /** Frees everything, the program included. */
  dispose(): void {
    this.cancel();
    this.#checkpoints.dispose();
    for (const history of this.#histories.values()) history.dispose();
    for (const { buffer } of this.#rows.values()) this.#shop.memory.release(buffer);
    this.#shop.memory.release(this.#frontier);
    this.program.dispose();
  }

  async #run(progress: (done: number) => void): Promise<Ended> {
    this.#asked = undefined;
    if (this.#done < this.#target) this.#toFrontier();
    while (this.#done < this.#target) {
      await this.#submit(Math.min(this.#together, this.#target - this.#done));
      progress(this.#done);
      const ended = this.#ending();
      if (ended) return ended;
    }
    return "done";
  }

  /** How a run ends that was told to stop; undefined where it goes on. */
  #ending(): Ended | undefined {
    if (this.#asked === "cancelled") this.#target = this.#done;
    return this.#asked;
  }

  /** One thing at a time: two would share the buffers. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Error("long run: it is under way; pause or cancel it first");
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  /** Runs the next steps in one submit, and learns from the time that took how many fit the next one. A clock is read
   * because frames must get their turn; what the steps compute does not depend on it. */
  async #submit(steps: number): Promise<void> {
    for (const history of this.#histories.values())
      history.reserve(this.#done + steps, (commands) => this.#shop.submit(commands));
    const encoder = this.#shop.device.createCommandEncoder({ label: "long run" });
    for (let i = 0; i < steps; i++) this.#iterate(encoder, this.#done + i);
    const start = performance.now();
    this.#shop.submit(encoder.finish());
    await this.#shop.device.queue.onSubmittedWorkDone();
    this.#done += steps;
    const taken = performance.now() - start;
    if (taken < turn / 2) this.#together = Math.min(mostTogether, this.#together * 2);
    else if (taken > turn) this.#together = Math.max(1, Math.floor(this.#together / 2));
  }

  #iterate(encoder: GPUCommandEncoder, step: number): void {
    if (!this.#primed)
      for (const { from, to, cells } of this.#carries) encoder.copyBufferToBuffer(from, 0, to, 0, cells * 4);
    for (const [tensor, { buffer, cells, count }] of this.#rows)
      encoder.copyBufferToBuffer(buffer, (step % count) * cells * 4, this.program.buffer(tensor), 0, cells * 4);
    this.#checkpoints.keep(encoder, step);
    this.program.encode(encoder);
    for (const [tensor, history] of this.#histories) history.keep(encoder, this.program.buffer(tensor), step);
    this.#primed = false;
    this.#shown = step;
  }

  async #replay(step: number): Promise<void> {
    const from = this.#checkpoints.nearest(step) ?? 0;
    const encoder = this.#shop.device.createCommandEncoder({ label: "back to a checkpoint" });
    this.#leaveFrontier(encoder);
    // A step that lies ahead of what is shown is reached from there, unless a checkpoint is nearer.
    const ahead = this.#shown < step && this.#shown >= from;
    if (!ahead) {
      this.#checkpoints.restore(encoder, from);
      this.#primed = true;
    }
    this.#shop.submit(encoder.finish());
    for (let next = ahead ? this.#shown + 1 : from; next <= step;) {
      const until = Math.min(step, next + this.#together - 1);
      const replay = this.#shop.device.createCommandEncoder({ label: "replay" });
      for (; next <= until; next++) this.#iterate(replay, next);
      this.#shop.submit(replay.finish());
      await this.#shop.device.queue.onSubmittedWorkDone();
    }
  }

  /** Keeps what the next new step will read, before an earlier step takes its place. */
  #leaveFrontier(encoder: GPUCommandEncoder): void {
    if (this.#shown !== this.#done - 1) return;
    for (const { from, to, cells } of this.#carries) encoder.copyBufferToBuffer(from, 0, to, 0, cells * 4);
    this.#checkpoints.save(encoder, this.#frontier);
  }

  #toFrontier(): void {
    if (this.#shown === this.#done - 1) return;
    const encoder = this.#shop.device.createCommandEncoder({ label: "to the last step" });
    this.#checkpoints.load(encoder, this.#frontier);
    this.#shop.submit(encoder.finish());
    this.#primed = true;
    this.#shown = this.#done - 1;
  }

  #rowsOf(tensor: Tensor, data: Float32Array): Rows {
    const cells = size(tensor.shape);
    if (data.length === 0 || data.length % cells !== 0)
      throw new FeedError(`${tensor.name}: ${data.length} numbers are no rows of ${cells}; a multiple would fit`);
    const buffer = this.#shop.memory.make(`rows of ${tensor.name}`, data.length, storageUsage);
    this.#shop.device.queue.writeBuffer(
      buffer,
      0,
      tensor.type === "index" ? Int32Array.from(data) : new Float32Array(data),
    );
    return { buffer, cells, count: data.length / cells };
  }
}

function carry(program: Program, to: Tensor, from: Tensor): { from: GPUBuffer; to: GPUBuffer; cells: number } {
  const cells = size(to.shape);
  if (size(from.shape) !== cells || from.type !== to.type)
    throw new FeedError(`${to.name}: ${from.name} does not fit in its place; as many cells of the same type would fit`);
  if (storage(from) === storage(to)) throw new FeedError(`${to.name}: it stays as it is; what a step wrote would fit`);
  return { from: program.buffer(from), to: program.buffer(to), cells };
}

function checkTrace(tensor: Tensor): void {
  if (size(tensor.shape) !== 1 || tensor.type !== "real")
    throw new FeedError(`${tensor.name}: it has ${size(tensor.shape)} cells; a real tensor of one would fit`);
}
