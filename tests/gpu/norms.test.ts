/** Softmax, normalization, losses, joining and tables on the GPU: on what is drawn at random, in every way of sharing out lines, and broken on purpose. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Case } from "../../src/core/op";
import { verify } from "../../src/gpu/verify";
import { opNamed } from "../../src/ops";
import { record, type Numbers } from "../../src/ops/call";
import { judge, normal, recordCase, rewriting, withKernels, withSpecials } from "./calls";
import { compute, faults, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

const small = fc.integer({ min: 1, max: 6 });
const extent = fc.integer({ min: 1, max: 37 });
const shape = fc.array(small, { minLength: 1, maxLength: 3 });
const reduction = fc.constantFrom("mean", "sum", "none");

const along = shape.chain((input) =>
  fc.integer({ min: -input.length, max: input.length - 1 }).map((dim) => ({ shapes: { input }, attributes: { dim } })),
);
const rowsOf = (shapes: (lead: number[], length: number, has: readonly boolean[]) => Case) =>
  fc
    .tuple(fc.array(small, { maxLength: 2 }), extent, fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }))
    .map(([lead, length, has]) => shapes(lead, length, has));

/** Shapes and attributes by op. */
const drawn: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  softmax: fc.oneof(
    along,
    rowsOf((lead, length) => ({ shapes: { input: [...lead, length] }, attributes: { dim: -1 } })),
  ),
  layer_norm: rowsOf((lead, length, [weighted, biased]) => ({
    shapes: {
      input: [...lead, length + 1],
      ...(weighted && { weight: [length + 1] }),
      ...(biased && { bias: [length + 1] }),
    },
  })),
  batch_norm: fc
    .tuple(fc.array(small, { maxLength: 2 }), small, small, fc.boolean(), fc.boolean())
    .map(([tail, samples, channels, training, affine]) => ({
      shapes: {
        input: [samples + 1, channels, ...tail],
        ...(affine && { weight: [channels], bias: [channels] }),
        running_mean: [channels],
        running_var: [channels],
      },
      attributes: { training },
    })),
  cross_entropy: fc
    .tuple(small, extent, fc.array(small, { maxLength: 1 }), reduction)
    .map(([samples, classes, tail, how]) => ({
      shapes: { input: [samples, classes, ...tail], target: [samples, ...tail] },
      attributes: { reduction: how },
    })),
  mse_loss: fc
    .tuple(shape, reduction)
    .map(([input, how]) => ({ shapes: { input, target: input }, attributes: { reduction: how } })),
  embedding: fc
    .tuple(fc.array(extent, { maxLength: 2 }), small, extent)
    .map(([input, rows, columns]) => ({ shapes: { input, weight: [rows, columns] } })),
  concat: fc
    .tuple(shape, extent)
    .chain(([a, other]) =>
      fc
        .integer({ min: 0, max: a.length - 1 })
        .map((dim) => ({ shapes: { a, b: a.with(dim, other) }, attributes: { dim } })),
    ),
};

describe("shapes and attributes drawn at random", () => {
  it.each(Object.entries(drawn))("hold for %s, on NaN and infinities too", async (name, cases) => {
    const law = fc.asyncProperty(cases, fc.integer({ min: 1, max: 1e6 }), async (each, seed) => {
      expect(faults(await judge(processor, recordCase(opNamed(name), each, seed)))).toEqual([]);
      expect(faults(await judge(processor, recordCase(opNamed(name), each, seed, withSpecials)))).toEqual([]);
    });
    await fc.assert(law, { numRuns: 12, seed: 1, endOnFailure: true });
  });
});

/** The first numbers of the input are huge; what else goes in stays as it was drawn. */
const huge = (magnitude: number): ((numbers: Numbers) => Numbers) => {
  let isInput = true;
  return (numbers) => {
    const first = isInput ? [magnitude, -magnitude] : [];
    isInput = false;
    return { ...numbers, data: [...first, ...Array.from(numbers.data).slice(first.length)] };
  };
};

describe("squares beyond float32 count as ∞, and 1 / √∞ is 0", () => {
  const cases: readonly [string, Case][] = [
    ["layer_norm", { shapes: { input: [3, 4], weight: [4], bias: [4] } }],
    ["layer_norm", { shapes: { input: [2, 9] } }],
    ["batch_norm", { shapes: { input: [4, 3], running_mean: [3], running_var: [3] }, attributes: { training: true } }],
  ];
  const sizes = [1e20, 1e25, 1e32, 1e38, 3e38];
  const all = cases.flatMap(([name, each]) => sizes.map((size) => [name, size, each] as const));
  it.each(all)("%s with numbers of %d is not called wrong, nor called right", async (name, size, each) => {
    const call = recordCase(opNamed(name), each, 4, huge(size));
    const verdicts = await judge(processor, call);
    expect(faults(verdicts)).toEqual([]);
    expect(verdicts.get(call.outputs["output"])).toMatchObject({ verdict: "undecidable", overflows: true });
  });
  it("a kernel that is wrong besides is still caught", async () => {
    const broken = withKernels(opNamed("layer_norm"), rewriting("* affines[row.weights + quad] +", "- 100.0 +"));
    expect(faults(await judge(processor, recordCase(broken, cases[0][1], 4, huge(1e38))))).not.toEqual([]);
  });
});

/** Cases that are large enough for every way of sharing out, with remainders of quads, groups and parts. */
const large: readonly [string, Case][] = [
  ["embedding", { shapes: { input: [5000], weight: [37, 20] } }],
  ["embedding", { shapes: { input: [300], weight: [1000, 3] } }],
  ["cross_entropy", { shapes: { input: [70, 5], target: [70] } }],
  ["mse_loss", { shapes: { input: [4099], target: [4099] } }],
  ["concat", { shapes: { a: [3, 1000], b: [3, 3001] }, attributes: { dim: 1 } }],
];

it.each(large)("%s holds where it takes several dispatches, and gives the same bits again", async (name, each) => {
  const call = recordCase(opNamed(name), each, 5);
  const once = await compute(processor, call.tape, call.feed);
  const again = await compute(processor, call.tape, call.feed);
  expect(faults(await judge(processor, call))).toEqual([]);
  for (const [tensor, values] of once) expect(again.get(tensor), tensor.name).toEqual(values);
});

describe.each(["softmax", "layer_norm"])("%s", (name) => {
  const question = `${name} forward`;
  const shapes: readonly Case["shapes"][string][] = [
    [128, 128],
    [129, 131],
    [131, 130],
  ];

  it.each(shapes)("holds by rows and by parts: %i × %i", async (...extents) => {
    const input = normal(extents, seeded(3));
    const { tape, feed } = record({ op: name, attrs: name === "softmax" ? { dim: 1 } : {}, inputs: { input } });
    for (const family of ["rows", "parts"]) {
      processor.families.force(question, family);
      expect(faults(verify(tape.steps, await compute(processor, tape, feed)))).toEqual([]);
    }
    processor.families.force(question, undefined);
  });
});

// ── kernels broken on purpose ───────────────────────────────────────────────

const wrong: readonly [string, string, string, string, Case][] = [
  [
    "a softmax that forgets to shift",
    "softmax",
    "exponentials(x - line.x)",
    "exponentials(x)",
    { shapes: { input: [3, 8] }, attributes: { dim: 1 } },
  ],
  [
    "a softmax that leaves out a row's last quad",
    "softmax",
    "if (last > first) { sum +=",
    "if (last < first) { sum +=",
    { shapes: { input: [3, 9] }, attributes: { dim: 1 } },
  ],
  [
    "a layer_norm that takes its neighbour's weight",
    "layer_norm",
    "weights[lane] = givenWeight[column]",
    "weights[lane] = givenWeight[(column + 1u) % block.length]",
    { shapes: { input: [3, 9], weight: [9] } },
  ],
  [
    "running statistics that forget Bessel's correction",
    "batch_norm",
    "f32(block.length - 1u)",
    "f32(block.length)",
    { shapes: { input: [4, 3], running_mean: [3], running_var: [3] }, attributes: { training: true } },
  ],
  [
    "a loss that is one class off",
    "cross_entropy",
    "min(chosen, block.length - 1u)",
    "min(chosen + 1u, block.length - 1u)",
    { shapes: { input: [4, 3], target: [4] } },
  ],
  [
    "a table's gradient that loses a row's last token",
    "embedding",
    "at < begins[row + 1u]",
    "at + 1u < begins[row + 1u]",
    { shapes: { input: [700], weight: [64, 8] } },
  ],
  [
    "operands joined the wrong way round",
    "concat",
    "block.offset + cell % block.own",
    "cell % block.own",
    { shapes: { a: [2, 3], b: [2, 2] }, attributes: { dim: 1 } },
  ],
];

it.each(wrong)("catches %s", async (_, name, text, other, each) => {
  const op = opNamed(name);
  expect(faults(await judge(processor, recordCase(op, each, 2)))).toEqual([]);
  const broken = withKernels(op, rewriting(text, other));
  expect(faults(await judge(processor, recordCase(broken, each, 2)))).not.toEqual([]);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
