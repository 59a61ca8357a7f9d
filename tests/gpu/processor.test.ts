/** The processor on an op of its own: buffers, uploads, submits, limits and errors. */
import { describe, expect, it, vi } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { Kernel } from "../../src/core/kernel";
import { defineOp, type AnyOp } from "../../src/core/op";
import { mapKernels } from "../../src/core/recipe";
import { Tape } from "../../src/core/tape";
import { openDevice } from "../../src/gpu/device";
import { bytesText, FeedError, KernelError, NoWebGpuError, SizeError } from "../../src/gpu/errors";
import { Processor } from "../../src/gpu/processor";
import { verify } from "../../src/gpu/verify";
import { faults, openRig } from "./rig";
import { tiny } from "./tiny";

const { gpu, processor, errors } = await openRig();

/** x → factor · x + bias → factor · that, and the gradient of x. */
function chain(cells = 6): { tape: Tape; x: Tensor; bias: Tensor; y: Tensor; factor: Tensor; dx: Tensor } {
  const graph = new Graph();
  const x = graph.given("x", [cells]);
  const bias = graph.filled("b", [cells], 0.5);
  const factor = graph.scalar("f");
  const z = graph.apply(tiny, { x, bias }, { names: "z", scalars: { factor } });
  const y = graph.apply(tiny, { x: graph.view(z, [1, cells]) }, { names: "y", scalars: { factor } });
  const tape = new Tape(graph);
  tape.forward();
  const up = graph.filled("∂y", [1, cells], 1);
  const dz = tape.gradient(graph.nodes[1], "x", { output: up }, "∂z");
  const dx = tape.gradient(graph.nodes[0], "x", { output: graph.view(dz, [cells]) }, "∂x");
  return { tape, x, bias, y, factor, dx };
}
const feedOf = (entries: readonly (readonly [Tensor, readonly number[]])[]): Map<Tensor, Float32Array> =>
  new Map(entries.map(([tensor, numbers]) => [tensor, Float32Array.from(numbers)]));
const broken = (change: Partial<Kernel>): AnyOp =>
  defineOp({
    ...tiny,
    kernels: { ...tiny.kernels, forward: mapKernels(tiny.kernels.forward, (kernel) => ({ ...kernel, ...change })) },
  });
function single(op: AnyOp): Tape {
  const graph = new Graph();
  graph.apply(op, { x: graph.given("x", [4]) });
  const tape = new Tape(graph);
  tape.forward();
  return tape;
}

describe("a program", () => {
  it("runs a tape with views, fills, optional inputs and scratch in one submit, and every step holds", async () => {
    const { tape, x, y, factor, dx } = chain();
    const program = await processor.prepare(tape);
    const before = processor.stats().submits;
    program.run(
      feedOf([
        [x, [1, 2, 3, 4, 5, -6]],
        [factor, [2]],
      ]),
    );
    expect(processor.stats().submits).toBe(before + 1);
    const values = await program.read(tape.graph.tensors);
    expect(values.get(y)).toEqual(Float32Array.of(5, 9, 13, 17, 21, -23));
    expect(values.get(dx)).toEqual(new Float32Array(6).fill(4));
    expect(values.get(factor)).toEqual(Float32Array.of(2));
    expect(faults(verify(tape.steps, values))).toEqual([]);
    program.dispose();
  });

  it("moves a value without a pipeline or a buffer, and uploads only what moved", async () => {
    const { tape, x, y, factor } = chain();
    const program = await processor.prepare(tape);
    program.run(
      feedOf([
        [x, [1, 1, 1, 1, 1, 1]],
        [factor, [2]],
      ]),
    );
    await program.read([y]);
    const { pipelines, created, bytes } = processor.stats();
    const uploads = vi.spyOn(gpu.device.queue, "writeBuffer");
    for (let f = 1; f <= 5; f++) {
      program.run(
        feedOf([
          [factor, [f]],
          [x, [1, 1, 1, 1, 1, 1]],
        ]),
      );
      // The picture asks for the same cells again and again.
      expect((await program.read([y])).get(y)?.[0]).toBe(f * (f + 0.5));
    }
    expect(uploads).toHaveBeenCalledTimes(5);
    program.run(feedOf([[x, [Number.NaN, 2, 2, 2, 2, 2]]]));
    program.run(feedOf([[x, [Number.NaN, 2, 2, 2, 2, 2]]]));
    expect(uploads).toHaveBeenCalledTimes(6);
    uploads.mockRestore();
    expect((await program.read([y])).get(y)?.[0]).toBeNaN();
    expect(processor.stats()).toMatchObject({ pipelines, created, bytes });
    program.dispose();
  });

  it("compiles nothing for another shape", async () => {
    await processor.warm([tiny]);
    const { pipelines } = processor.stats();
    (await processor.prepare(chain(70_000).tape)).dispose();
    expect(processor.stats().pipelines).toBe(pipelines);
  });

  it("runs more threads than workgroups fit in one row of a dispatch", async () => {
    const cells = 65_535 * 64 + 5;
    const graph = new Graph();
    const x = graph.given("x", [cells]);
    const factor = graph.scalar("f");
    const y = graph.apply(tiny, { x }, { scalars: { factor } });
    const tape = new Tape(graph);
    tape.forward();
    const numbers = Float32Array.from({ length: cells }, (_, i) => i % 1021);
    const program = await processor.prepare(tape);
    program.run(
      new Map([
        [x, numbers],
        [factor, Float32Array.of(3)],
      ]),
    );
    const written = (await program.read([y])).get(y);
    expect(numbers.findIndex((number, i) => written?.[i] !== 3 * number)).toBe(-1);
    program.dispose();
  });

  it("reads what the latest run before the request left, also when requests overlap", async () => {
    const { tape, x, y, factor } = chain(1);
    const program = await processor.prepare(tape);
    program.run(
      feedOf([
        [x, [1]],
        [factor, [1]],
      ]),
    );
    const first = program.read([y]);
    program.run(feedOf([[factor, [2]]]));
    const second = program.read([y]);
    expect((await first).get(y)).toEqual(Float32Array.of(1.5));
    expect((await second).get(y)).toEqual(Float32Array.of(5));
    program.dispose();
  });

  it("finds the largest finite value of a group on the GPU", async () => {
    const { tape, x, y, factor, dx } = chain(70_000);
    const program = await processor.prepare(tape, { values: [x, y], gradients: [dx] });
    const numbers = Float32Array.from({ length: 70_000 }, (_, i) => (i === 69_999 ? -7 : (i % 13) / 13));
    numbers.set([Infinity, Number.NaN, -Infinity]);
    const extent = async (group: string): Promise<number> => (await floatsOf(program.extent(group)))[0];
    program.run(
      new Map([
        [x, numbers],
        [factor, Float32Array.of(2)],
      ]),
    );
    expect([await extent("values"), await extent("gradients")]).toEqual([27, 4]);
    program.run(feedOf([[factor, [0]]]));
    expect([await extent("values"), await extent("gradients")]).toEqual([7, 0]);
    program.dispose();
  });

  it("copies single cells, scalars and views included", async () => {
    const { tape, x, y, factor } = chain();
    const program = await processor.prepare(tape);
    program.run(
      feedOf([
        [x, [0, 1, 2, 3, 4, 5]],
        [factor, [2]],
      ]),
    );
    const target = gpu.device.createBuffer({ size: 32, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
    const cells = [3, 4, 0].map((at) => ({ tensor: x, at }));
    program.copyCells([...cells, { tensor: y, at: 5 }, { tensor: factor, at: 0 }], target);
    expect([...(await floatsOf(target))].slice(0, 5)).toEqual([3, 4, 0, 21, 2]);
    expect(() => program.copyCells([{ tensor: x, at: 6 }], target)).toThrow("0 to 5 would fit");
    target.destroy();
    program.dispose();
  });

  it("frees every buffer", async () => {
    const before = processor.stats();
    (await processor.prepare(chain().tape, {})).dispose();
    expect(processor.stats()).toMatchObject({ buffers: before.buffers, bytes: before.bytes });
  });
});

describe("what does not fit", () => {
  it("is refused before anything is allocated", async () => {
    const graph = new Graph();
    const edge = 2 + Math.ceil(Math.sqrt(gpu.limits.maxStorageBufferBindingSize / 4));
    graph.given("C", [edge, edge]);
    const before = processor.stats();
    const refused = processor.prepare(new Tape(graph));
    await expect(refused).rejects.toThrow(SizeError);
    await expect(refused).rejects.toThrow(new RegExp(`^C is ${edge} × ${edge}, .* per tensor; \\d+ × \\d+ would fit$`));
    expect(processor.stats()).toEqual(before);
  });
  it("is named in bytes", () => {
    expect([bytesText(1.6e9), bytesText(128 * 2 ** 20), bytesText(12)]).toEqual(["1.6 GB", "128 MiB", "12 bytes"]);
  });
  it("includes grids, bindings and WGSL, which name the kernel", async () => {
    const tall = broken({ workgroups: () => [gpu.limits.maxComputeWorkgroupsPerDimension + 1, 1, 1] });
    await expect(processor.prepare(single(tall))).rejects.toThrow(
      /tiny, scale in tiny\.wgsl: 65536 × 1 × 1 workgroups/,
    );
    const wrong = broken({ shader: { file: "wrong.wgsl", code: "fn f() -> f32 {\n  return x;\n}" } });
    await expect(processor.prepare(single(wrong))).rejects.toThrow(/^wrong\.wgsl:2:\d+: /);
    await expect(processor.prepare(single(broken({ entry: "none" })))).rejects.toThrow(KernelError);
    await expect(processor.prepare(single(broken({ binds: [{ input: "x" }] })))).rejects.toThrow(KernelError);
    const alias = broken({ binds: [{ output: "output" }, { input: "bias" }, { output: "output" }] });
    await expect(processor.prepare(single(alias))).rejects.toThrow(/read and written at once/);
  });
  it("includes numbers", async () => {
    const { tape, x, y, factor } = chain();
    const program = await processor.prepare(tape);
    const six = [1, 2, 3, 4, 5, 6];
    expect(() => program.run(feedOf([[factor, [1]]]))).toThrow("x: no numbers were given; 6 (6) would fit");
    expect(() => program.run(feedOf([[x, six]]))).toThrow("f: no numbers were given");
    expect(() =>
      program.run(
        feedOf([
          [x, [1]],
          [factor, [1]],
        ]),
      ),
    ).toThrow("x: 1 numbers for 6; 6 would fit");
    expect(() =>
      program.run(
        feedOf([
          [x, six],
          [y, six],
          [factor, [1]],
        ]),
      ),
    ).toThrow(FeedError);
    program.dispose();
  });
});

describe("a device", () => {
  it("says what it is", () => {
    expect(gpu.adapter).toMatchObject({ backend: "webgpu", vendor: expect.any(String) });
  });
  it("is missed in a plain sentence", async () => {
    await expect(openDevice(null)).rejects.toThrow(NoWebGpuError);
    await expect(openDevice({ requestAdapter: () => Promise.resolve(null) })).rejects.toThrow(/found no GPU/);
  });
  it("tells what nothing else caught, until nobody listens", async () => {
    const heard: string[] = [];
    const spoil = async (): Promise<void> => {
      gpu.device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
      await gpu.device.queue.onSubmittedWorkDone();
    };
    const stop = gpu.onError((message) => heard.push(message));
    await spoil();
    stop();
    await spoil();
    expect(heard).toHaveLength(1);
    expect(errors).toHaveLength(2);
  });
  it("tells when it is lost, and another takes over", async () => {
    const lost = await openDevice();
    const { tape, x, y, factor } = chain(1);
    const feed = feedOf([
      [x, [1]],
      [factor, [1]],
    ]);
    const program = await new Processor(lost).prepare(tape);
    program.run(feed);
    lost.device.destroy();
    expect(await lost.lost).toMatchObject({ reason: "destroyed" });
    await expect(program.read([y])).rejects.toThrow();
    const again = await processor.prepare(tape);
    again.run(feed);
    expect((await again.read([y])).get(y)).toEqual(Float32Array.of(1.5));
    again.dispose();
  });
});

async function floatsOf(source: GPUBuffer): Promise<Float32Array> {
  const { device } = gpu;
  const staging = device.createBuffer({ size: source.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const numbers = new Float32Array(staging.getMappedRange().slice());
  staging.destroy();
  return numbers;
}
