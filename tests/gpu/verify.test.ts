/** The verifier's own conduct, on numbers that no GPU wrote: what it samples, what it leaves out, and how it says so. */
import { describe, expect, it } from "vitest";
import { Graph, storage, type Tensor } from "../../src/core/graph";
import { runReference } from "../../src/core/reference";
import { Tape } from "../../src/core/tape";
import { sgd } from "../../src/ops/sgd";
import { stratified } from "../../src/gpu/sample";
import { verify } from "../../src/gpu/verify";
import { tiny } from "./tiny";

/** The reference's own numbers as float32, for n × n cells forward and backward. */
function scene(n: number): { tape: Tape; y: Tensor; dx: Tensor; values: Map<Tensor, Float32Array> } {
  const graph = new Graph();
  const x = graph.given("x", [n, n]);
  const factor = graph.scalar("f");
  const y = graph.apply(tiny, { x }, { scalars: { factor } });
  const tape = new Tape(graph);
  tape.forward();
  const dx = tape.gradient(graph.nodes[0], "x", { output: graph.filled("∂y", [n, n], 1) }, "∂x");
  const given = new Map([
    [x, Float32Array.from({ length: n * n }, (_, i) => Math.fround(Math.sin(i)))],
    [factor, Float32Array.of(3)],
  ]);
  const values = new Map([...runReference(tape, given)].map(([t, data]) => [storage(t), Float32Array.from(data)]));
  return { tape, y, dx, values };
}

describe("verify", () => {
  it("compares every cell while that is within the effort", () => {
    const { tape, y, dx, values } = scene(8);
    const verdicts = verify(tape.steps, values);
    expect(verdicts.get(y)).toMatchObject({ verdict: "holds", method: "every cell", compared: 64 });
    expect(verdicts.get(dx)).toMatchObject({ verdict: "holds", method: "every cell" });
  });
  it("samples a large step, forward and backward, and says so", () => {
    const { tape, y, dx, values } = scene(128);
    const verdicts = verify(tape.steps, values, { most: 5000, mostOfGradient: 40_000, sample: 1000 });
    expect(verdicts.get(y)).toMatchObject({ verdict: "holds", method: "sampled 989 of 16,384" });
    expect(verdicts.get(dx)).toMatchObject({ verdict: "holds", method: "sampled 989 of 16,384" });
  });
  it("says why a gradient was not run whose readers alone are too many to look for", () => {
    const { tape, dx, values } = scene(128);
    const { verdict, method } = verify(tape.steps, values, { most: 5000, mostOfGradient: 5000 }).get(dx) ?? {};
    expect([verdict, method]).toEqual(["not run", "finding what reads a cell takes more than 5,000 readings"]);
  });
  it("finds a fault in a sampled cell of a gradient", () => {
    const { tape, dx, values } = scene(128);
    values.get(dx)?.set([7], 5);
    const effort = { most: 5000, mostOfGradient: 40_000, sample: 1000 };
    expect(verify(tape.steps, values, effort).get(dx)).toMatchObject({ verdict: "fails", worst: 5 });
  });
  it("finds a fault in a sampled cell and names the cell, not its place in the sample", () => {
    const { tape, y, values } = scene(128);
    const last = 128 * 128 - 1;
    values.get(y)?.set([7], last);
    expect(verify(tape.steps, values, { most: 5000 }).get(y)).toMatchObject({ verdict: "fails", worst: last });
  });
  it("takes fewer samples where a cell is dear, and gives up where one cell is too much", () => {
    const { tape, y, values } = scene(128);
    expect(verify(tape.steps, values, { most: 300 }).get(y)?.method).toMatch(/^sampled \d{2,3} of 16,384$/);
    expect(verify(tape.steps, values, { most: 0 }).get(y)?.verdict).toBe("not run");
  });
  it("does not judge what was not read back", () => {
    const { tape, y, dx, values } = scene(2);
    values.delete(y);
    expect(verify(tape.steps, values).get(y)).toMatchObject({ verdict: "not run", method: "tiny was not read back" });
    expect(verify(tape.steps, values).get(dx)?.verdict).toBe("not run");
  });
});

describe("a step that takes a weight away", () => {
  const cells = [5, 0.3];

  /** w − 1 · g with g = w, as something wrote it. */
  function step(written: readonly number[]) {
    const graph = new Graph();
    const [w, grad] = ["w", "∂L/∂w"].map((name) => graph.given(name, [cells.length]));
    const lr = graph.scalar("η");
    const next = graph.apply(sgd, { param: w, grad }, { scalars: { lr } });
    const tape = new Tape(graph);
    tape.forward("update");
    const held = Float32Array.from(cells);
    const values = new Map([
      [storage(w), held],
      [storage(grad), held],
      [storage(lr), Float32Array.of(1)],
      [storage(next), Float32Array.from(written)],
    ]);
    return verify(tape.steps, values).get(next);
  }

  it("is judged beside that weight, though nothing is left of it", () => {
    expect(step([0, 0])).toMatchObject({ verdict: "holds", method: "every cell" });
  });
  it("fails where more is left than rounding leaves", () => {
    const allowed = step([0, 0])!.bound;
    expect(step([allowed, 0])).toMatchObject({ verdict: "holds" });
    expect(step([2 * allowed, 0])).toMatchObject({ verdict: "fails", worst: 0 });
  });
});

describe("stratified samples", () => {
  it("are all cells where there are few", () => {
    expect(stratified([2, 3], 10)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(stratified([], 10)).toEqual([0]);
  });
  it("hold the first and the last row, and some cell of every stratum", () => {
    const cells = new Set(stratified([512, 512], 4096));
    expect(cells.size).toBeGreaterThan(3900);
    expect(cells.size).toBeLessThanOrEqual(4096);
    for (let i = 0; i < 512; i++) expect([cells.has(i), cells.has(512 * 512 - 1 - i)]).toEqual([true, true]);
    const rows = new Set([...cells].map((at) => Math.floor(at / 512)));
    const columns = new Set([...cells].map((at) => at % 512));
    expect([rows.size, columns.size]).toEqual([512, 512]);
  });
  it("are the same every time", () => {
    expect(stratified([1000, 1000], 64)).toEqual(stratified([1000, 1000], 64));
  });
});
