/** PyTorch's numbers on WebGPU: values and gradients within the derived bounds, Jacobians row by row, and refusals. */
import { describe, expect, it } from "vitest";
import { compare, widest, type Comparison } from "../../src/core/compare";
import { float32 } from "../../src/core/precision";
import { expect as expecting, type Expected } from "../../src/core/expected";
import { reader, type Values } from "../../src/core/reader";
import { size } from "../../src/core/shape";
import { compositions, ops } from "../../src/ops";
import { record, type Recorded } from "../../src/ops/call";
import {
  expectedOf,
  goldenCases,
  jacobianCases,
  recordGolden,
  runGolden,
  type JacobianCase,
  type ValueCase,
} from "../tools/golden";
import { compute, openRig } from "./rig";

const { processor, errors } = await openRig();
const everyName = [...ops, ...compositions].map(({ name }) => name);
const cases = goldenCases(everyName);
const names = [...new Set(cases.map(({ op }) => op))];

/**
 * Whether a bound tells something after all where a result is small because its terms cancel (a gradient at the bottom of
 * a bowl): it is narrow beside the terms.
 */
const isNarrow = ({ bounds, peaks }: Expected): boolean => Math.max(...bounds) <= widest * Math.max(...peaks);

const holds = ({ verdict }: Comparison, expected: Expected): boolean =>
  verdict === "holds" || (verdict === "undecidable" && isNarrow(expected));

/**
 * What does not hold. Where an inherited bound has grown too wide to tell (a walk that diverges), every step must hold
 * alone, on the numbers that it read.
 */
async function faultsOf(golden: ValueCase): Promise<string[]> {
  let ran: { readonly recorded: Recorded; readonly values: Values } | undefined;
  const results = await runGolden(
    golden,
    async (recorded) => {
      const values = await compute(processor, recorded.tape, recorded.feed);
      ran = { recorded, values };
      return values;
    },
    float32,
  );
  const wrong = results.filter(({ comparison }) => comparison.verdict === "fails" || comparison.verdict === "not run");
  const vague = results.some(({ comparison }) => comparison.verdict === "undecidable");
  return [
    ...wrong.map(({ what, comparison }) => `${golden.name}: ${what}: ${JSON.stringify(comparison)}`),
    ...(vague && ran ? stepFaults(golden, ran.recorded, ran.values) : []),
  ];
}

function stepFaults({ name }: ValueCase, { tape }: Recorded, values: Values): string[] {
  const read = reader(values, Math.fround);
  return tape.steps.flatMap((step) =>
    expecting(step, read).flatMap((expected) => {
      const comparison = compare(values.get(expected.tensor) ?? [], expected);
      return holds(comparison, expected)
        ? []
        : [`${name}: ${expected.tensor.name} alone: ${JSON.stringify(comparison)}`];
    }),
  );
}

describe.each(names)("%s", (name) => {
  const own = cases.filter(({ op }) => op === name);

  it("meets PyTorch's values and gradients", async () => {
    const found: string[] = [];
    for (const golden of own) if (golden.kind === "values") found.push(...(await faultsOf(golden)));
    expect(found).toEqual([]);
  });

  it.each(own.filter(({ kind }) => kind === "refused").map((golden) => [golden.name, golden] as const))(
    "refuses %s",
    (_, golden) => {
      expect(() => recordGolden(golden)).toThrow(
        /would fit|at most|must be|does not|no attribute|it takes|it reads|missing|differ/,
      );
    },
  );
});

/** One row: the gradient that leaves when 1 arrives at one cell of the output and 0 at all others. */
async function rowFaults({ op, attrs, wrt, inputs, jacobian }: JacobianCase, row: number): Promise<string[]> {
  const { shape } = record({ op, attrs, inputs }).outputs["output"];
  const unit = { shape, data: Array.from({ length: size(shape) }, (_, at) => (at === row ? 1 : 0)) };
  const recorded = record({ op, attrs, inputs, upstream: { output: unit } });
  const tensor = recorded.grads[wrt];
  const values = await compute(processor, recorded.tape, recorded.feed);
  const [, columns] = jacobian.shape;
  const theirs = jacobian.data.slice(row * columns, (row + 1) * columns);
  const expected = expectedOf(recorded, float32)(tensor, theirs);
  const comparison = compare(values.get(tensor) ?? [], expected);
  return holds(comparison, expected) ? [] : [`row ${row}: ${JSON.stringify(comparison)}`];
}

it.each(jacobianCases(everyName).map((each) => [each.name, each] as const))(
  "meets the Jacobian %s, each row by the gradient kernels",
  async (_, golden) => {
    const found: string[] = [];
    for (let row = 0; row < golden.jacobian.shape[0]; row++) found.push(...(await rowFaults(golden, row)));
    expect(found).toEqual([]);
  },
);

it("covers the registry and leaves no error on the device", () => {
  expect(names.length).toBeGreaterThan(0);
  expect(jacobianCases(everyName).length).toBeGreaterThan(0);
  expect(errors).toEqual([]);
});
