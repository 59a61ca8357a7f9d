/** Graphs and tapes: what is recorded, in which order, and what the backward pass gathers. */
import { describe, expect, test } from "vitest";
import { formulaOf, Graph, type Tensor } from "../../src/core/graph";
import type { AnyOp } from "../../src/core/op";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { ShapeError } from "../../src/core/shape";
import { Tape } from "../../src/core/tape";
import { opNamed } from "../../src/ops/index";
import { both, peak } from "../tools/probe";

const [add, mul, relu, matmul, sum] = ["add", "mul", "relu", "matmul", "sum"].map(opNamed);

function start(...shapes: readonly (readonly number[])[]) {
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => graph.given("abc"[i], shape));
  return { graph, tape: new Tape(graph), inputs };
}
const run = (tape: Tape, ...given: readonly (readonly [Tensor, readonly number[]])[]) => {
  const values = runReference(tape, new Map(given));
  return (tensor: Tensor | undefined): number[] => (tensor ? [...(values.get(tensor) ?? [])] : []);
};
const kinds = (tape: Tape): string[] => tape.steps.map(({ kind }) => kind);

describe("forward", () => {
  test("records each node once", () => {
    const { graph, tape, inputs } = start([2], [2]);
    graph.apply(add, { a: inputs[0], b: inputs[1] });
    expect(tape.forward()).toHaveLength(1);
    expect(tape.forward()).toHaveLength(0);
    graph.apply(relu, { input: inputs[0] });
    expect(tape.forward("update").map(({ kind, index }) => [kind, index])).toEqual([["update", 1]]);
  });
  test("a node of 512 × 512 builds no formula, forward or backward", () => {
    let built = 0;
    const counting: AnyOp = { ...matmul, formula: (...args) => (built++, matmul.formula(...args)) };
    const { graph, tape, inputs } = start([512, 512], [512, 512]);
    const c = graph.apply(counting, { a: inputs[0], b: inputs[1] });
    tape.forward();
    tape.backward(c, { of: inputs }, add);
    expect(built).toBe(0);
    expect(formulaOf(graph.nodes[0], "output", 512 * 512 - 1)).toMatchObject({ kind: "over", n: 512 });
    expect(built).toBe(1);
  });
});

describe("what a graph refuses", () => {
  const { graph, inputs } = start([2, 3], [4, 5]);
  test.each([
    ["extents of 0", () => graph.given("x", [0, 3]), "x: the shape [0, 3] has an extent of 0"],
    ["a view of another size", () => graph.view(inputs[0], [4]), "view: a is 2 × 3, 4 does not hold as many cells"],
    [
      "inner extents that differ",
      () => graph.apply(matmul, { a: inputs[0], b: inputs[1] }),
      "the inner extents 3 and 4",
    ],
    ["a missing input", () => graph.apply(matmul, { a: inputs[0] }), "matmul: the input b is missing"],
    ["an unknown input", () => graph.apply(relu, { x: inputs[0] }), "relu: x is no input of it; it reads input"],
    [
      "indices where numbers belong",
      () => graph.apply(relu, { input: graph.given("i", [2], "index") }),
      "relu: input holds index numbers, real ones would fit",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(ShapeError);
    expect(act).toThrow(message);
  });
});

describe("backward", () => {
  test("starts from ones and names its gradients", () => {
    const { graph, tape, inputs } = start([2], [2]);
    const out = graph.apply(mul, { a: inputs[0], b: inputs[1] }, { names: "L" });
    tape.forward();
    const grads = tape.backward(out, { of: inputs }, add);
    const value = run(tape, [inputs[0], [2, 3]], [inputs[1], [5, 7]]);
    expect(value(grads.get(inputs[0]))).toEqual([5, 7]);
    expect(grads.get(inputs[1])?.name).toBe("∂L/∂b");
  });
  test("gathers where a tensor is read twice", () => {
    const { graph, tape, inputs } = start([2]);
    const [x] = inputs;
    const out = graph.apply(add, { a: graph.apply(relu, { input: x }), b: graph.apply(mul, { a: x, b: x }) });
    tape.forward();
    const grads = tape.backward(out, { of: [x] }, add);
    expect(kinds(tape).filter((kind) => kind === "gather")).toHaveLength(2);
    expect(run(tape, [x, [3, -4]])(grads.get(x))).toEqual([7, -8]);
  });
  test("tells one tensor's two places in one op apart", () => {
    const { graph, tape, inputs } = start([2, 2]);
    const [x] = inputs;
    const out = graph.apply(sum, { input: graph.apply(matmul, { a: x, b: x }) });
    tape.forward();
    const grads = tape.backward(out, { of: [x] }, add);
    // d/dX of Σ X·X is 1·Xᵀ + Xᵀ·1.
    expect(run(tape, [x, [1, 2, 3, 4]])(grads.get(x))).toEqual([7, 11, 9, 13]);
  });
  test("gives zeros to an output that nothing reads", () => {
    const { graph, tape, inputs } = start([2], [2]);
    const { total, area } = graph.applyAll(both, { a: inputs[0], b: inputs[1] });
    tape.forward();
    const grads = tape.backward(area, { of: [inputs[0]] }, add);
    const value = run(tape, [inputs[0], [2, 3]], [inputs[1], [5, 7]]);
    expect(value(total)).toEqual([7, 10]);
    expect(value(grads.get(inputs[0]))).toEqual([5, 7]);
  });
  test("adds what arrives by several outputs", () => {
    const { graph, tape, inputs } = start([3]);
    const { largest, total } = graph.applyAll(peak, { input: inputs[0] });
    const out = graph.apply(mul, { a: largest, b: total });
    tape.forward();
    const grads = tape.backward(out, { of: inputs }, add);
    // largest · total = 5 · 8: the total for the winner, and the largest for all.
    expect(run(tape, [inputs[0], [1, 5, 2]])(grads.get(inputs[0]))).toEqual([5, 13, 5]);
  });
  test("follows only paths towards what is wanted", () => {
    const { graph, tape, inputs } = start([2], [2]);
    const out = graph.apply(mul, { a: graph.apply(relu, { input: inputs[0] }), b: inputs[1] });
    tape.forward();
    tape.backward(out, { of: [inputs[1]] }, add);
    expect(kinds(tape).filter((kind) => kind === "gradient")).toHaveLength(1);
  });
  test("takes an upstream gradient, of the right shape only", () => {
    const { graph, tape, inputs } = start([2]);
    const out = graph.apply(relu, { input: inputs[0] });
    tape.forward();
    const upstream = graph.given("u", [2]);
    const grads = tape.backward(out, { of: inputs, upstream }, add);
    expect(run(tape, [inputs[0], [1, -1]], [upstream, [9, 9]])(grads.get(inputs[0]))).toEqual([9, 0]);
    expect(() => tape.backward(out, { of: inputs, upstream: graph.given("v", [3]) }, add)).toThrow(
      "backward: the upstream gradient is 3, relu is 2; equal shapes would fit",
    );
  });
  test("passes through views, and gathers what several of them bring", () => {
    const { graph, tape, inputs } = start([2, 2]);
    const [x] = inputs;
    const flat = graph.view(x, [4]);
    const square = graph.apply(mul, { a: flat, b: graph.view(x, [4]) });
    const out = graph.apply(sum, { input: graph.view(square, [2, 2]) });
    tape.forward();
    const grads = tape.backward(out, { of: [x, flat] }, add);
    const value = run(tape, [x, [1, 2, 3, 4]]);
    expect(grads.get(x)?.shape).toEqual([2, 2]);
    expect(grads.get(flat)?.shape).toEqual([4]);
    const held = grads.get(flat)?.of;
    expect(value(held)).toEqual([2, 4, 6, 8]);
    expect(grads.get(x)).toBe(held);
  });
  test("of a view alone is what the step wrote", () => {
    const { graph, tape, inputs } = start([2, 2]);
    const flat = graph.view(inputs[0], [4]);
    const out = graph.apply(relu, { input: flat });
    tape.forward();
    const grad = tape.backward(out, { of: [flat] }, add).get(flat);
    expect(tape.steps.at(-1)?.writes).toEqual([grad]);
  });
  test("has no gradient for what does not matter", () => {
    const { graph, tape, inputs } = start([2], [2]);
    const out = graph.apply(relu, { input: inputs[0] });
    tape.forward();
    expect(tape.backward(out, { of: inputs }, add).get(inputs[1])).toBeUndefined();
  });
});

test("views and fills read as the numbers they stand for", () => {
  const { graph, inputs } = start([2, 2]);
  const read = reader(new Map([[inputs[0], [1, 2, 3, 4]]]));
  expect(read(graph.view(inputs[0], [4]), 2)).toBe(3);
  expect(read(graph.filled("ones", [9], 1), 5)).toBe(1);
  expect(read(graph.given("unfed", [1]), 0)).toBeNaN();
});
