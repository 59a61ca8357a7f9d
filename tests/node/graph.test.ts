/** What a graph holds besides ops: constants, numbers that are left out, outputs that are not there; and several starts. */
import { describe, expect, test } from "vitest";
import { constantAt, formulasOf, Graph, isConstant, operandsOf } from "../../src/core/graph";
import { write, plain } from "../../src/core/notation";
import { pack, unpack } from "../../src/core/parcel";
import { float32, float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { Tape } from "../../src/core/tape";
import { opNamed } from "../../src/ops/index";

const [add, mul, sgd, identity] = ["add", "mul", "sgd", "identity"].map(opNamed);

describe("constants", () => {
  const graph = new Graph();
  const tape = new Tape(graph);
  const third = graph.constant("⅓", [2], [1 / 3, 2], [float64.unit, 0]);
  const copy = graph.apply(identity, { input: third });
  tape.forward();
  const bound = (precision = float32): number => runInheriting(tape, new Map(), precision).get(copy)?.bounds[0] ?? 0;
  test("read as the numbers they hold, through views as well", () => {
    const read = reader(new Map());
    expect([read(third, 0), read(graph.view(third, [1, 2]), 1)]).toEqual([1 / 3, 2]);
    expect(reader(new Map(), Math.fround)(third, 0)).toBe(Math.fround(1 / 3));
    expect([isConstant(third), isConstant(copy), constantAt(copy, 0)]).toEqual([true, false, undefined]);
  });
  test("bring along what they may be off by, and that float32 rounds them", () => {
    expect(bound(float64)).toBe(float64.unit);
    expect(bound()).toBe(float64.unit + Math.abs(Math.fround(1 / 3) - 1 / 3));
  });
  test("travel to a worker", () => {
    const unpacked = unpack(structuredClone(pack(tape)), opNamed);
    const found = runReference(unpacked, new Map());
    expect([...(found.get(unpacked.tensors[copy.id]) ?? [])]).toEqual([1 / 3, 2]);
  });
  test("are refused where they are too few", () => {
    expect(() => graph.constant("c", [3], [1, 2])).toThrow("constant: 2 numbers for 3; 3 of them would fit");
  });
});

describe("an optimizer that is given only a rate", () => {
  const graph = new Graph();
  const [param, grad] = [graph.given("w", [2]), graph.given("g", [2])];
  graph.applyAll(sgd, { param, grad });
  const [node] = graph.nodes;
  test("has no scalar, no output and no term for what was left out", () => {
    expect(Object.keys(node.scalars)).toEqual(["lr"]);
    expect(Object.keys(node.outputs)).toEqual(["param"]);
    const operands = operandsOf(node);
    expect(operands.map(({ name }) => name)).toEqual(["w", "g", "η"]);
    const leaf = ({ input }: { input: number }) => plain(operands[input].name);
    expect(write(formulasOf(node, "param")(0), { leaf, most: 9 }).text).toBe("w − η · g");
  });
  test("has them where they were given", () => {
    const momentum = graph.scalar("μ");
    const buffer = graph.filled("v", [2], 0);
    const outputs = graph.applyAll(sgd, { param, grad, momentum_buffer: buffer }, { scalars: { momentum } });
    expect(Object.keys(outputs)).toEqual(["param", "momentum_buffer"]);
  });
});

describe("a backward pass from several tensors", () => {
  const graph = new Graph();
  const tape = new Tape(graph);
  const [x, y] = [graph.given("x", [2]), graph.given("y", [2])];
  const total = graph.apply(add, { a: x, b: y }, { names: "total" });
  const product = graph.apply(mul, { a: total, b: y }, { names: "product" });
  tape.forward();
  const [up, down] = [graph.given("u", [2]), graph.given("v", [2])];
  test("adds what arrives at each to what comes through the others", () => {
    const starts = new Map([
      [total, up],
      [product, down],
    ]);
    const found = tape.backward(starts, { of: [x, y] }, add);
    const values = runReference(
      tape,
      new Map([
        [x, [1, 2]],
        [y, [3, 5]],
        [up, [10, 20]],
        [down, [1, -1]],
      ]),
    );
    const read = reader(values);
    const [dx, dy] = [x, y].map((tensor) => found.get(tensor));
    if (!dx || !dy) throw new Error("no gradient reaches x or y");
    // ∂L/∂total = u + v·y, and y is read once more by the product: v·(x + y).
    expect([0, 1].map((at) => read(dx, at))).toEqual([10 + 3, 20 - 5]);
    expect([0, 1].map((at) => read(dy, at))).toEqual([10 + 3 + 4, 20 - 5 - 7]);
    expect(dx.name).toBe("∂L/∂x");
  });
  test("refuses a gradient of another shape", () => {
    const wrong = new Map([[total, graph.given("w", [3])]]);
    expect(() => tape.backward(wrong, { of: [x] }, add)).toThrow(
      "backward: the upstream gradient is 3, total is 2; equal shapes would fit",
    );
  });
});
