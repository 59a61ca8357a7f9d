// elu: x where x > 0, else α · (eˣ − 1). Backward the upstream gradient times 1 or α · eˣ.
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.
// The functions come from math.wgsl.

struct Block {
  infinity: f32,
  alpha: f32,
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

// x > 0 by its bits, so that no subnormal number is taken for 0.
fn positive(x: f32) -> bool {
  return bitcast<i32>(x) > 0;
}

fn value(x: f32) -> f32 {
  let y = block.alpha * expm1Near(clamp(x, -18.0, 0.0));
  return unlessNaN(x, bitcast<u32>(select(y, x, positive(x))));
}

fn slope(x: f32) -> f32 {
  let y = block.alpha * decay(min(x, 0.0));
  return unlessNaN(x, bitcast<u32>(select(y, 1.0, positive(x))));
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
