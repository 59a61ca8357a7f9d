/** Laws over the registry: an op that is added is tested without anyone writing a test. */
import { describe, expect, test } from "vitest";
import { apply, type Formula } from "../../src/core/formula";
import { isDifferentiable, type AnyOp } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import { difference, type Rule } from "../../src/core/rule";
import { opNamed, ops } from "../../src/ops/index";
import { differenceFaults, equationFaults, flowFaults, leafFaults } from "../tools/laws";
import { randomCall } from "../tools/random";

const cases = ops.flatMap((op) =>
  op.cases.map((each, i) => ({ op, each, seed: i + 1, title: `${op.name} ${JSON.stringify(each)}` })),
);

describe("every op", () => {
  test.each(ops.map((op) => [op.name, op] as const))("%s says where it comes from and has cases", (_, op) => {
    expect(op.source).toMatch(/^https:\/\//);
    expect(op.cases.length).toBeGreaterThan(1);
  });
  test.each(ops.map((op) => [op.name, op] as const))("%s has kernels for each of its gradients", (_, op) => {
    const passes = op.outputs.some(isDifferentiable);
    const wanted = op.inputs.filter((spec) => passes && isDifferentiable(spec)).map(({ name }) => name);
    expect(Object.keys(op.kernels.gradient).toSorted()).toEqual(wanted.toSorted());
    expect(kernelsIn(op.kernels.forward).length).toBeGreaterThan(0);
  });
  test("bears a name of its own", () => {
    expect(new Set(ops.map(({ name }) => name)).size).toBe(ops.length);
    expect(() => opNamed("conv9d")).toThrow(/conv9d.*matmul/);
  });
});

describe.each(cases)("$title", ({ op, each, seed }) => {
  test("partials are what differences close in on", () => {
    expect(differenceFaults(randomCall(op, each, seed))).toEqual([]);
  });
  test("leaves contain every tap", () => {
    expect(leafFaults(randomCall(op, each, seed))).toEqual([]);
  });
  test("the printed equation evaluates to the value", () => {
    expect(equationFaults(randomCall(op, each, seed))).toEqual([]);
  });
  test("flows add up to the gradient", () => {
    expect(flowFaults(randomCall(op, each, seed))).toEqual([]);
  });
  test("refuses an extent of 0 and an attribute that it does not know", () => {
    const attributes = op.attributes(each.attributes ?? {});
    for (const name of Object.keys(each.shapes)) {
      const shapes = { ...each.shapes, [name]: [0, ...each.shapes[name]] };
      expect(() => op.shape(shapes, attributes)).toThrow(new RegExp(`^${op.name}`));
    }
    expect(() => op.attributes({ ...each.attributes, nonsense: 1 })).toThrow(/nonsense is no attribute of it/);
  });
});

const [first] = opNamed("sub").cases;
const withFormula = (op: AnyOp, formula: (a: Formula, b: Formula) => Formula): AnyOp => ({
  ...op,
  formula: (_, index, { a, b }) => formula(a.cell(index), b.cell(index)),
});
const twisted = (change: Partial<Rule>): AnyOp =>
  withFormula(opNamed("sub"), (a, b) => {
    const whole = difference(a, b);
    return apply({ ...whole.rule, ...change }, ...whole.args);
  });
const asLargest: Rule["write"] = ([a, b]) => ({ ...a, text: `max(${a.text}, ${b.text})` });

describe("planted faults are caught", () => {
  test("a partial with the wrong sign", () => {
    expect(differenceFaults(randomCall(twisted({ partials: () => [1, 1] }), first))).not.toEqual([]);
  });
  test("a partial that is a little off", () => {
    expect(differenceFaults(randomCall(twisted({ partials: () => [1, -1 - 1e-9] }), first))).not.toEqual([]);
  });
  test("an equation that says something else", () => {
    expect(equationFaults(randomCall(twisted({ write: asLargest }), first))).not.toEqual([]);
  });
});
