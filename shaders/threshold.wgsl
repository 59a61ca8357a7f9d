// threshold: x where x > threshold, else value; NaN stays. Backward the upstream gradient passes where x > threshold or x is
// NaN, as in PyTorch. Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take
// in turns.

struct Block {
  infinity: f32,
  threshold: f32,
  value: f32,
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

// Which cells pass what they are given: those above the threshold, and NaN, which is told by its bits, because a compiler
// may take it to be absent.
fn passes(x: vec4<f32>) -> vec4<bool> {
  let isNaN = (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
  return (x > vec4<f32>(block.threshold)) | isNaN;
}

fn forwardAt(quad: u32) {
  let x = given[quad];
  result[quad] = select(vec4<f32>(block.value), x, passes(x));
}

@compute @workgroup_size(width)
fn forward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var quad = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(quad + width * block.each, block.quads);
  // Four at a time, so that the loop itself costs little, then the rest.
  for (; quad + 3u * width < end; quad += 4u * width) {
    forwardAt(quad);
    forwardAt(quad + width);
    forwardAt(quad + 2u * width);
    forwardAt(quad + 3u * width);
  }
  for (; quad < end; quad += width) { forwardAt(quad); }
}

fn backwardAt(quad: u32) {
  result[quad] = select(vec4<f32>(), given[quad], passes(input[quad]));
}

@compute @workgroup_size(width)
fn backward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var quad = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(quad + width * block.each, block.quads);
  // Four at a time, so that the loop itself costs little, then the rest.
  for (; quad + 3u * width < end; quad += 4u * width) {
    backwardAt(quad);
    backwardAt(quad + width);
    backwardAt(quad + 2u * width);
    backwardAt(quad + 3u * width);
  }
  for (; quad < end; quad += width) { backwardAt(quad); }
}
