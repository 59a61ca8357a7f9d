// silu: x · σ(x). Backward the upstream gradient times σ(x) + x · σ(x) · (1 − σ(x)). As in PyTorch it is NaN at −∞, and its
// slope at both infinities.
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.
// The functions come from math.wgsl.

struct Block {
  infinity: f32,
  quads: u32,
  each: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<vec4<f32>>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<vec4<f32>>;
// Backward only: the input.
@group(0) @binding(3) var<storage, read> input: array<vec4<f32>>;

const width = 64u;

fn value(x: f32) -> f32 {
  return x * sigmoid(x);
}

// With e = exp(−|x|): σ(x) is 1 / (1 + e) or e / (1 + e), and σ(x) · (1 − σ(x)) is e / (1 + e)². Beyond 110 e is 0.
fn slope(x: f32) -> f32 {
  let e = decay(x);
  let s = 1.0 / (1.0 + e);
  let y = select(s, e * s, x < 0.0) + clamp(x, -110.0, 110.0) * (e * s * s);
  return unlessBoundless(x, bitcast<u32>(y));
}

@compute @workgroup_size(width)
fn forward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    let x = given[quad];
    result[quad] = vec4(value(x.x), value(x.y), value(x.z), value(x.w));
  }
}

@compute @workgroup_size(width)
fn backward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    let x = input[quad];
    result[quad] = given[quad] * vec4(slope(x.x), slope(x.y), slope(x.z), slope(x.w));
  }
}
