/** Station 5 on the reference: PyTorch's Jacobians through the station's own graphs, and the gallery's names for them. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import { isDifferentiable } from "../../src/core/op";
import { float64 } from "../../src/core/precision";
import { reader, type Values } from "../../src/core/reader";
import { runInheriting } from "../../src/core/reference";
import { opNamed, ops } from "../../src/ops";
import { station } from "../../src/stations/jacobian";
import { exhibitName, exhibitNamed, exhibits, type Exhibit } from "../../src/stations/jacobian/gallery/exhibits";
import { galleryFeed } from "../../src/stations/jacobian/gallery/feed";
import { shownOf, type Shown } from "../../src/stations/jacobian/gallery/model";
import { kinds, structureOf, type Table } from "../../src/stations/jacobian/gallery/structure";
import { structureNow } from "../../src/stations/jacobian/gallery/table";
import { open } from "../tools/station";
import { jacobianCases, type JacobianCase } from "../tools/golden";

/** An exhibit at the numbers of a seed. */
function hung(exhibit: Exhibit, seed = 1) {
  const shown = shownOf(exhibit);
  const feed = galleryFeed(shown, seed, {});
  const values = runInheriting(shown.tape, feed, float64);
  const held = new Map<Tensor, ArrayLike<number>>(feed);
  for (const [tensor, found] of values) held.set(tensor, found.values);
  const value = reader(held);
  return { shown, values, results: { value, ready: true } };
}

/** Numbers held by a tensor against others that it should equal, within the bounds of both. */
function differ(values: ReturnType<typeof hung>["values"], tensor: Tensor, other: Tensor): string {
  const [one, two] = [values.get(storage(tensor))!, values.get(storage(other))!];
  const bounds = two.bounds.map((bound, at) => bound + one.bounds[at]);
  return compare(one.values, { ...two, bounds }, float64).verdict;
}

describe.each(exhibits.map((exhibit) => [exhibitName(exhibit), exhibit] as const))("%s", (_, exhibit) => {
  test("the shape rule holds, zeros are where the formula says, and the long way gives the same", () => {
    const { shown, values, results } = hung(exhibit);
    const { rows, columns, structure, jacobian } = shown;
    expect(jacobian.shape).toEqual([rows, columns]);
    const entries = Array.from(structure, (free, at) => ({ free, value: results.value(jacobian, at) }));
    expect(entries.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    expect(entries.filter(({ free, value }) => free === 0 && value !== 0)).toEqual([]);
    expect(entries.some(({ value }) => value !== 0)).toBe(true);
    expect(differ(values, shown.long, shown.dx)).toBe("holds");
  });
});

test("every op that has a gradient hangs in the gallery, by each of its inputs", () => {
  const wanted = ops
    .filter(({ outputs }) => outputs.some(isDifferentiable))
    .flatMap((op) => op.inputs.filter(isDifferentiable).map(({ name }) => `${op.name}.${name}`));
  expect(exhibits.map(exhibitName)).toEqual(wanted);
  expect(() => exhibitNamed("conv9d.input")).toThrow(/conv9d\.input.*relu\.input.*would fit/);
});

/** What each of them must be called, by hand. */
const named: Readonly<Record<string, readonly [kind: string, detail: string]>> = {
  "add.a": ["identity", "$I_{6}$"],
  "reshape.input": ["identity", "$I_{12}$"],
  "relu.input": ["diagonal", "6 numbers, one per cell"],
  "tanh.input": ["diagonal", "6 numbers, one per cell"],
  "mul.b": ["diagonal", "6 numbers, one per cell"],
  "sub.b": ["diagonal", "6 numbers, one per cell"],
  "transpose.input": ["permutation", "one 1 in every row and every column"],
  "flip.input": ["permutation", "one 1 in every row and every column"],
  "narrow.input": ["selection", "a single 1 in a row picks an input"],
  "max_pool2d.input": ["selection", "a single 1 in a row picks an input"],
  "embedding.weight": ["selection", "a single 1 in a row picks an input"],
  "matmul.a": ["Kronecker product", "$I_{2} \\otimes X$, $X$ is 2 × 3"],
  "matmul.b": ["Kronecker product", "$X \\otimes I_{2}$, $X$ is 2 × 3"],
  "sum.input": ["Kronecker product", "$I_{4} \\otimes X$, $X$ is 1 × 3"],
  "mean.input": ["Kronecker product", "$I_{4} \\otimes X$, $X$ is 1 × 3"],
  "softmax.input": ["block-diagonal", "2 blocks of 3 × 3"],
  "layer_norm.input": ["block-diagonal", "3 blocks of 4 × 4"],
  "batch_norm.input": ["block-diagonal after reordering", "3 blocks of 4 × 4"],
  "cumsum.input": ["triangular", "nothing above the diagonal"],
  "conv2d.input": ["banded", "a band at most 6 wide"],
  "conv2d.weight": ["dense", "9 × 4"],
};

test.each(Object.entries(named))("%s is called what it is", (name, [kind, detail]) => {
  const { shown, results } = hung(exhibitNamed(name));
  expect(structureNow(shown, results)).toEqual({ kind, detail });
});

/** A table of the numbers of its rows; where `holes` has a 0 it is always 0. */
const table = (rows: readonly (readonly number[])[], holes = rows): Table => ({
  rows: rows.length,
  columns: rows[0].length,
  free: (row, column) => holes[row][column] !== 0,
  value: (row, column) => rows[row][column],
});

test.each([
  [
    "scattered",
    table([
      [1, 2, 0, 0],
      [0, 0, 3, 4],
      [5, 0, 0, 6],
    ]),
  ],
  // Equal blocks, but for one number: no Kronecker product any more.
  [
    "block-diagonal",
    table([
      [1, 2, 0, 0],
      [0, 0, 1, 3],
    ]),
  ],
  [
    "Kronecker product",
    table([
      [1, 2, 0, 0],
      [0, 0, 1, 2],
    ]),
  ],
  [
    "block-diagonal after reordering",
    table([
      [1, 0, 2, 0],
      [0, 1, 0, 3],
    ]),
  ],
  // A 0 that happens to be one is no structure.
  [
    "dense",
    table(
      [
        [1, 0],
        [2, 1],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ),
  ],
  [
    "triangular",
    table([
      [1, 0],
      [2, 1],
    ]),
  ],
  [
    "diagonal",
    table(
      [
        [1, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ),
  ],
  [
    "dense",
    table([
      [Number.NaN, 1],
      [1, 1],
    ]),
  ],
])("a small matrix that is %s", (kind, small) => {
  expect(kinds).toContain(kind);
  expect(structureOf(small).kind).toBe(kind);
});

// ── PyTorch's Jacobians ─────────────────────────────────────────────────────

/** The exhibit of a golden: its numbers of scalars apart from its structure. */
function exhibitOf({ op: name, attrs, wrt, inputs }: JacobianCase): Exhibit {
  const op = opNamed(name);
  const isScalar = (attribute: string): boolean => op.scalars.some((spec) => spec.name === attribute);
  const part = (scalar: boolean) =>
    Object.fromEntries(Object.entries(attrs).filter(([key]) => isScalar(key) === scalar));
  const shapes = Object.fromEntries(Object.entries(inputs).map(([key, { shape }]) => [key, shape]));
  return { op, at: { shapes, attributes: part(false), scalars: part(true) as Record<string, number> }, input: wrt };
}

/** The Jacobian of `jacobian` against PyTorch's, within the bounds that float64 gives from end to end. */
function against({ jacobian: golden }: JacobianCase, tape: Shown["tape"], given: Values, jacobian: Tensor): string {
  const found = runInheriting(tape, given, float64).get(storage(jacobian))!;
  // Both sides round.
  const bounds = found.bounds.map((bound) => 2 * bound);
  return compare(found.values, { ...found, values: Float64Array.from(golden.data), bounds }, float64).verdict;
}

const goldens = jacobianCases(ops.map(({ name }) => name));

test.each(goldens)("PyTorch's $name in the gallery", (golden) => {
  const shown = shownOf(exhibitOf(golden));
  const given = new Map<Tensor, ArrayLike<number>>(galleryFeed(shown, 1, {}));
  for (const [name, { data }] of Object.entries(golden.inputs)) given.set(shown.node.inputs[name], data);
  for (const [name, tensor] of Object.entries(shown.node.scalars))
    if (name in golden.attrs) given.set(tensor, [golden.attrs[name] as number]);
  expect([shown.rows, shown.columns]).toEqual(golden.jacobian.shape);
  expect(against(golden, shown.tape, given, shown.jacobian)).toBe("holds");
});

test.each(goldens.filter(({ op }) => op === "matmul"))("PyTorch's $name in the product", async (golden) => {
  const { lesson, knobs } = await open("jacobian", { of: golden.wrt.toUpperCase() });
  const [A, B, C, J] = lesson.shown(0).map(({ tensor }) => tensor);
  const given = new Map<Tensor, ArrayLike<number>>(station.feed(lesson, knobs, {}));
  given.set(A, golden.inputs["a"].data).set(B, golden.inputs["b"].data);
  expect(C.shape).toEqual([2, 5]);
  expect(against(golden, lesson.tape, given, J)).toBe("holds");
});

// ── the lesson ──────────────────────────────────────────────────────────────

test("the gallery's claims about a convolution", async () => {
  const { lesson, results } = await open("jacobian", { show: "gallery", op: "conv2d.input" });
  const answers = Object.fromEntries(lesson.claims.map((claim) => [claim.id, claim.answer(results)]));
  expect(answers).toMatchObject({
    "gallery-shape": "9 × 16",
    "gallery-entries": 144,
    "gallery-always-zero": 108,
    "gallery-structure": "banded",
  });
});

test("every option of the gallery opens, and what is not finite says why", async () => {
  const knob = station.knobs.find(({ name }) => name === "op")!;
  if (knob.kind !== "choice") throw new Error("jacobian: the knob op is no choice");
  for (const { value: op } of knob.options) {
    const { lesson, results, knobs } = await open("jacobian", { show: "gallery", op, seed: 99 });
    const seen = lesson.shown(0).flatMap(({ tensor, gradient }) => (gradient ? [tensor, gradient] : [tensor]));
    for (const tensor of seen) {
      const cells = Array.from({ length: tensor.shape.reduce((n, extent) => n * extent, 1) }, (_, at) => at);
      const silent = cells.filter(
        (at) => !Number.isFinite(results.value(tensor, at)) && !lesson.remark?.(tensor, at, results),
      );
      expect([op, tensor.name, silent]).toEqual([op, tensor.name, []]);
    }
    const drawn = new Set(lesson.picture(knobs).blocks.flatMap(({ tensors }) => tensors));
    expect(seen.filter((tensor) => !drawn.has(tensor))).toEqual([]);
  }
});

test("a value knob changes numbers, not kinds of structure", () => {
  const structured = ["relu.input", "softmax.input", "conv2d.weight", "matmul.b", "cumsum.input"];
  for (const name of structured) {
    const told = [1, 2, 3].map((seed) => {
      const { shown, results } = hung(exhibitNamed(name), seed);
      return structureNow(shown, results).kind;
    });
    expect([name, new Set(told).size]).toEqual([name, 1]);
  }
  const numbers = [1, 2].map((seed) => {
    const { shown, results } = hung(exhibitNamed("tanh.input"), seed);
    return Array.from(shown.structure, (_, at) => results.value(shown.jacobian, at));
  });
  expect(numbers[0]).not.toEqual(numbers[1]);
});
