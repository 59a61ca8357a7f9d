/** Kernels that are wrong in a few cells of a large step: projections and samples catch each, and let honest kernels pass. */
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../src/core/compare";
import { linearGrid, type Kernel } from "../../src/core/kernel";
import type { AnyOp } from "../../src/core/op";
import { isChoice, type Recipe } from "../../src/core/recipe";
import { size, type Shape } from "../../src/core/shape";
import { verify } from "../../src/gpu/verify";
import { opNamed } from "../../src/ops";
import { convolution, little, product, type Large } from "../tools/large";
import { compute, openRig } from "./rig";

const { processor, errors } = await openRig();

/** A last dispatch that spoils what the others wrote: `change` for the cells of which `where` is true. */
function spoiling(
  target: Kernel["binds"][number],
  shapeOf: (site: Parameters<Kernel["block"]>[0]) => Shape,
  where: string,
  change: string,
): Kernel {
  const code = /* wgsl */ `
struct Block { infinity: f32, cells: u32, planes: u32, rows: u32, columns: u32 }
@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn spoil(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= block.cells) { return; }
  let column = i % block.columns;
  let row = i / block.columns % block.rows;
  let plane = i / (block.columns * block.rows);
  let tile = (plane == block.planes / 2u) & (row / 8u == block.rows / 16u) & (column / 8u == block.columns / 16u);
  let lastRow = row == block.rows - 1u;
  let lastColumn = column == block.columns - 1u;
  let channel = select(plane == 5u, row == 5u, block.planes == 1u);
  if (${where}) { y[i] = ${change}; }
}`;
  return {
    shader: { file: "spoil.wgsl", code },
    entry: "spoil",
    binds: [target],
    block: (site) => {
      const shape = shapeOf(site);
      const [rows, columns] = shape.slice(-2);
      return [size(shape), size(shape) / (rows * columns), rows, columns];
    },
    workgroups: (site) => linearGrid(size(shapeOf(site)), 64),
  };
}

const followedBy = (recipe: Recipe, kernel: Kernel): Recipe =>
  isChoice(recipe)
    ? {
        ...recipe,
        families: Object.fromEntries(
          Object.entries(recipe.families).map(([name, kernels]) => [name, [...kernels, kernel]]),
        ),
      }
    : [...recipe, kernel];

/** The op with every tensor that it writes spoilt, but for a gradient of one dimension. */
function spoilt(op: AnyOp, where: string, change: string): AnyOp {
  const forward = spoiling({ output: "output" }, ({ outputs }) => outputs["output"], where, change);
  const gradient = Object.entries(op.kernels.gradient).map(([name, recipe]) => {
    const spoil = spoiling({ gradient: name }, ({ inputs }) => inputs[name], where, change);
    return [name, recipe && name !== "bias" ? followedBy(recipe, spoil) : recipe];
  });
  return {
    ...op,
    kernels: { forward: followedBy(op.kernels.forward, forward), gradient: Object.fromEntries(gradient) },
  };
}

/** The comparisons of what the GPU wrote, by what each step computes. */
async function judged(large: Large): Promise<Record<string, Comparison>> {
  const { tape, feed } = large;
  const [output] = tape.steps[0].writes;
  const values = await compute(processor, tape, new Map([...feed].filter(([tensor]) => tensor !== output)));
  const verdicts = verify(tape.steps, values, little);
  return Object.fromEntries(
    tape.steps.flatMap((step) => {
      const comparison = verdicts.get(step.writes[0]);
      return comparison ? [[step.gradient?.input ?? "output", comparison]] : [];
    }),
  );
}

const faults: readonly (readonly [string, string, string])[] = [
  ["one 8 × 8 tile", "tile", "0.0"],
  ["one remainder row", "lastRow", "y[i] * 0.5"],
  ["one remainder column", "lastColumn", "y[i] * 0.5"],
  ["one channel", "channel", "-y[i]"],
  ["one 8 × 8 tile, by a thousandth", "tile", "y[i] * 1.001"],
];

describe.each([
  ["matmul", product],
  ["conv2d", convolution],
] as const)("%s", (name, large) => {
  const op = opNamed(name);

  it("is let pass where it is honest: projected, sampled, and no bound exceeded", async () => {
    const all = await judged(large(op));
    for (const [what, { verdict, method, ratio }] of Object.entries(all)) {
      // A sum of 1,640 terms may be off by more than a thousandth in the worst case.
      expect([what, verdict]).toEqual([what, ["weight", "bias"].includes(what) ? "undecidable" : "holds"]);
      expect(ratio).toBeLessThan(1);
      expect(method).toMatch(what === "bias" ? /^every cell$/ : /^projected: .* by a statistical bound; sampled /);
    }
  });

  it.each(faults)("is caught where it is wrong in %s", async (fault, where, change) => {
    const { bias: _, ...all } = await judged(large(spoilt(op, where, change)));
    for (const [what, { verdict }] of Object.entries(all)) {
      const blurred = what === "weight" && fault.endsWith("thousandth");
      expect([what, verdict]).toEqual([what, blurred ? "undecidable" : "fails"]);
    }
  });
});

/** A plain product, one thread a cell, that may leave the last part of the sum out in one tile. */
function plain(last: string): Kernel {
  const code = /* wgsl */ `
struct Block { infinity: f32, rows: u32, columns: u32, depth: u32 }
@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn multiply(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= block.rows * block.columns) { return; }
  let row = i / block.columns;
  let column = i % block.columns;
  let tile = (row / 8u == 11u) & (column / 8u == 23u);
  var sum = 0.0;
  for (var k = 0u; k < ${last}; k++) { sum += a[row * block.depth + k] * b[k * block.columns + column]; }
  y[i] = sum;
}`;
  return {
    shader: { file: "plain.wgsl", code },
    entry: "multiply",
    binds: [{ input: "a" }, { input: "b" }, { output: "output" }],
    block: ({ inputs }) => [inputs["a"][0], inputs["b"][1], inputs["a"][1]],
    workgroups: ({ outputs }) => linearGrid(size(outputs["output"]), 64),
  };
}
const withForward = (kernel: Kernel): AnyOp => {
  const op = opNamed("matmul");
  return { ...op, kernels: { ...op.kernels, forward: [kernel] } };
};

it("catches a part of a split sum that one tile leaves out, and lets the same kernel pass without that", async () => {
  const [honest, wrong] = [
    await judged(product(withForward(plain("block.depth")))),
    await judged(product(withForward(plain("select(block.depth, block.depth - 32u, tile)")))),
  ];
  expect([honest["output"].verdict, wrong["output"].verdict]).toEqual(["holds", "fails"]);
  expect((wrong["output"].worst % 299) >> 3).toBe(23);
});

it("leaves no error on the device", () => {
  expect(errors).toEqual([]);
});
