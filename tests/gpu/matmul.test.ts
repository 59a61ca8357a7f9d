/** The families of matmul, each on awkward shapes, in whole numbers against plain JavaScript, and broken on purpose. */
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/core/graph";
import type { AnyOp, Case } from "../../src/core/op";
import { isChoice, kernelsIn, type Choice, type Recipe } from "../../src/core/recipe";
import { size, type Shape } from "../../src/core/shape";
import { opNamed } from "../../src/ops";
import { record, type Numbers, type Recorded } from "../../src/ops/call";
import { judge, recordCase, rewriting, withKernels, withSpecials } from "./calls";
import { compute, faults, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();
const matmul = opNamed("matmul");

function choiceOf(recipe: Recipe | undefined): Choice {
  if (!recipe || !isChoice(recipe)) throw new TypeError("matmul: a step without families; a choice would fit");
  return recipe;
}

/** matmul whose every step is computed by this family, wherever it was to be. */
const only = (family: string): AnyOp => ({
  ...matmul,
  kernels: {
    forward: choiceOf(matmul.kernels.forward).families[family],
    gradient: Object.fromEntries(
      Object.entries(matmul.kernels.gradient).map(([input, recipe]) => [input, choiceOf(recipe).families[family]]),
    ),
  },
});

/** The families that suit a case: of the product and of the gradients of a and b. */
function suitedTo({ shapes }: Case): string[] {
  const site = { inputs: shapes, outputs: matmul.shape(shapes, {}), attributes: {} };
  const { forward, gradient } = matmul.kernels;
  return [forward, gradient["a"], gradient["b"]].map((recipe) => choiceOf(recipe).suited(site)[0]);
}

const matrices = (rows: number, depth: number, columns: number, ...batch: readonly number[]): Case => ({
  shapes: { a: [...batch, rows, depth], b: [...batch, depth, columns] },
});
const titleOf = ({ shapes: { a, b } }: Case): string => `${a.join("×")} · ${b.join("×")}`;

// ── in whole numbers: float32 sums them exactly, in any order, as long as they stay below 2²⁴ ──────────────────────

function whole(shape: Shape, random: () => number): Numbers {
  return { shape, data: Float32Array.from({ length: size(shape) }, () => Math.floor(random() * 17) - 8) };
}

interface Exact {
  readonly call: Recorded;
  readonly expected: ReadonlyMap<Tensor, Float64Array>;
}

/** A product of whole numbers with its gradients, and what they are. Either operand may lack the other's batch. */
function exactly(op: AnyOp, { shapes }: Case, seed = 5): Exact {
  const random = seeded(seed);
  const [a, b] = [whole(shapes["a"], random), whole(shapes["b"], random)];
  const upstream = whole(matmul.shape(shapes, {})["output"], random);
  const call = record({ op, inputs: { a, b }, upstream: { output: upstream } });
  const [rows, depth, columns] = [a.shape.at(-2) ?? 1, a.shape.at(-1) ?? 1, b.shape.at(-1) ?? 1];
  const [output, da, db] = [
    new Float64Array(size(upstream.shape)),
    new Float64Array(size(a.shape)),
    new Float64Array(size(b.shape)),
  ];
  const batches = size(upstream.shape.slice(0, -2));
  for (let batch = 0; batch < batches; batch++) {
    const left = a.shape.length < upstream.shape.length ? 0 : batch * rows * depth;
    const right = b.shape.length < upstream.shape.length ? 0 : batch * depth * columns;
    const made = batch * rows * columns;
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < depth; k++)
        for (let j = 0; j < columns; j++) {
          const [x, y, z] = [left + i * depth + k, right + k * columns + j, made + i * columns + j];
          output[z] += a.data[x] * b.data[y];
          da[x] += upstream.data[z] * b.data[y];
          db[y] += a.data[x] * upstream.data[z];
        }
  }
  const { outputs, grads } = call;
  return {
    call,
    expected: new Map([
      [outputs["output"], output],
      [grads["a"], da],
      [grads["b"], db],
    ]),
  };
}

/** What differs from plain JavaScript: "output[17]: 5 instead of 4", the first cell of each tensor that does. */
async function wrong({ call, expected }: Exact): Promise<string[]> {
  const values = await compute(processor, call.tape, call.feed);
  return Array.from(expected).flatMap(([tensor, right]) => {
    const written = values.get(tensor) ?? new Float32Array();
    const at = right.findIndex((value, i) => value !== written[i]);
    return at < 0 ? [] : [`${tensor.name}[${at}]: ${written[at]} instead of ${right[at]}`];
  });
}

// ── the families that fit whatever the shapes ───────────────────────────────

const awkward: readonly Case[] = [
  ...[1, 7, 8, 9, 31, 33, 63, 65, 127].map((n) => matrices(n, n, n)),
  matrices(1, 65, 9),
  matrices(65, 1, 31),
  matrices(33, 129, 1),
  matrices(17, 16, 15),
  matrices(9, 7, 130),
  matrices(130, 3, 17),
  matrices(9, 5, 33, 3),
  matrices(33, 17, 9, 2, 3),
];
/** A batch that continues the rows or the depth, and long sums of few cells, which are split. */
const shared: readonly Case[] = [
  { shapes: { a: [3, 9, 17], b: [17, 33] } },
  matrices(9, 3000, 10),
  matrices(40, 1601, 33),
];
const large = matrices(300, 301, 299);

describe.each(["registers", "tiles"])("%s", (family) => {
  it.each([...awkward, ...shared, large].map((each) => [titleOf(each), each] as const))(
    "is exact on whole numbers: %s",
    async (_, each) => {
      expect(await wrong(exactly(only(family), each))).toEqual([]);
    },
  );

  it("meets the formula, and sends NaN and infinities where it does", async () => {
    for (const each of [matrices(33, 9, 17), matrices(9, 33, 3, 2), matrices(5, 1100, 3)]) {
      expect(faults(await judge(processor, recordCase(only(family), each, 3)))).toEqual([]);
      expect(faults(await judge(processor, recordCase(only(family), each, 4, withSpecials)))).toEqual([]);
    }
  });
});

describe("summed", () => {
  /** Batches that are summed in a gradient and lie apart, so that they continue neither rows nor depth. */
  const cases: readonly Case[] = [
    { shapes: { a: [2, 3, 5, 7], b: [3, 7, 9] } },
    { shapes: { a: [3, 1, 5, 9], b: [1, 4, 9, 17] } },
    { shapes: { a: [5, 9], b: [3, 9, 17] } },
    { shapes: { a: [3, 2, 65, 3], b: [1, 2, 3, 33] } },
  ];
  it.each(cases.map((each) => [titleOf(each), each] as const))("meets the formula: %s", async (_, each) => {
    expect(suitedTo(each)).toContain("summed");
    expect(faults(await judge(processor, recordCase(matmul, each, 3)))).toEqual([]);
    expect(faults(await judge(processor, recordCase(matmul, each, 4, withSpecials)))).toEqual([]);
  });

  it.each([...awkward, ...shared].map((each) => [titleOf(each), each] as const))(
    "is exact on whole numbers, also where nothing is to be summed: %s",
    async (_, each) => {
      expect(await wrong(exactly(only("summed"), each))).toEqual([]);
    },
  );
});

// ── the families for few rows or columns ────────────────────────────────────

/** Cases, and what suits the product and the gradients of a and b. */
const thin: readonly (readonly [Case, readonly [string, string, string]])[] = [
  [matrices(1, 70, 67), ["oneAcross rows", "oneAlong rows", "registers"]],
  [matrices(3, 70, 67), ["fourAcross rows", "fourAlong rows", "registers"]],
  [matrices(1, 3001, 257), ["oneAcross rows", "oneAlong rows", "registers"]],
  [matrices(4, 1030, 131), ["fourAcross rows", "fourAlong rows", "registers"]],
  [matrices(67, 70, 1), ["oneAlong columns", "registers", "oneAcross columns"]],
  [matrices(67, 70, 3), ["fourAlong columns", "registers", "fourAcross columns"]],
  [matrices(2, 65, 64, 3), ["fourAcross rows", "fourAlong rows", "registers"]],
  [matrices(65, 70, 2, 2, 2), ["fourAlong columns", "registers", "fourAcross columns"]],
  [matrices(90, 1, 91), ["registers", "oneAlong columns", "oneAcross rows"]],
  [matrices(90, 2, 91), ["registers", "fourAlong columns", "fourAcross rows"]],
];

describe("few rows or columns", () => {
  it.each(thin.map(([each, families]) => [titleOf(each), each, families] as const))(
    "%s has families of its own, exact on whole numbers",
    async (_, each, families) => {
      expect(suitedTo(each)).toEqual(families);
      expect(await wrong(exactly(matmul, each))).toEqual([]);
    },
  );

  it("sends NaN and infinities where the formula does, and meets it elsewhere", async () => {
    for (const [each] of thin.filter(([, families]) => !families[0].startsWith("registers")).slice(0, 6)) {
      if (size(each.shapes["a"]) > 5000) continue;
      expect(faults(await judge(processor, recordCase(matmul, each, 4, withSpecials)))).toEqual([]);
    }
  });
});

// ── what holds for every family ─────────────────────────────────────────────

/** A case for each family, the large one for those that fit it. */
const each: readonly (readonly [string, Case])[] = [
  ["registers", large],
  ["tiles", large],
  ["summed", { shapes: { a: [65, 33], b: [3, 33, 70] } }],
  ...thin.slice(0, 8).map(([at]) => ["", at] as const),
];
const opOf = (family: string): AnyOp => (family === "" ? matmul : only(family));

it.each(each.map(([family, at]) => [titleOf(at), family, at] as const))(
  "%s gives the same bits again (%s)",
  async (_, family, at) => {
    const { tape, feed } = recordCase(opOf(family), at, 7);
    const [once, again] = [await compute(processor, tape, feed), await compute(processor, tape, feed)];
    for (const [tensor, values] of once)
      expect(new Uint32Array(again.get(tensor)?.buffer ?? new ArrayBuffer()), tensor.name).toEqual(
        new Uint32Array(values.buffer),
      );
  },
);

// ── kernels broken on purpose ───────────────────────────────────────────────

const odd = matrices(67, 65, 70);
const batched: Case = { shapes: { a: [65, 33], b: [3, 33, 70] } };
const long = matrices(9, 3000, 10);
const lastRow = ["block.rows - 1u", "block.rows - 2u"] as const;
const lastColumn = ["vec4<u32>(block.columns - 1u)", "vec4<u32>(block.columns - 2u)"] as const;
const lastPart = ["part >= block.parts", "part + 1u >= block.parts"] as const;

/** What is wrong, in which family ("" where shapes decide), the text and what stands in its place, and the case. */
const planted: readonly (readonly [string, string, readonly [string, string], Case])[] = [
  ["a tile", "registers", ["part >= block.parts", "tile == 1u || part >= block.parts"], odd],
  ["a tile's place", "registers", ["(tile - line * block.tilesAcross)", "(0u * line)"], odd],
  ["a remainder row", "registers", lastRow, odd],
  ["a remainder column", "registers", lastColumn, odd],
  ["an odd step", "registers", ["odd == 1u", "false"], odd],
  ["a part of a split sum", "registers", lastPart, long],
  ["a sign", "registers", ["sum3_2 +=", "sum3_2 -="], odd],
  ["a batch", "registers", ["keptRight[i][j]", "keptLeft[i][j] * 0u"], matrices(33, 17, 9, 2, 3)],
  ["a tile", "tiles", ["part >= block.parts", "tile == 1u || part >= block.parts"], odd],
  ["a quarter of a tile", "tiles", ["column + 32u < block.columns", "column + 32u < 32u"], odd],
  ["a remainder row", "tiles", lastRow, odd],
  ["a remainder column", "tiles", lastColumn, odd],
  ["the end of the depth", "tiles", ["values, start + k < last", "values, start + k + 1u < last"], odd],
  ["what lies beyond the depth", "tiles", ["values, start + k < last", "values, true"], odd],
  ["a part of a split sum", "tiles", lastPart, long],
  ["a place in workgroup memory", "tiles", ["(over ^ k)", "over"], odd],
  ["a summed batch", "summed", ["block.depth * block.summed", "block.depth * (block.summed - 1u)"], batched],
  ["a summed batch's place", "summed", ["summedRight[i][j]", "summedLeft[i][j]"], batched],
  ["an odd step", "summed", ["odd == 1u", "false"], batched],
  ["a remainder row", "summed", lastRow, batched],
  ["a remainder column", "summed", lastColumn, batched],
  ["a part of a split sum", "summed", lastPart, long],
  ["the last columns of a strip", "", ["if (column + 48u < block.columns)", "if (false)"], matrices(1, 70, 67)],
  ["a remainder column", "", lastColumn, matrices(1, 70, 67)],
  ["a part of a split sum", "", lastPart, matrices(1, 3001, 257)],
  ["a row of few", "", ["left2 * right1", "left1 * right1"], matrices(3, 70, 67)],
  ["a remainder row", "", lastRow, matrices(3, 70, 67)],
  ["the rest of the depth", "", ["whole + part", "whole + part + 1u"], matrices(67, 70, 1)],
  ["a part of a split sum", "", ["block.parts * 16u", "(block.parts + 1u) * 16u"], matrices(1, 257, 3001)],
  ["a remainder column", "", lastColumn, matrices(67, 70, 1)],
  ["a remainder row", "", lastRow, matrices(67, 70, 3)],
  ["a sum of four", "", ["(sums.x + sums.y)", "(sums.x)"], matrices(67, 70, 3)],
];

describe("a kernel that is wrong", () => {
  it.each(planted)("in %s is caught (%s)", async (_, family, [text, other], at) => {
    const op = opOf(family);
    const recipes = [op.kernels.forward, ...Object.values(op.kernels.gradient)];
    const holding = recipes
      .flatMap((recipe) => kernelsIn(recipe ?? []))
      .filter(({ shader }) => shader.code.includes(text));
    expect(holding).not.toEqual([]);
    expect(await wrong(exactly(op, at))).toEqual([]);
    expect(await wrong(exactly(withKernels(op, rewriting(text, other)), at))).not.toEqual([]);
  });
});

it("takes what the adapter finds faster, and what is forced, where both suit", async () => {
  const { families } = processor;
  const { call, expected } = exactly(matmul, large);
  (await processor.prepare(call.tape)).dispose();
  expect(["registers", "tiles"]).toContain(families.decided["matmul forward"]);
  for (const family of ["registers", "tiles"]) {
    families.force("matmul forward", family);
    expect(await wrong({ call, expected })).toEqual([]);
  }
  families.force("matmul forward", undefined);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
