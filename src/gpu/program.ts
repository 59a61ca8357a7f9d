/** A tape that is ready to run: its buffers, its uniform blocks, and its dispatches in order. */
import { storage, type Tensor } from "../core/graph";
import type { Grid } from "../core/kernel";
import { size } from "../core/shape";
import { Arena } from "./arena";
import { FeedError } from "./errors";
import { Intake, type Feed } from "./intake";
import { storageUsage, type Memory } from "./memory";
import type { Dispatch, Plan, Slot } from "./plan";
import type { Staging } from "./staging";

/** A cell of a tensor, by row-major position. */
export interface CellAt {
  readonly tensor: Tensor;
  readonly at: number;
}

/** What programs of one processor share. */
export interface Shop {
  readonly device: GPUDevice;
  readonly memory: Memory;
  readonly staging: Staging;
  /** Submits a list of commands and counts it. */
  submit(commands: GPUCommandBuffer): void;
  /** Hears that a program is gone. */
  forget(program: Program): void;
}

interface Ready {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: Grid;
}

export class Program {
  readonly #shop: Shop;
  readonly #buffers: ReadonlyMap<Tensor, GPUBuffer>;
  readonly #extents: ReadonlyMap<string, GPUBuffer>;
  readonly #scratch: readonly GPUBuffer[];
  readonly #absent: GPUBuffer;
  readonly #arena: Arena;
  readonly #intake: Intake;
  readonly #ready: readonly Ready[];

  /** `pipelines` follow the plan's dispatches. `groups` name the extents that the plan folds. */
  constructor(shop: Shop, plan: Plan, groups: readonly string[], pipelines: readonly GPUComputePipeline[]) {
    const { device, memory } = shop;
    this.#shop = shop;
    this.#buffers = new Map(
      plan.tensors.map((tensor) => [
        tensor,
        memory.make(tensor.name, size(tensor.shape), storageUsage, tensor.constant?.data ?? tensor.fill),
      ]),
    );
    this.#extents = new Map(groups.map((group) => [group, memory.make(`extent of ${group}`, 1, storageUsage)]));
    this.#scratch = plan.scratch.map((cells, i) => memory.make(`scratch ${i}`, cells, storageUsage));
    this.#absent = memory.make("absent", 4, storageUsage);
    this.#arena = new Arena(memory, plan.dispatches, plan.scalars, device.limits.minUniformBufferOffsetAlignment);
    this.#intake = new Intake(device.queue, this.#arena, this.#buffers, plan);
    this.#ready = plan.dispatches.map((dispatch, i) => this.#bind(dispatch, i, pipelines[i]));
  }

  /** The storage buffer of a tensor, usable as STORAGE, COPY_SRC and COPY_DST. A view shares it; a scalar has none. */
  buffer(tensor: Tensor): GPUBuffer {
    const buffer = this.#buffers.get(storage(tensor));
    if (!buffer) throw new FeedError(`${tensor.name}: it has no buffer here; a tensor of the prepared tape would fit`);
    return buffer;
  }

  /** One float: the largest finite |value| of a group in the latest run; 0 where every value is 0. */
  extent(group: string): GPUBuffer {
    const buffer = this.#extents.get(group);
    if (!buffer) throw new FeedError(`${group}: no such group; ${[...this.#extents.keys()].join(", ")} would fit`);
    return buffer;
  }

  /** Uploads what differs from last time and runs the whole tape in one submit. Throws FeedError. */
  run(feed: Feed): void {
    this.feed(feed);
    const encoder = this.#shop.device.createCommandEncoder({ label: "run" });
    this.encode(encoder);
    this.#shop.submit(encoder.finish());
  }

  /** Uploads what differs from last time, and runs nothing. Throws FeedError. */
  feed(feed: Feed): void {
    this.#intake.take(feed);
  }

  /** One run of the whole tape on what the buffers hold, as commands that are not submitted yet. */
  encode(encoder: GPUCommandEncoder): void {
    for (const extent of this.#extents.values()) encoder.clearBuffer(extent);
    const pass = encoder.beginComputePass();
    for (const { pipeline, group, grid } of this.#ready) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...grid);
    }
    pass.end();
  }

  /**
   * The numbers of tensors as the latest run left them, under each tensor and under the one that holds its numbers.
   * Index tensors come as whole numbers, scalars as one number.
   */
  async read(tensors: readonly Tensor[]): Promise<Map<Tensor, Float32Array>> {
    const asked = [...new Set(tensors)];
    const held = [...new Set(asked.map(storage))].filter((tensor) => tensor.role === "tensor");
    const scalars = asked
      .filter((tensor) => tensor.role === "scalar")
      .map((scalar) => [scalar, this.#scalar(scalar)] as const);
    const ranges = held.map((tensor) => ({ buffer: this.buffer(tensor), cells: size(tensor.shape) }));
    const bits = await this.#shop.staging.read(ranges);
    const values = new Map<Tensor, Float32Array>(scalars);
    held.forEach((tensor, i) => values.set(tensor, numbersOf(tensor, bits[i])));
    for (const view of asked) values.set(view, values.get(storage(view)) ?? new Float32Array());
    return values;
  }

  /** Copies single cells into `target[0 … n − 1]` without leaving the GPU; neighbours travel together. */
  copyCells(cells: readonly CellAt[], target: GPUBuffer): void {
    const encoder = this.#shop.device.createCommandEncoder({ label: "copy cells" });
    for (const { from, offset, at, cells: count } of this.#runsOf(cells))
      encoder.copyBufferToBuffer(from, offset, target, at * 4, count * 4);
    this.#shop.submit(encoder.finish());
  }

  /** Frees the buffers. */
  dispose(): void {
    const all = [
      ...this.#buffers.values(),
      ...this.#extents.values(),
      ...this.#scratch,
      this.#absent,
      this.#arena.buffer,
    ];
    for (const buffer of all) this.#shop.memory.release(buffer);
    this.#shop.forget(this);
  }

  #scalar(scalar: Tensor): Float32Array {
    return Float32Array.of(this.#arena.value(scalar) ?? Number.NaN);
  }

  /** Cells that lie side by side both where they come from and where they go, as one copy each. */
  #runsOf(cells: readonly CellAt[]): { from: GPUBuffer; offset: number; at: number; cells: number }[] {
    const runs: { from: GPUBuffer; offset: number; at: number; cells: number }[] = [];
    cells.forEach((cell, at) => {
      const { from, offset } = this.#placeOf(cell);
      const last = runs.at(-1);
      if (last?.from === from && last.offset + last.cells * 4 === offset) last.cells++;
      else runs.push({ from, offset, at, cells: 1 });
    });
    return runs;
  }

  #placeOf({ tensor, at }: CellAt): { from: GPUBuffer; offset: number } {
    if (tensor.role === "scalar") return { from: this.#arena.buffer, offset: this.#arena.offsetOf(tensor) };
    if (tensor.type === "index") throw new FeedError(`${tensor.name}: it holds whole numbers; a real tensor would fit`);
    if (at < 0 || at >= size(tensor.shape))
      throw new FeedError(`${tensor.name}: no cell ${at}; 0 to ${size(tensor.shape) - 1} would fit`);
    return { from: this.buffer(tensor), offset: at * 4 };
  }

  #bind(dispatch: Dispatch, i: number, pipeline: GPUComputePipeline): Ready {
    const resources = [this.#arena.binding(i), ...dispatch.slots.map((slot) => ({ buffer: this.#held(slot) }))];
    const group = this.#shop.device.createBindGroup({
      label: dispatch.where,
      layout: pipeline.getBindGroupLayout(0),
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
    return { pipeline, group, grid: dispatch.grid };
  }

  #held(slot: Slot): GPUBuffer {
    if ("tensor" in slot) return this.buffer(slot.tensor);
    if ("extent" in slot) return this.extent(slot.extent);
    return "scratch" in slot ? this.#scratch[slot.scratch] : this.#absent;
  }
}

const numbersOf = (tensor: Tensor, bits: ArrayBuffer): Float32Array =>
  tensor.type === "index" ? Float32Array.from(new Int32Array(bits)) : new Float32Array(bits);
