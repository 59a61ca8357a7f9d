/** Activations over many numbers of every size: what the kernels write is what the formulas say, where it is hard as well. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../src/core/compare";
import type { AnyOp } from "../../src/core/op";
import { opNamed } from "../../src/ops";
import { record } from "../../src/ops/call";
import { judge, rewriting, withKernels } from "./calls";
import { openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

const names = ["sigmoid", "tanh", "gelu", "silu", "elu", "softplus", "sin", "cos"] as const;

/** Numbers of either sign, from tiny to `largest`, as many of each size. */
function spread(shape: readonly number[], largest: number, seed: number) {
  const random = seeded(seed);
  const cells = shape.reduce((product, extent) => product * extent, 1);
  const number = (): number => largest * 2 ** (-24 * random() ** 2) * (random() < 0.5 ? -1 : 1);
  return { shape, data: Float32Array.from({ length: cells }, number) };
}

/** Verdicts on the output and on the gradient. */
async function verdicts(
  op: string | AnyOp,
  shape: readonly number[],
  largest: number,
  attrs: Readonly<Record<string, number>> = {},
  seed = 1,
): Promise<readonly Comparison[]> {
  const inputs = { input: spread(shape, largest, seed) };
  const upstream = { output: spread(shape, 4, seed + 1) };
  return [...(await judge(processor, record({ op, attrs, inputs, upstream }))).values()];
}
const allHold = [{ verdict: "holds" }, { verdict: "holds" }];

describe.each(names)("%s", (name) => {
  it.each([
    ["where it bends", 3],
    ["where it saturates", 14],
    ["where it vanishes", 100],
    ["far out", 1e6],
  ])("holds %s, in both directions and to the last cell", async (_, largest) => {
    expect(await verdicts(name, [10_007], largest)).toMatchObject(allHold);
  });

  it("is seen to fail where a slope is off by little", async () => {
    const op = opNamed(name);
    const wrong = withKernels(
      op,
      rewriting("given[quad] * vec4(slope(x.x)", "given[quad] * vec4(1.00001 * slope(x.x)"),
    );
    expect((await verdicts(wrong, [103], 3)).map(({ verdict }) => verdict)).toEqual(["holds", "fails"]);
  });
});

/** Numbers that all lie where the textbook's form of the slope has cancelled to nothing. */
it.each([
  [
    "tanh",
    9.5,
    "slope(x: f32) -> f32 {",
    "slope(x: f32) -> f32 {\n  let y = hyperbolicTangent(x);\n  if (x < 99.0) { return 1.0 - y * y; }",
  ],
  [
    "sigmoid",
    17.5,
    "slope(x: f32) -> f32 {",
    "slope(x: f32) -> f32 {\n  let y = sigmoid(x);\n  if (x < 99.0) { return y * (1.0 - y); }",
  ],
])("the slope of %s at saturation is told from one that cancels", async (name, at, text, other) => {
  const shape = [37];
  const numbers = Float32Array.from({ length: 37 }, (_, i) => at + i / 64);
  const inputs = { input: { shape, data: numbers } };
  const upstream = { output: { shape, data: numbers } };
  const of = async (op: AnyOp): Promise<readonly string[]> =>
    Array.from((await judge(processor, record({ op, inputs, upstream }))).values(), ({ verdict }) => verdict);
  expect(await of(opNamed(name))).toEqual(["holds", "holds"]);
  expect(await of(withKernels(opNamed(name), rewriting(text, other)))).toEqual(["holds", "fails"]);
});

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
const scalars: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, number>>>>> = {
  elu: fc.record({ alpha: fc.double({ min: -3, max: 3, noNaN: true }) }),
  softplus: fc.record({
    beta: fc.double({ min: 0.125, max: 8, noNaN: true }),
    threshold: fc.double({ min: -2, max: 30, noNaN: true }),
  }),
};

it.each(names)("%s holds for shapes and scalars drawn at random", async (name) => {
  const law = fc.asyncProperty(
    shapes,
    fc.constantFrom(0.5, 5, 30, 200),
    scalars[name] ?? fc.constant({}),
    fc.integer({ min: 1, max: 1e6 }),
    async (shape, largest, attrs, seed) => {
      const found = await verdicts(name, shape, largest, attrs, seed);
      expect(found.filter(({ verdict }) => verdict === "fails" || verdict === "not run")).toEqual([]);
    },
  );
  await fc.assert(law, { numRuns: 20, seed: 1, endOnFailure: true });
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
