/** Formulas printed as WGSL and run: values and gradients are what the formulas say. */
import { describe, expect, it } from "vitest";
import math from "../../shaders/math.wgsl?raw";
import rules from "../../shaders/rules.wgsl?raw";
import { ratioOf } from "../../src/core/compare";
import type { Formula } from "../../src/core/formula";
import { float32 } from "../../src/core/precision";
import { pulled } from "../../src/core/pulled";
import { appraise } from "../../src/core/reading";
import { printWgsl } from "../../src/core/wgsl";
import { cellCount, cells, differentiable, printable } from "../tools/formulas";
import { applied } from "./functions";
import { openRig, seeded } from "./rig";

const { gpu, errors } = await openRig();

const samples = 512;

/** Normal numbers, and every so often one that decides: 0, or a sign alone. */
function draws(): Float32Array<ArrayBuffer> {
  const random = seeded(1);
  return Float32Array.from({ length: samples * cellCount }, (_, i) => (i % 11 === 0 ? 0 : 4 * random() - 2));
}

/** What a printed formula makes of each sample; `change` spoils the text. */
async function run(formula: Formula, change = (text: string): string => text): Promise<Float32Array> {
  const { statements, results } = printWgsl([formula], ({ at }) => `arguments[first + ${at}u]`);
  const printed = `fn printed(i: u32) -> f32 {\n  let first = (i / ${cellCount}u) * ${cellCount}u;\n${statements}\n  return ${results[0]};\n}\n`;
  const values = await applied(gpu.device, change(printed) + rules + math, "printed(i)", draws());
  return values.filter((_, i) => i % cellCount === 0);
}

/** The worst difference in bounds. */
function worst(formula: Formula, values: Float32Array): number {
  const numbers = draws();
  const ratios = Array.from(values, (value, sample) => {
    const expected = appraise(formula, (_, at) => numbers[sample * cellCount + at], float32);
    return ratioOf(value, expected.value, expected.roundoff, expected.peak);
  });
  return Math.max(...ratios);
}

describe.each(Object.entries(printable))("%s", (_, formula) => {
  it("is printed as what it is", async () => {
    expect(worst(formula, await run(formula))).toBeLessThanOrEqual(1);
  });
});

describe.each(Object.entries(differentiable))("the gradient of %s", (_, formula) => {
  it("is printed as what it is", async () => {
    for (const gradient of pulled(formula, cells)) expect(worst(gradient, await run(gradient))).toBeLessThanOrEqual(1);
  });
});

it("catches a sign that was printed wrong", async () => {
  const formula = differentiable["a network"];
  const wrong = await run(formula, (text) => text.replace(" - ", " + "));
  expect(worst(formula, wrong)).toBeGreaterThan(1);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
