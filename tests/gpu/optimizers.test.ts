/** Optimizers on the GPU: any shape, any hyperparameters, one step after another, in a loop that reads nothing back. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import { Tape } from "../../src/core/tape";
import { opNamed, ops } from "../../src/ops";
import { record, type Numbers } from "../../src/ops/call";
import { optimizers } from "../../src/ops/compositions/descent";
import { split } from "../../src/ops/scalars";
import { judge, normal, rewriting, withKernels } from "./calls";
import { compute, faults, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

/** Numbers for every input of an optimizer that a step in mid-run reads. */
function inputsOf(op: (typeof ops)[number], shape: readonly number[], momentum: boolean, seed: number) {
  const random = seeded(seed);
  const present = op.inputs.filter(({ optional }) => !optional || momentum);
  return Object.fromEntries(
    present.map(({ name, nonnegative }): [string, Numbers] => {
      if (name === "step") return [name, { shape: [], data: [Math.floor(random() * 1000)] }];
      const made = normal(shape, random);
      return [name, nonnegative ? { shape, data: Array.from(made.data, Math.abs) } : made];
    }),
  );
}

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const rate = fc.double({ min: 0, max: 2, noNaN: true });
const hyperparameters: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, unknown>>>>> = {
  sgd: fc
    .record({ lr: rate, momentum: share, weight_decay: share, nesterov: fc.boolean() })
    .filter(({ momentum, nesterov }) => momentum > 0 || !nesterov),
  rmsprop: fc.record({ lr: rate, alpha: share, momentum: share, weight_decay: share, eps: fc.constantFrom(1e-8, 0.1) }),
  adam: fc.record({ lr: rate, betas: fc.tuple(share, share), weight_decay: share, eps: fc.constantFrom(1e-8, 0.1) }),
};
const shapes = fc.array(fc.integer({ min: 1, max: 13 }), { maxLength: 3 });

it.each(optimizers.map((op) => [op.name, op] as const))("%s holds wherever it is", async (name, op) => {
  const law = fc.asyncProperty(
    shapes,
    hyperparameters[name],
    fc.boolean(),
    fc.nat(),
    async (shape, attrs, momentum, seed) => {
      const recorded = record({ op, attrs, inputs: inputsOf(op, shape, momentum, seed) });
      expect(faults(await judge(processor, recorded))).toEqual([]);
    },
  );
  await fc.assert(law, { numRuns: 12, seed: 4, endOnFailure: true });
});

it.each([
  ["sgd", "first + factor * x", "first - factor * x"],
  ["sgd", "origin - block.rate", "origin + block.rate"],
  ["rmsprop", "(1.0 - block.alpha)", "block.alpha"],
  ["adam", "(step[0] + 1.0)", "step[0]"],
  ["adam", "/ root +", "* root +"],
  ["adam", "stepAfter[id.x] = step[id.x] + 1.0", "stepAfter[id.x] = step[id.x]"],
] as const)("%s with %s as %s is caught", async (name, right, wrong) => {
  const op = opNamed(name);
  const broken = withKernels(op, rewriting(right, wrong));
  const inputs = inputsOf(op, [7], true, 2);
  const attrs = { lr: 0.5, weight_decay: 0.25, ...(name !== "adam" && { momentum: 0.5 }) };
  if ("step" in inputs) inputs["step"] = { shape: [], data: [3] };
  expect(faults(await judge(processor, record({ op, attrs, inputs })))).toEqual([]);
  expect(faults(await judge(processor, record({ op: broken, attrs, inputs })))).not.toEqual([]);
});

it("moves every one of many cells, the last included", async () => {
  const cells = 2 ** 18 + 1;
  const random = seeded(9);
  const list = (): Numbers => ({ shape: [cells], data: Float32Array.from({ length: cells }, () => random() - 0.5) });
  const [param, grad] = [list(), list()];
  const { tape, feed, outputs } = record({ op: "sgd", attrs: { lr: 0.5 }, inputs: { param, grad } });
  const values = (await compute(processor, tape, feed)).get(outputs["param"]) ?? new Float32Array();
  // Half of a float32 is exact, and so is the one rounding of the difference.
  const wrong = Array.from(values).findIndex(
    (value, at) => value !== Math.fround(param.data[at] - 0.5 * grad.data[at]),
  );
  expect(wrong).toBe(-1);
  expect(values.length).toBe(cells);
});

// ── in a loop ───────────────────────────────────────────────────────────────

const quadratic = {
  h: { shape: [3, 3], data: [1.25, 0, 0, 0, 0.75, 0, 0, 0, 0.5] },
  b: { shape: [3], data: [0.5, -1, 0.25] },
  w: { shape: [3], data: [1, -2, 0.5] },
};

/** One step of an optimizer on the quadratic whose slope is h·w + b, and what carries its state on. */
function stepOf(op: (typeof ops)[number], attrs: Readonly<Record<string, unknown>>) {
  const graph = new Graph();
  const tape = new Tape(graph);
  const [h, b] = [graph.given("h", [3, 3]), graph.given("b", [3])];
  const param = graph.given("param", [3]);
  const state = Object.entries(op.start?.([3], attrs) ?? {}).map(([name, shape]) => graph.given(name, shape ?? []));
  const slope = graph.apply(opNamed("matmul"), { a: h, b: param });
  const grad = graph.apply(opNamed("add"), { a: slope, b });
  tape.forward();
  const { structure, scalars } = split(op, attrs);
  const moving = Object.entries(scalars).map(([name, value]) => ({ name, value, tensor: graph.scalar(name) }));
  const read = Object.fromEntries([param, ...state].map((tensor) => [tensor.name, tensor]));
  const next = graph.applyAll(
    op,
    { ...read, grad },
    { attributes: structure, scalars: Object.fromEntries(moving.map(({ name, tensor }) => [name, tensor])) },
  );
  tape.forward("update");
  const feed = new Map<Tensor, Float32Array>([
    [h, Float32Array.from(quadratic.h.data)],
    [b, Float32Array.from(quadratic.b.data)],
    [param, Float32Array.from(quadratic.w.data)],
    ...state.map((tensor) => [tensor, new Float32Array(tensor.shape[0] ?? 1)] as const),
    ...moving.map(({ tensor, value }) => [tensor, Float32Array.of(value)] as const),
  ]);
  return { tape, feed, carried: Object.keys(read).map((name) => [read[name], next[name]] as const) };
}

it.each([
  ["sgd", { lr: 0.25 }],
  ["sgd", { lr: 0.25, momentum: 0.5, nesterov: true, weight_decay: 0.125 }],
  ["rmsprop", { lr: 0.125, momentum: 0.5 }],
  ["adam", { lr: 0.25, betas: [0.75, 0.875] }],
] as const)(
  "%s %j in a loop that reads nothing back takes the steps of one step after another, to the last bit",
  async (name, attrs) => {
    const { tape, feed, carried } = stepOf(opNamed(name), attrs);
    const steps = 10;
    const program = await processor.prepare(tape);
    let now = feed;
    for (let step = 0; step < steps; step++) {
      program.run(now);
      const values = await program.read(carried.map(([, after]) => after));
      now = new Map([
        ...now,
        ...carried.map(([before, after]) => [before, values.get(after) ?? new Float32Array()] as const),
      ]);
    }
    const run = await processor.loop({ tape, carries: new Map(carried) }, feed);
    expect(await run.advance(steps)).toBe("done");
    const values = await run.program.read(carried.map(([, after]) => after));
    for (const [before, after] of carried)
      expect(new Uint32Array((values.get(after) ?? new Float32Array()).slice().buffer), before.name).toEqual(
        new Uint32Array((now.get(before) ?? new Float32Array()).slice().buffer),
      );
    expect(run.done).toBe(steps);
    run.dispose();
    program.dispose();
  },
);

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
