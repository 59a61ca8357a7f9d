/** Compositions on the GPU, of shapes drawn at random: every step holds alone, and the same input gives the same bits. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isDifferentiable } from "../../src/core/op";
import { compositions } from "../../src/ops";
import { record } from "../../src/ops/call";
import type { AnyComposition } from "../../src/ops/compositions/composition";
import { judge, normal } from "./calls";
import { compute, faults, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

type Case = AnyComposition["cases"][number];

/** A case with random numbers, gradients at every output that takes one included. */
function recorded(composition: AnyComposition, { shapes, attributes = {} }: Case, seed: number) {
  const random = seeded(seed);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, normal(shape, random)]));
  const call = { op: composition, attrs: attributes, inputs };
  const { outputs } = record(call);
  const open = composition.outputs.filter(isDifferentiable);
  if (open.length === 0) return record(call);
  return record({
    ...call,
    upstream: Object.fromEntries(open.map(({ name }) => [name, normal(outputs[name].shape, random)])),
  });
}

const few = fc.integer({ min: 1, max: 4 });
const some = fc.integer({ min: 1, max: 9 });
const batches = fc.array(few, { maxLength: 2 });
const attentions = fc
  .record({ batch: batches, t: some, s: some, heads: few, width: few, value: few, causal: fc.boolean() })
  .map(({ batch, t, s, heads, width, value, causal }) => ({
    shapes: { q: [...batch, t, heads * width], k: [...batch, s, heads * width], v: [...batch, s, heads * value] },
    attributes: { causal, num_heads: heads },
  }));
const recurrents = (gates: number, states: readonly string[]): fc.Arbitrary<Case> =>
  fc.record({ batch: fc.array(few, { maxLength: 1 }), t: some, d: few, n: few }).map(({ batch, t, d, n }) => ({
    shapes: {
      x: [t, ...batch, d],
      ...Object.fromEntries(states.map((state) => [state, [...batch, n]])),
      w_ih: [gates * n, d],
      w_hh: [gates * n, n],
      b: [gates * n],
    },
  }));
const drawn: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  scaled_dot_product_attention: attentions,
  rnn_tanh: recurrents(1, ["h0"]),
  lstm: recurrents(4, ["h0", "c0"]),
};

it.each(compositions.map((each) => [each.name, each] as const))(
  "%s: every step holds alone",
  async (name, composition) => {
    for (const [seed, each] of composition.cases.entries())
      expect(faults(await judge(processor, recorded(composition, each, seed + 1)))).toEqual([]);
    const law = fc.asyncProperty<[Case, number]>(
      drawn[name] ?? fc.constantFrom(...composition.cases),
      fc.nat(),
      async (each, seed) => {
        expect(faults(await judge(processor, recorded(composition, each, seed)))).toEqual([]);
      },
    );
    await fc.assert(law, { numRuns: 6, seed: 2, endOnFailure: true });
  },
);

it.each(compositions.map((each) => [each.name, each] as const))(
  "%s gives the same bits again",
  async (_, composition) => {
    const { tape, feed } = recorded(composition, composition.cases[1], 7);
    const [once, again] = [await compute(processor, tape, feed), await compute(processor, tape, feed)];
    for (const [tensor, values] of once)
      expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
        new Uint32Array(values.buffer),
      );
  },
);

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
