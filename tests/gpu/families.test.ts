/** Families of kernels: by shape where a step is small, by the adapter's own timing where it is large, by force where a test says so. */
import { expect, it } from "vitest";
import { Graph } from "../../src/core/graph";
import { defineOp, type AnyOp } from "../../src/core/op";
import { kernelsIn, smallStep } from "../../src/core/recipe";
import { Tape } from "../../src/core/tape";
import { Families } from "../../src/gpu/families";
import { Processor } from "../../src/gpu/processor";
import { compute, openRig } from "./rig";
import { tiny } from "./tiny";

const { gpu, errors } = await openRig();

const [scale, shift] = kernelsIn(tiny.kernels.forward);
/** Does the first dispatch a hundred times over. */
const slow = [...Array.from({ length: 100 }, () => scale), shift];

/** `tiny` with a slow family, which is the first guess, a fast one, and one that suits no shape. */
const either: AnyOp = defineOp({
  ...tiny,
  kernels: {
    ...tiny.kernels,
    forward: {
      families: { slow, fast: [scale, shift], none: [] },
      suited: () => ["slow", "fast"],
      probe: { shapes: { x: [1 << 18] } },
    },
  },
});

function tapeOf(cells: number): Tape {
  const graph = new Graph();
  graph.apply(either, { x: graph.filled("x", [cells], 2) }, { scalars: { factor: graph.scalar("f") } });
  const tape = new Tape(graph);
  tape.forward();
  return tape;
}
const run = async (processor: Processor, cells: number): Promise<Float32Array | undefined> => {
  const tape = tapeOf(cells);
  const factor = tape.graph.tensors.find(({ role }) => role === "scalar");
  if (!factor) throw new Error("tiny has lost its scalar");
  const values = await compute(processor, tape, new Map([[factor, Float32Array.of(3)]]));
  return values.get(tape.graph.nodes[0].outputs["output"]);
};

it("takes the first guess for a small step and asks nothing", async () => {
  const processor = new Processor(gpu);
  expect((await run(processor, smallStep))?.every((value) => value === 6)).toBe(true);
  expect(processor.families.decided).toEqual({});
  processor.dispose();
});

it("times the families once for a large step, keeps the fastest and tells of it", async () => {
  const heard: unknown[] = [];
  const processor = new Processor(gpu, new Families({}, (decided) => heard.push(decided)));
  const { buffers } = processor.stats();
  const values = await Promise.all([run(processor, smallStep + 1), run(processor, smallStep + 9)]);
  for (const each of values) expect(each?.every((value) => value === 6)).toBe(true);
  expect(processor.families.decided).toEqual({ "tiny forward": "fast" });
  expect(heard).toEqual([{ "tiny forward": "fast" }]);
  await run(processor, smallStep + 2);
  expect(heard).toHaveLength(1);
  processor.dispose();
  expect(processor.stats().buffers).toBe(buffers);
});

it("believes what an earlier visit found out, unless it names a family that is gone", () => {
  const step = tapeOf(smallStep + 1).steps[0];
  expect(new Families({ "tiny forward": "slow" }).routine(step)).toBe(slow);
  expect(new Families({ "tiny forward": "slow" }).open([step])).toEqual([]);
  expect(new Families({ "tiny forward": "gone" }).routine(step)).toBe(slow);
  expect(new Families({ "tiny forward": "fast" }).routine(step)).toHaveLength(2);
});

it("obeys a forced family at every size, as long as it suits", () => {
  const families = new Families();
  const [small] = tapeOf(4).steps;
  families.force("tiny forward", "fast");
  expect(families.routine(small)).toHaveLength(2);
  expect(families.open(tapeOf(smallStep + 1).steps)).toEqual([]);
  families.force("tiny forward", "none");
  expect(families.routine(small)).toBe(slow);
  families.force("tiny forward", undefined);
  expect(families.open(tapeOf(smallStep + 1).steps)).toHaveLength(1);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
