/** PyTorch's numbers on WebGPU: values and gradients within the derived bounds, and refusals. */
import { describe, expect, it } from "vitest";
import { float32 } from "../../src/core/reading";
import { ops } from "../../src/ops";
import { goldenCases, recordGolden, runGolden, type ValueCase } from "../tools/golden";
import { compute, openRig } from "./rig";

const { processor, errors } = await openRig();
const cases = goldenCases(ops.map((op) => op.name));
const names = [...new Set(cases.map(({ op }) => op))];

async function faultsOf(golden: ValueCase): Promise<string[]> {
  const results = await runGolden(golden, ({ tape, feed }) => compute(processor, tape, feed), float32);
  return results
    .filter(({ comparison }) => comparison.verdict === "fails" || comparison.verdict === "not run")
    .map(({ what, comparison }) => `${golden.name}: ${what}: ${JSON.stringify(comparison)}`);
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

it("covers the registry and leaves no error on the device", () => {
  expect(names.length).toBeGreaterThan(0);
  expect(errors).toEqual([]);
});
