/** A training that stays on the GPU: thousands of steps without a readback, any of which can be shown again, bit for bit. */
import { expect, it } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import { Tape } from "../../src/core/tape";
import { opNamed } from "../../src/ops";
import type { LongRun, Loop } from "../../src/gpu/long-run";
import { faults, openRig, seeded } from "./rig";
import { verify } from "../../src/gpu/verify";

const { processor, errors } = await openRig();

const [samples, width] = [4, 6];

/** One step of descent on ½ Σ (x·w − t)², x changing from step to step. */
function descent(): { loop: Loop; feed: Map<Tensor, Float32Array>; w: Tensor; loss: Tensor; next: Tensor } {
  const graph = new Graph();
  const tape = new Tape(graph);
  const x = graph.given("x", [samples, width]);
  const target = graph.given("t", [samples, 1]);
  const w = graph.given("w", [width, 1]);
  const rate = graph.scalar("η");
  const y = graph.apply(opNamed("matmul"), { a: x, b: w });
  const loss = graph.apply(opNamed("half_squared_error"), { input: y, target });
  tape.forward();
  const grad = tape.backward(loss, { of: [w] }, opNamed("add")).get(w);
  if (!grad) throw new Error("no gradient reaches w");
  const next = tape.update(opNamed("sgd"), { param: w, grad }, { scalars: { lr: rate } });
  const random = seeded(3);
  const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, () => random() * 2 - 1);
  const feed = new Map([
    [target, numbers(samples)],
    [w, numbers(width)],
    [rate, Float32Array.of(0.02)],
  ]);
  const rows = new Map([[x, numbers(7 * samples * width)]]);
  return { loop: { tape, carries: new Map([[w, next]]), traces: [loss], rows }, feed, w, loss, next };
}

const bitsOf = (values: Float32Array | undefined): number[] => [
  ...new Uint32Array((values ?? new Float32Array()).slice().buffer),
];
const shown = async (run: LongRun, tensors: readonly Tensor[]): Promise<number[][]> => {
  const values = await run.program.read(tensors);
  return tensors.map((tensor) => bitsOf(values.get(tensor)));
};

/** The same steps one after another, each read back: what the loop must equal. */
async function stepByStep(steps: number): Promise<{ w: number[]; loss: number[] }[]> {
  const { loop, feed, w, loss, next } = descent();
  const [x, rows] = [...(loop.rows ?? [])][0];
  const program = await processor.prepare(loop.tape);
  const found = [];
  let weights = feed.get(w) ?? new Float32Array();
  for (let step = 0; step < steps; step++) {
    const row = (step % 7) * samples * width;
    program.run(new Map([...feed, [w, weights], [x, rows.slice(row, row + samples * width)]]));
    const values = await program.read([w, loss, next]);
    found.push({ w: bitsOf(values.get(w)), loss: bitsOf(values.get(loss)) });
    weights = values.get(next) ?? weights;
  }
  program.dispose();
  return found;
}

it("computes what single steps compute, and keeps every loss", async () => {
  const { loop, feed, w, loss } = descent();
  const run = await processor.loop(loop, feed);
  expect(await run.advance(60)).toBe("done");
  const single = await stepByStep(60);
  expect([run.done, run.shown]).toEqual([60, 59]);
  expect(await shown(run, [w, loss])).toEqual([single[59].w, single[59].loss]);
  const losses = await run.history(loss);
  expect(bitsOf(losses)).toEqual(single.flatMap((each) => each.loss));
  // Seven rows take turns: a loss is compared with the one of the same row.
  expect(losses[56]).toBeLessThan(losses[0]);
  run.dispose();
});

it("shows any step again with the same bits, in any order, and goes on from the last", async () => {
  const { loop, feed, w, loss, next } = descent();
  // Room for five states: steps far apart must be replayed.
  const run = await processor.loop(loop, feed, 5 * 4 * width);
  await run.advance(100);
  const single = await stepByStep(120);
  for (const step of [99, 0, 57, 58, 63, 31, 98, 1]) {
    await run.show(step);
    expect(run.shown).toBe(step);
    expect(await shown(run, [w, loss]), `step ${step}`).toEqual([single[step].w, single[step].loss]);
  }
  const values = await run.program.read(loop.tape.graph.tensors);
  expect(faults(verify(loop.tape.steps, values))).toEqual([]);
  await run.advance(20);
  expect(await shown(run, [w, loss])).toEqual([single[119].w, single[119].loss]);
  expect(bitsOf(await run.history(loss))).toEqual(single.flatMap((each) => each.loss));
  expect(await shown(run, [next])).not.toEqual(await shown(run, [w]));
  run.dispose();
});

it("stays within its memory however long it runs", async () => {
  const { loop, feed } = descent();
  const before = processor.stats();
  const run = await processor.loop(loop, feed, 8 * 4 * width);
  await run.advance(500);
  const early = processor.stats();
  await run.advance(1500);
  const { kept, interval, bytes } = run.stats;
  expect(kept).toBeLessThanOrEqual(8);
  expect(kept).toBeGreaterThan(3);
  expect(interval).toBeGreaterThanOrEqual(256);
  expect(bytes).toBeLessThanOrEqual(8 * 4 * width);
  // The history of one loss has doubled once; nothing else has grown.
  expect(processor.stats().bytes - early.bytes).toBe(1024 * 4);
  // 2,000 steps need far fewer submits than steps, and none of them reads back.
  expect(processor.stats().submits - before.submits).toBeLessThan(1000);
  run.dispose();
  expect(processor.stats()).toMatchObject({ buffers: before.buffers, bytes: before.bytes });
});

it("pauses, goes on, is cancelled, and starts again where it stopped", async () => {
  const { loop, feed, w } = descent();
  const run = await processor.loop(loop, feed);
  const heard: number[] = [];
  const first = await run.advance(300, (done) => {
    heard.push(done);
    if (done >= 5) run.pause();
  });
  expect(first).toBe("paused");
  // The first submit holds one step, since nobody knows yet how long that takes, and the next at most twice as many.
  expect(run.done).toBeLessThan(10);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  await expect(run.show(run.done)).rejects.toThrow(/has not run; 0 to \d+ would fit/);
  await run.show(3);
  expect(await run.resume()).toBe("done");
  expect(run.done).toBe(300);
  // More than one submit can hold, however fast the machine.
  expect(await run.advance(100_000, () => run.cancel())).toBe("cancelled");
  const stopped = run.done;
  expect(stopped).toBeLessThan(100_300);
  expect(await run.resume()).toBe("done");
  expect(run.done).toBe(stopped);
  await run.advance(50);
  const whole = await processor.loop(loop, feed);
  await whole.advance(stopped + 50);
  expect(await shown(run, [w])).toEqual(await shown(whole, [w]));
  run.dispose();
  whole.dispose();
});

it("refuses what does not fit, and two things at once", async () => {
  const { loop, feed, w, loss, next } = descent();
  await expect(processor.loop({ ...loop, carries: new Map([[w, loss]]) }, feed)).rejects.toThrow(
    /w: .* does not fit in its place/,
  );
  await expect(processor.loop({ ...loop, carries: new Map([[w, w]]) }, feed)).rejects.toThrow(/stays as it is/);
  await expect(processor.loop({ ...loop, traces: [next] }, feed)).rejects.toThrow(
    /6 cells; a real tensor of one would fit/,
  );
  const run = await processor.loop(loop, feed);
  const going = run.advance(50);
  await expect(run.advance(1)).rejects.toThrow(/under way/);
  await going;
  expect(run.done).toBe(50);
  await expect(run.history(w)).rejects.toThrow(/not traced; half_squared_error would fit/);
  await expect(run.advance(-1)).rejects.toThrow(/whole number/);
  run.dispose();
  expect(errors).toEqual([]);
});
