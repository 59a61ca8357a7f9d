// identity: x, and backward the upstream gradient.
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.

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

const width = 64u;

fn forwardAt(quad: u32) {
  result[quad] = given[quad];
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
  result[quad] = given[quad];
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
