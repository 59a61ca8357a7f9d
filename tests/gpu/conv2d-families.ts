/** The families of kernels of `conv2d`, each forced, and held against plain loops. */
import { expect } from "vitest";
import type { AnyOp, Case } from "../../src/core/op";
import { isChoice, type Recipe } from "../../src/core/recipe";
import type { Processor } from "../../src/gpu/processor";
import { opNamed } from "../../src/ops";
import { record, type OpCall } from "../../src/ops/call";
import { plainly, wholeCall } from "../tools/windows";
import { compute } from "./rig";

/** The op as it is registered. */
export const conv2d = opNamed("conv2d");
/** Every family of the forward pass. */
export const families = ["general", "registers", "planes", "tiles"] as const;
export type Family = (typeof families)[number];

/** The recipe of one family alone, the general one where it is not there; the gradient of the bias has no families. */
const only = (recipe: Recipe, family: Family): Recipe =>
  isChoice(recipe) ? (recipe.families[family] ?? recipe.families["general"]) : recipe;

/** The op, computed by one family whatever suits. */
export const forced = (family: Family): AnyOp => ({
  ...conv2d,
  kernels: {
    forward: only(conv2d.kernels.forward, family),
    gradient: Object.fromEntries(
      Object.entries(conv2d.kernels.gradient).map(([input, recipe]) => [input, only(recipe ?? [], family)]),
    ),
  },
});

// ── against plain loops, exactly ────────────────────────────────────────────

/** The tensors of a call on whole numbers, which sum exactly, that differ from what plain loops make of them. */
export async function differing(
  processor: Processor,
  op: AnyOp,
  each: Case,
  seed = 1,
  change = (call: OpCall) => call,
): Promise<readonly string[]> {
  const call = change(wholeCall(op, each, seed));
  const { tape, feed } = record(call);
  const { outputs, grads } = plainly["conv2d"](call);
  const expected = new Map([["conv2d", outputs["output"]]]);
  for (const [input, grad] of Object.entries(grads)) expected.set(`∂L/∂${input}`, grad);
  const found = await compute(processor, tape, feed);
  const seen = Array.from(found).filter(([{ name }]) => expected.has(name));
  expect(seen.map(([{ name }]) => name).toSorted()).toEqual([...expected.keys()].toSorted());
  return seen.filter(([{ name }, values]) => !same(values, expected.get(name) ?? [])).map(([{ name }]) => name);
}
/** Whether the numbers are equal; 0 and −0 are, and NaN equals NaN. */
const same = (values: Float32Array, expected: readonly number[]): boolean =>
  values.length === expected.length &&
  values.every((value, i) => value === expected[i] || (Number.isNaN(value) && Number.isNaN(expected[i])));

/** A convolution of a batch; the kernel, the stride and the like are one number, or one for rows and one for columns. */
export function layer(
  [batches, channels, ...plane]: readonly number[],
  outputs: number,
  kernel: number | readonly [number, number],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Case {
  const [rows, columns] = [kernel, kernel].flat();
  const each = channels / Number(attributes["groups"] ?? 1);
  const pairs = Object.entries(attributes).map(([name, given]) => [
    name,
    name === "groups" || Array.isArray(given) ? given : [given, given],
  ]);
  return {
    shapes: {
      input: [batches, channels, ...plane],
      weight: [outputs, each, ...(Array.isArray(kernel) ? kernel : [rows, columns])],
      bias: [outputs],
    },
    attributes: Object.fromEntries(pairs),
  };
}
