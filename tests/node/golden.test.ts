/** Every golden of the ops there are, on the float64 reference: values, gradients, Jacobians, and what is refused. */
import { describe, expect, test } from "vitest";
import { compositions, opNamed, ops } from "../../src/ops/index";
import { formulasOf, operandsOf } from "../../src/core/graph";
import type { AnyOp } from "../../src/core/op";
import { difference } from "../../src/core/rule";
import { record } from "../../src/ops/call";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { float64 } from "../../src/core/precision";
import { examine } from "../../src/core/reading";
import { everyCase, goldenCases, jacobianCases, recordGolden, runGolden, type ValueCase } from "../tools/golden";

const names = [...ops, ...compositions].map(({ name }) => name);
const cases = goldenCases(names);

const onReference = (golden: ValueCase, op: string | AnyOp = golden.op) =>
  runGolden(golden, (recorded) => runReference(recorded.tape, recorded.exact), float64, op);

describe("goldens on the float64 reference", () => {
  test.each(cases.filter((each) => each.kind === "values"))(
    "$op $name",
    async (golden) => {
      const results = await onReference(golden);
      expect(results.length).toBeGreaterThan(0);
      for (const { what, comparison } of results)
        expect({ what, ...comparison }).toMatchObject({ what, verdict: "holds" });
    },
    60_000,
  );
  test.each(cases.filter((each) => each.kind === "refused"))("refuses $op $name", (golden) => {
    expect(() => recordGolden(golden)).toThrow(new RegExp(`^${golden.op}: .* would fit`));
  });
  test("catch an op whose formula has the wrong sign", async () => {
    const wrong: AnyOp = {
      ...opNamed("add"),
      formula: (_, index, { a, b }) => difference(a.cell(index), b.cell(index)),
    };
    const golden = cases.find((each) => each.op === "add" && each.kind === "values") as ValueCase;
    expect((await onReference(golden, wrong)).map(({ comparison }) => comparison.verdict)).toContain("fails");
  });
});

test("no golden is left out", () => {
  const run = [...cases, ...jacobianCases(names)].map(({ file, name }) => `${file}: ${name}`);
  expect(run.toSorted()).toEqual(everyCase.map(({ file, name }) => `${file}: ${name}`).toSorted());
});

test.each(jacobianCases(names))("the Jacobian $name", ({ op, attrs, wrt, inputs, jacobian }) => {
  const { tape, exact } = record({ op, attrs, inputs });
  const [node] = tape.graph.nodes;
  const formula = formulasOf(node, "output");
  const operands = operandsOf(node);
  const read = reader(exact);
  const [rows, columns] = jacobian.shape;
  for (let r = 0; r < rows; r++) {
    const line = new Float64Array(columns);
    const slack = new Float64Array(columns);
    const { taps } = examine(formula(r), (input, at) => read(operands[input], at), float64);
    for (const tap of taps)
      if (operands[tap.input] === node.inputs[wrt]) [line[tap.at], slack[tap.at]] = [tap.partial, tap.slack];
    // Where partials are products of inputs and sums there is no slack; else both sides round.
    const theirs = jacobian.data.slice(r * columns, (r + 1) * columns);
    expect(theirs.filter((partial, c) => Math.abs(partial - line[c]) > 2 * slack[c])).toEqual([]);
  }
});
