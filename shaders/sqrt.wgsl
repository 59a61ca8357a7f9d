// sqrt: the square root. Backward the upstream gradient times 1 / (2 √x), which is ∞ at 0.
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
// Backward only: the output.
@group(0) @binding(3) var<storage, read> output: array<vec4<f32>>;

const width = 64u;

fn value(x: f32) -> f32 {
  return squareRoot(x);
}

fn slope(y: f32) -> f32 {
  return select(0.5 / y, block.infinity, y == 0.0);
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
    let y = output[quad];
    result[quad] = given[quad] * vec4(slope(y.x), slope(y.y), slope(y.z), slope(y.w));
  }
}
