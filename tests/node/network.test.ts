/** The recitation's network, z = w·x, a = act(z), ŷ = w₃ Σ a, L = ½ (ŷ − y)², through the ops, against PyTorch. */
import { describe, expect, test } from "vitest";
import { cell, constant } from "../../src/core/formula";
import { Graph, type Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { examine, type Reading } from "../../src/core/reading";
import { runReference } from "../../src/core/reference";
import { Tape } from "../../src/core/tape";
import { opNamed } from "../../src/ops/index";
import { composed, leaf, through } from "../tools/composition";
import { networkCases, type NetworkCase, type NetworkStep } from "../tools/golden";

const [mul, sum, loss, sgd, add] = ["mul", "sum", "half_squared_error", "sgd", "add"].map(opNamed);

// Inputs of the composed formulas: w, x, y, the slope of a leaky ReLU.
const [w, x, y, slope] = [0, 1, 2, 3];

/** Every quantity of one step as formulas over w, x and y. */
function network(activation: string) {
  const act = opNamed(activation);
  const z = through(mul, { a: leaf(w, [2]), b: leaf(x, []) });
  const scalars = Object.fromEntries(act.scalars.map(({ name }) => [name, cell(slope, 0)]));
  const a = through(act, { input: z }, scalars);
  const guess = through(mul, { a: leaf(w, [], 2), b: through(sum, { input: a }) });
  return { z, a, guess, loss: through(loss, { input: guess, target: leaf(y, []) }) };
}

/** The numbers with their bound: PyTorch rounds as well, so that both sides may use up a bound each. */
function meets(actual: number, wanted: number, bound: number): void {
  if (actual !== wanted) expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(2 * bound);
}
const values = (readings: readonly Reading[], wanted: readonly number[]): void =>
  readings.forEach(({ value, roundoff }, i) => meets(value, wanted[i], roundoff));

function meetsStep({ attrs }: NetworkCase, step: NetworkStep): void {
  const inputs = [step.w, [attrs.x], [attrs.y], [0.01]];
  const { z, a, guess, loss: end } = network(attrs.activation);
  const look = (at: { cells: typeof z.cells }) =>
    at.cells.map((formula) => examine(formula, (i, j) => inputs[i][j], float64));
  values(look(z), step.z);
  values(look(a), step.a);
  values(look(guess), [step.y_hat]);
  const [reading] = look(end);
  values([reading], [step.loss]);
  step.grad.forEach((wanted, at) => {
    const tap = reading.taps.find((each) => each.input === w && each.at === at);
    meets(tap?.partial ?? 0, wanted, (tap?.slack ?? 0) + float64.smallest);
  });
}

function meetsUpdate({ attrs }: NetworkCase, before: NetworkStep, after: NetworkStep): void {
  const next = through(sgd, { param: leaf(0, [3]), grad: leaf(1, [3]) }, { lr: constant(attrs.lr) });
  const inputs = [before.w, before.grad];
  values(
    next.cells.map((formula) => examine(formula, (i, j) => inputs[i][j], float64)),
    after.w,
  );
}

describe.each(networkCases())("$name", (golden) => {
  test("forward, backward and update meet PyTorch at every step", () => {
    for (const step of golden.steps) meetsStep(golden, step);
    golden.steps.slice(1).forEach((after, i) => meetsUpdate(golden, golden.steps[i], after));
  });

  test("training unrolled on one tape takes the same steps as the composed formulas", () => {
    const run = unrolled(golden, golden.steps.length);
    run.forEach(({ step, path }, i) => {
      const [first] = golden.steps;
      if (i === 0) expect(path).toEqual(first.w);
      meetsStep(golden, step);
      expect(run[i + 1]?.path ?? step.next).toEqual(step.next);
    });
  });
});

test("a formula without cells composes", () => {
  expect(through(add, { a: composed([], [constant(1)]), b: composed([], [constant(2)]) }).cells).toHaveLength(1);
});

/** The tensors of one training step. */
interface Unrolled {
  readonly w: Tensor;
  readonly bias: Tensor;
  readonly z: Tensor;
  readonly a: Tensor;
  readonly guess: Tensor;
  readonly loss: Tensor;
  readonly gradients: readonly Tensor[];
}

/** Trains for some steps on one tape and returns what each step computed. */
function unrolled({ attrs }: NetworkCase, steps: number) {
  const graph = new Graph();
  const tape = new Tape(graph);
  const [inputX, target, rate] = [graph.given("x", []), graph.given("y", []), graph.scalar("η")];
  const act = opNamed(attrs.activation);
  const feed = new Map([
    [inputX, [attrs.x]],
    [target, [attrs.y]],
    [rate, [attrs.lr]],
  ]);
  const bend = act.scalars.length > 0 ? graph.scalar("α") : undefined;
  if (bend) feed.set(bend, [0.01]);
  let [weights, last] = [graph.given("w", [2]), graph.given("w₃", [])];
  feed.set(weights, attrs.w.slice(0, 2)).set(last, attrs.w.slice(2));
  const passes: Unrolled[] = [];
  for (let i = 0; i < steps; i++) {
    const z = graph.apply(mul, { a: weights, b: inputX });
    const a = graph.apply(act, { input: z }, bend ? { scalars: { negative_slope: bend } } : {});
    const guess = graph.apply(mul, { a: last, b: graph.apply(sum, { input: a }) });
    const error = graph.apply(loss, { input: guess, target });
    tape.forward();
    const gradients = tape.backward(error, { of: [weights, last] }, add);
    const grads = [weights, last].map((tensor) => gradients.get(tensor) as Tensor);
    passes.push({ w: weights, bias: last, z, a, guess, loss: error, gradients: grads });
    [weights, last] = [weights, last].map((param, p) =>
      tape.update(sgd, { param, grad: grads[p] }, { scalars: { lr: rate } }),
    );
  }
  const found = runReference(tape, feed);
  const of = (...tensors: readonly Tensor[]): number[] => tensors.flatMap((tensor) => [...(found.get(tensor) ?? [])]);
  return passes.map((pass) => {
    const path = of(pass.w, pass.bias);
    const grad = of(...pass.gradients);
    const step = {
      w: path,
      z: of(pass.z),
      a: of(pass.a),
      y_hat: of(pass.guess)[0],
      loss: of(pass.loss)[0],
      grad,
      next: path.map((value, at) => value - attrs.lr * grad[at]),
    };
    return { path, step };
  });
}
