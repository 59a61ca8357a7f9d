/** What the reading says about a cell: its equation in symbols and numbers, its bound, and where it came from. */
import { expect, test } from "vitest";
import { explain, type Explanation } from "../../src/core/explanation";
import type { Tensor } from "../../src/core/graph";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { record, type OpCall } from "../../src/ops/call";
import { stations } from "../../src/stations";
import { initialKnobs, type Knobs, type Lesson } from "../../src/story/station";

async function explained(id: string, name: string, at: number, knobs: Knobs = {}): Promise<Explanation> {
  const station = await stations.find((entry) => entry.id === id)!.load();
  const all = { ...initialKnobs(station), ...knobs };
  const lesson = station.build(all);
  const values = runReference(
    lesson.tape,
    station.feed(lesson, all, { A: { 0: 1, 1: 2, 2: -1 }, B: { 0: -2, 5: 3, 10: 1 }, dC: { 0: 2 } }),
  );
  const tensor = tensorNamed(lesson, name);
  const step = lesson.tape.steps.find(({ writes }) => writes.includes(tensor))!;
  return explain(step, tensor, at, reader(values));
}
const tensorNamed = (lesson: Lesson, name: string): Tensor =>
  lesson.tape.steps.flatMap((step) => step.writes).find((tensor) => tensor.name === name)!;

test("a cell of a product reads its row and its column", async () => {
  const { symbols, numbers, reference, bound, sources } = await explained("jacobian", "C", 0);
  expect(symbols.text).toBe("C[0, 0] = A[0, 0] · B[0, 0] + A[0, 1] · B[1, 0] + A[0, 2] · B[2, 0]");
  expect(symbols.tex).toBe("C_{00} = A_{00} \\cdot B_{00} + A_{01} \\cdot B_{10} + A_{02} \\cdot B_{20}");
  expect(numbers.text).toBe("= 1 · (−2) + 2 · 3 + (−1) · 1 = −2 + 6 − 1 = 3");
  expect(reference).toBe(3);
  expect(bound).toBeGreaterThan(0);
  expect(bound).toBeLessThan(1e-5);
  expect(sources.map(({ tensor, at }) => `${tensor.name}${at}`).toSorted()).toEqual([
    "A0",
    "A1",
    "A2",
    "B0",
    "B10",
    "B5",
  ]);
});

test("a long sum keeps its first three terms and the last", async () => {
  const { symbols } = await explained("jacobian", "C", 0, { K: 16 });
  expect(symbols.text).toMatch(/^C\[0, 0\] = A\[0, 0\] · B\[0, 0\] \+ .* \+ … 12 more … \+ A\[0, 15\] · B\[15, 0\]$/);
});

test("a gradient is a sum over what reads the cell, with the other factor beside it", async () => {
  const { symbols, sources } = await explained("jacobian", "dA", 0, { N: 2 });
  expect(symbols.text).toBe("dA[0, 0] = dC[0, 0] · B[0, 0] + dC[0, 1] · B[0, 1]");
  expect(new Set(sources.map(({ tensor }) => tensor.name))).toEqual(new Set(["dC", "B"]));
});

test("an entry of the Jacobian names the one upstream that is not 0", async () => {
  const { numbers, reference } = await explained("jacobian", "J rows", 0);
  expect(reference).toBe(-2);
  expect(numbers.text).toBe("= 1 · (−2) = −2");
});

test("the loss and a stopped gradient", async () => {
  const loss = await explained("backprop", "L", 0);
  expect(loss.symbols.text).toBe("L = ½ · (ŷ − y)²");
  expect(loss.numbers.text).toBe("= ½ · (4.5 − 2)² = 3.125");
  const stopped = await explained("backprop", "∂L/∂z₂", 0);
  expect(stopped.symbols.text).toBe("∂L/∂z₂ = ∂L/∂a₂ · ReLU′(z₂)");
  expect(stopped.numbers.text).toBe("= 7.5 · 0 = 0");
  const weight = await explained("backprop", "∂L/∂w₁", 0);
  expect(weight.symbols.text).toBe("∂L/∂w₁ = ∂L/∂z₁ · x");
  expect(weight.numbers.text).toBe("= 7.5 · 1.5 = 11.25");
});

test("a step of SGD", async () => {
  const { symbols, numbers } = await explained("backprop", "w₁", 0);
  expect(symbols.text).toBe("w₁ = w₁ − lr · ∂L/∂w₁");
  expect(numbers.text).toBe("= 1 − 0.1 · 11.25 = −0.125");
});

/** The first equation of what a call of an op writes, by the tensor's name. */
function ofCall(call: OpCall, name: string): Explanation {
  const { tape, feed } = record(call);
  const step = tape.steps.find(({ writes }) => writes.some((tensor) => tensor.name === name))!;
  const tensor = step.writes.find((written) => written.name === name)!;
  return explain(step, tensor, 0, reader(runReference(tape, feed)));
}
const row = (...data: readonly number[]) => ({ shape: [1, 1, data.length], data });

test("padding stands in an output's equation as 0 and is left out of the weight's gradient", () => {
  const inputs = { input: row(0, 5), weight: { shape: [1, 1, 1, 2], data: [2, 3] } };
  const call = { op: "conv2d", attrs: { padding: [0, 1] }, inputs, upstream: { output: row(7, 8, 9) } };
  expect(ofCall(call, "conv2d").numbers.text).toBe("= 0 · 2 + 0 · 3 = 0 + 0 = 0");
  expect(ofCall(call, "∂L/∂weight").numbers.text).toBe("= 8 · 0 + 9 · 5 = 0 + 45 = 45");
});

test("a pool's winner has slope 1, a loser 0, and the place of the largest is said", () => {
  const upstream = { output: row(7) };
  const call = { op: "max_pool2d", attrs: { kernel_size: [1, 2] }, inputs: { input: row(1, 2) }, upstream };
  expect(ofCall(call, "indices").numbers.text).toBe("= argmax(1 at 0, 2 at 1) = 1");
  expect(ofCall(call, "indices").sources.map(({ at }) => at)).toEqual([0, 1]);
  expect(ofCall(call, "∂L/∂input").symbols.text).toMatch(/= ∂L\/∂output\[0, 0, 0\] · max′\(input\[0, 0, 0\]\)$/);
  expect(ofCall(call, "∂L/∂input").numbers.text).toBe("= 7 · 0 = 0");
  const mean = { ...call, op: "avg_pool2d" };
  expect(ofCall(mean, "avg_pool2d").numbers.text).toBe("= (1 + 2) / 2 = 1.5");
  expect(ofCall(mean, "∂L/∂input").numbers.text).toBe("= 7 · (1 / 2) = 3.5");
});
