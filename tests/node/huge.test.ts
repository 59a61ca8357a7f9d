/** A product of 1024 × 1024 and a convolution of 224 × 224 × 64: laid out and checked without formulas, in short turns. */
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import type { AnyOp } from "../../src/core/op";
import { kernelsIn } from "../../src/core/recipe";
import { size } from "../../src/core/shape";
import { checkPlan, planOf } from "../../src/gpu/plan";
import { verifying } from "../../src/gpu/verify";
import { opNamed } from "../../src/ops/index";
import { recordLarge } from "../tools/large";

const huge = [
  ["matmul", { a: [1024, 1024], b: [1024, 1024] }, {}],
  ["conv2d", { input: [1, 64, 224, 224], weight: [64, 64, 3, 3], bias: [64] }, { padding: 1 }],
] as const;

/** What WebGPU promises on every device, but for room for one large tensor. */
const limits = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBuffersPerShaderStage: 8,
} as GPUSupportedLimits;

describe.each(huge)("%s", (name, shapes, attributes) => {
  const formulas = { built: 0 };
  const op = opNamed(name);
  const counting: AnyOp = { ...op, formula: (...given) => (formulas.built++, op.formula(...given)) };
  const { tape, given } = recordLarge(counting, shapes, attributes);

  test("is recorded and planned without a formula", () => {
    const plan = planOf(tape);
    checkPlan(plan, limits);
    expect(plan.dispatches.length).toBeGreaterThanOrEqual(tape.steps.length);
    expect(formulas.built).toBe(0);
  });

  test("is checked without a formula, forward and backward, in turns of about half a million products", () => {
    // What was written does not matter here: zeros fail, at the same cost.
    const tensors = [...given, ...tape.steps.flatMap(({ writes }) => writes)];
    const values = new Map(tensors.map((tensor) => [storage(tensor), numbers(tensor, given)] as const));
    for (const step of tape.steps.slice(0, 2)) {
      const verdicts = new Map<Tensor, Comparison>();
      let turns = 0;
      for (const work = verifying([step], values, verdicts); work.next().done !== true;) turns++;
      const { verdict, method } = verdicts.get(step.writes[0]) ?? {};
      expect(verdict).toBe("fails");
      expect(method).toMatch(/^projected: .*; sampled [\d,]+ of /);
      // A thirty-second of more than a thousand million products, once for the values and once for the bounds.
      expect(turns).toBeGreaterThan((2 * (2 ** 30 / 32)) / 2 ** 20);
    }
    expect(formulas.built).toBe(0);
  }, 300_000);
});

/** Numbers for what is given, zeros for what is written. */
function numbers(tensor: Tensor, given: readonly Tensor[]): Float32Array {
  const made = new Float32Array(size(tensor.shape));
  if (given.includes(tensor)) for (let i = 0; i < made.length; i++) made[i] = ((i * 7919) % 1009) / 1009;
  return made;
}

describe("what cannot fit is refused before anything is made, with its bytes, the limit and what would fit", () => {
  test("a tensor", () => {
    const { tape } = recordLarge(opNamed("matmul"), { a: [8192, 8192], b: [8192, 4] }, {});
    expect(() => checkPlan(planOf(tape), limits)).toThrow(
      "a is 8192 × 8192, 256 MiB: this device holds at most 128 MiB per tensor; 5792 × 5792 would fit",
    );
  });
  test("scratch space, by the op that asks for most of it", () => {
    const matmul = opNamed("matmul");
    const [kernel] = kernelsIn(matmul.kernels.forward);
    const greedy: AnyOp = {
      ...matmul,
      kernels: { ...matmul.kernels, forward: [{ ...kernel, binds: [], scratch: () => ({ parts: 2 ** 26 }) }] },
    };
    const { tape } = recordLarge(greedy, { a: [2, 3], b: [3, 2] }, {});
    expect(() => checkPlan(planOf(tape), limits)).toThrow(
      "matmul, its scratch space parts is 67108864, 256 MiB: this device holds at most 128 MiB per tensor; 33554432 would fit",
    );
  });
});
