/** An op for tests of the processor alone: factor · x, plus a bias where there is one, by way of a scratch buffer. */
import { defineOp } from "../../src/core/op";
import { linearGrid, type Kernel } from "../../src/core/kernel";
import { product, sum } from "../../src/core/rule";
import { size } from "../../src/core/shape";

const code = /* wgsl */ `
struct Block { infinity: f32, factor: f32, count: u32, biased: u32 }
@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn scale(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= block.count) { return; }
  y[i] = block.factor * x[i] + 0.0 * bias[0];
}

@compute @workgroup_size(64)
fn shift(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= block.count) { return; }
  y[i] = x[i];
  if (block.biased == 1u) { y[i] = x[i] + bias[i]; }
}`;

const kernel = (entry: string, binds: Kernel["binds"]): Kernel => ({
  shader: { file: "tiny.wgsl", code },
  entry,
  binds,
  block: ({ inputs }) => [size(inputs.x), inputs.bias ? 1 : 0],
  workgroups: ({ inputs }) => linearGrid(size(inputs.x), 64),
  scratch: ({ inputs }) => ({ scaled: size(inputs.x) }),
});

export const tiny = defineOp({
  name: "tiny",
  source: "this file",
  inputs: [{ name: "x" }, { name: "bias", optional: true, differentiable: false }],
  scalars: [{ name: "factor", symbol: "f", tex: "f" }],
  outputs: [{ name: "output" }],
  attributes: () => ({}),
  shape: (inputs) => ({ output: inputs.x }),
  formula: (_, index, { x, bias }, __, { factor }) => {
    const scaled = product(factor, x.cell(index));
    // An optional input is there or not.
    const shift = bias as typeof bias | undefined;
    return shift ? sum(scaled, shift.cell(index)) : scaled;
  },
  kernels: {
    forward: [
      kernel("scale", [{ input: "x" }, { input: "bias" }, { scratch: "scaled" }]),
      kernel("shift", [{ scratch: "scaled" }, { input: "bias" }, { output: "output" }]),
    ],
    gradient: { x: [kernel("scale", [{ upstream: "output" }, { input: "bias" }, { gradient: "x" }])] },
  },
  cases: [{ shapes: { x: [2, 3] } }],
});
