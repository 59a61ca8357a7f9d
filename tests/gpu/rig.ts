/** What the tests on a GPU share: one device per file, a tape computed in one call, and seeded numbers. */
import { afterAll } from "vitest";
import type { Comparison } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import type { Tape } from "../../src/core/tape";
import { openDevice, type Gpu } from "../../src/gpu/device";
import { Processor } from "../../src/gpu/processor";

export interface Rig {
  readonly gpu: Gpu;
  readonly processor: Processor;
  /** What went wrong on the device and nothing caught. */
  readonly errors: readonly string[];
}

/** Opens a device for one test file and closes it after the last test. */
export async function openRig(): Promise<Rig> {
  const gpu = await openDevice();
  const processor = new Processor(gpu);
  const errors: string[] = [];
  gpu.onError((message) => errors.push(message));
  afterAll(() => {
    processor.dispose();
    gpu.device.destroy();
  });
  return { gpu, processor, errors };
}

/** Runs a tape once and reads every tensor that a step reads or writes. */
export async function compute(
  processor: Processor,
  tape: Pick<Tape, "graph" | "steps">,
  feed: ReadonlyMap<Tensor, Float32Array>,
): Promise<Map<Tensor, Float32Array>> {
  const program = await processor.prepare(tape);
  program.run(feed);
  const touched = tape.steps.flatMap((step) => [...step.reads, ...step.writes]);
  const values = await program.read([...new Set([...touched, ...touched.map(storage)])]);
  program.dispose();
  return values;
}

/** The comparisons that fail or were not run, as text that a failing test shows. A cancelled sum may be undecidable. */
export const faults = (comparisons: ReadonlyMap<Tensor, Comparison>): string[] =>
  Array.from(comparisons)
    .filter(([, comparison]) => comparison.verdict === "fails" || comparison.verdict === "not run")
    .map(
      ([tensor, { verdict, worst, ratio, bound, method }]) =>
        `${tensor.name}: ${verdict} at ${worst}, ${ratio} × ${bound} (${method})`,
    );

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
