/** A small network that learns: many steps of descent unrolled into one tape, run in one submit, every step verified. */
import { expect, it } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import { Tape } from "../../src/core/tape";
import { verify } from "../../src/gpu/verify";
import { opNamed } from "../../src/ops";
import { faults, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

interface Training {
  readonly tape: Tape;
  readonly given: readonly Tensor[];
  readonly rate: Tensor;
  readonly slope: Tensor;
  readonly losses: readonly Tensor[];
}

/** x → W₁ → leaky ReLU → W₂ → loss, and W − η · ∂L/∂W, `steps` times over. */
function unroll(steps: number, hidden = 5): Training {
  const graph = new Graph();
  const tape = new Tape(graph);
  const x = graph.given("x", [8, 3]);
  const target = graph.given("t", [8, 2]);
  const [rate, slope] = [graph.scalar("η"), graph.scalar("α")];
  const first = [graph.given("W1", [3, hidden]), graph.given("W2", [hidden, 2])];
  const losses: Tensor[] = [];
  let weights = first;
  for (let step = 0; step < steps; step++) {
    const z = graph.apply(opNamed("matmul"), { a: x, b: weights[0] });
    const a = graph.apply(opNamed("leaky_relu"), { input: z }, { scalars: { negative_slope: slope } });
    const y = graph.apply(opNamed("matmul"), { a, b: weights[1] });
    const loss = graph.apply(opNamed("half_squared_error"), { input: y, target });
    losses.push(loss);
    tape.forward();
    const gradient = tape.backward(loss, { of: weights }, opNamed("add"));
    weights = weights.map((param) => {
      const grad = gradient.get(param);
      if (!grad) throw new Error(`no gradient reaches ${param.name}`);
      return tape.update(opNamed("sgd"), { param, grad }, { scalars: { lr: rate } });
    });
  }
  return { tape, given: [x, target, ...first], rate, slope, losses };
}

function feedOf({ given, rate, slope }: Training): Map<Tensor, Float32Array> {
  const random = seeded(5);
  const numbers = given.map(
    (tensor) =>
      [tensor, Float32Array.from({ length: tensor.shape[0] * tensor.shape[1] }, () => random() * 2 - 1)] as const,
  );
  return new Map([...numbers, [rate, Float32Array.of(0.05)], [slope, Float32Array.of(0.1)]]);
}

const lossesOf = (training: Training, values: ReadonlyMap<Tensor, Float32Array>): number[] =>
  training.losses.map((loss) => values.get(loss)?.[0] ?? Number.NaN);

it("learns in one submit, and every step of it holds", async () => {
  const training = unroll(20);
  const { tape } = training;
  const program = await processor.prepare(tape, { losses: training.losses });
  const { submits } = processor.stats();
  program.run(feedOf(training));
  expect(processor.stats().submits).toBe(submits + 1);
  const values = await program.read(tape.graph.tensors);
  expect(faults(verify(tape.steps, values))).toEqual([]);
  const losses = lossesOf(training, values);
  expect(losses[19]).toBeLessThan(losses[0] / 2);
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  program.dispose();
});

it("moves a slider without a pipeline or a buffer, and gives the same bits when it moves back", async () => {
  const training = unroll(10);
  const { tape, rate } = training;
  const program = await processor.prepare(tape);
  program.run(feedOf(training));
  const before = lossesOf(training, await program.read(training.losses));
  const { pipelines, created } = processor.stats();
  program.run(new Map([[rate, Float32Array.of(0)]]));
  const still = lossesOf(training, await program.read(training.losses));
  expect(still).toEqual(still.map(() => still[0]));
  program.run(new Map([[rate, Float32Array.of(0.05)]]));
  expect(lossesOf(training, await program.read(training.losses))).toEqual(before);
  expect(processor.stats()).toMatchObject({ pipelines, created });
  program.dispose();
});

it("compiles nothing for another structure once the kernels are warm", async () => {
  await processor.warm(["matmul", "leaky_relu", "half_squared_error", "add", "sgd"].map(opNamed));
  const { pipelines } = processor.stats();
  const program = await processor.prepare(unroll(3, 17).tape);
  expect(processor.stats().pipelines).toBe(pipelines);
  program.dispose();
  expect(errors).toEqual([]);
});
