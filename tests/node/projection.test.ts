/** Large steps, projected and sampled: honest numbers hold, and each fault of a kernel is caught though it is in few cells. */
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/core/compare";
import { storage } from "../../src/core/graph";
import type { Step } from "../../src/core/tape";
import { verify } from "../../src/gpu/verify";
import { opNamed } from "../../src/ops/index";
import { broken, convolution, little, product, written, type Extents, type Large, type Spot } from "../tools/large";

const large = { matmul: product(opNamed("matmul")), conv2d: convolution(opNamed("conv2d")) };
const steps = (Object.keys(large) as (keyof typeof large)[]).flatMap((name) =>
  large[name].tape.steps.map((step) => ({ name, step, title: `${name}, ${step.gradient?.input ?? "output"}` })),
);
/** The gradient of the bias is small: its loops run on every cell. */
const projected = steps.filter(({ step }) => step.gradient?.input !== "bias");

function judged({ feed }: Large, step: Step, numbers: Float32Array): Comparison {
  const comparison = verify([step], new Map([...feed, [step.writes[0], numbers]]), little).get(storage(step.writes[0]));
  if (!comparison) throw new Error(`${step.writes[0].name} was not compared`);
  return comparison;
}

/** In the gradient of the weight a worst case of 1,640 roundings is more than a thousandth: it cannot be decided. */
const verdictOf = (step: Step): string => (step.gradient?.input === "weight" ? "undecidable" : "holds");

/** One tile, off the edges. */
const tile = ({ plane, row, column }: Spot, { planes, rows, columns }: Extents): boolean =>
  plane === Math.floor(planes / 2) &&
  Math.floor(row / 8) === Math.floor(rows / 16) &&
  Math.floor(column / 8) === Math.floor(columns / 16);

describe.each(projected)("$title", ({ name, step }) => {
  const honest = written(large[name], step);

  test("is projected on groups that hold every cell, and sampled, and says so", () => {
    const { verdict, method, compared, ratio } = judged(large[name], step, honest);
    expect(method).toMatch(
      /^projected: [\d,]+ cells in [\d,]+ groups of \d\d, by a statistical bound; sampled [\d,]+ of [\d,]+$/,
    );
    expect(compared).toBe(honest.length);
    expect(verdict).toBe(verdictOf(step));
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThan(0.1);
  });

  test.each<[string, (spot: Spot, extents: Extents) => boolean, (value: number, at: number) => number]>([
    ["an 8 × 8 tile that was never written", tile, () => 0],
    ["an 8 × 8 tile that took its neighbour's numbers", tile, (_, at) => honest[at + 8] ?? honest[at - 8]],
    ["a remainder row", ({ row }, { rows }) => row === rows - 1, () => 0],
    ["a remainder column", ({ column }, { columns }) => column === columns - 1, () => 0],
    ["a channel", ({ plane, row }, { planes }) => (planes > 1 ? plane === 5 : row === 5), (value) => -value],
    [
      "the last cell",
      ({ plane, row, column }, e) => plane === e.planes - 1 && row === e.rows - 1 && column === e.columns - 1,
      (value) => value + 1e3,
    ],
  ])("catches %s", (_, hits, change) => {
    const numbers = broken(honest, step.writes[0].shape, hits, change);
    const { verdict, worst } = judged(large[name], step, numbers);
    expect(verdict).toBe("fails");
    expect(numbers[worst]).not.toBe(honest[worst]);
  });

  test("catches one part of a split sum that is missing in one tile", () => {
    const part = written(large[name], step, (whole) => ({ ...whole, extents: shortened(whole.extents, step) }));
    const numbers = broken(honest, step.writes[0].shape, tile, (_, at) => part[at]);
    expect(judged(large[name], step, numbers).verdict).toBe("fails");
  });

  test("catches a tile that is off by a thousandth, or cannot decide", () => {
    const numbers = broken(honest, step.writes[0].shape, tile, (value) => value * 1.001);
    expect(judged(large[name], step, numbers).verdict).toBe(verdictOf(step) === "holds" ? "fails" : "undecidable");
  });
});

/** The loop that is summed over when a tensor is computed. */
const summed: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  matmul: { output: 2, a: 1, b: 0 },
  conv2d: { output: 5, input: 2, weight: 3 },
};

/** The loops with one that is summed over cut short: what is left out is the last part of a split sum. */
function shortened(extents: readonly number[], { node, gradient }: Step): readonly number[] {
  const loop = summed[node.op.name][gradient?.input ?? "output"];
  return extents.with(loop, extents[loop] - Math.ceil(extents[loop] / 8));
}
