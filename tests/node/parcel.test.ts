import { describe, expect, test } from "vitest";
import { Graph } from "../../src/core/graph";
import { pack, unpack } from "../../src/core/parcel";
import { runReference } from "../../src/core/reference";
import { Tape } from "../../src/core/tape";
import { opNamed } from "../../src/ops/index";

/** A tape with everything on it: a view, a fill, scalars, structure, a gather and an update. */
function everything() {
  const graph = new Graph();
  const tape = new Tape(graph);
  const x = graph.given({ name: "x", tex: "\\mathbf{x}" }, [2, 3]);
  const flat = graph.view(x, [6]);
  const slope = graph.scalar("α");
  const bent = graph.apply(opNamed("leaky_relu"), { input: flat }, { scalars: { negative_slope: slope } });
  const square = graph.apply(opNamed("mul"), { a: bent, b: bent });
  const total = graph.apply(opNamed("sum"), { input: square }, { attributes: { dim: [0] } });
  tape.forward();
  const grad = tape.backward(total, { of: [flat] }, opNamed("add")).get(flat) ?? flat;
  const rate = graph.scalar("η");
  const next = tape.update(opNamed("sgd"), { param: flat, grad }, { scalars: { lr: rate } });
  const feed = new Map([
    [x, [1, -2, 3, -4, 5, -6]],
    [slope, [0.5]],
    [rate, [0.1]],
  ]);
  return { tape, feed, next };
}

describe("a tape that travels", () => {
  const { tape, feed, next } = everything();
  const parcel = structuredClone(pack(tape));
  const unpacked = unpack(parcel, opNamed);

  test("is plain data", () => expect(JSON.parse(JSON.stringify(parcel))).toEqual(parcel));
  test("arrives as it left", () => {
    expect(unpacked.tensors).toEqual(tape.graph.tensors);
    expect(unpacked.steps.map(({ kind, reads, writes }) => ({ kind, reads, writes }))).toEqual(
      tape.steps.map(({ kind, reads, writes }) => ({ kind, reads, writes })),
    );
  });
  test("computes the same", () => {
    const there = new Map(Array.from(feed, ([tensor, data]) => [unpacked.tensors[tensor.id], data]));
    const [here, far] = [runReference(tape, feed), runReference(unpacked, there)];
    expect(far.get(unpacked.tensors[next.id])).toEqual(here.get(next));
    expect([...(here.get(next) ?? [])]).toEqual([0.8, -1.9, 2.4, -3.8, 4, -5.7].map((v) => expect.closeTo(v, 12)));
  });
  test("needs its ops on the other side", () => {
    const strange = { ...parcel, nodes: parcel.nodes.map((node) => ({ ...node, op: "teleport" })) };
    expect(() => unpack(strange, opNamed)).toThrow('ops: no op is named "teleport"');
  });
});
