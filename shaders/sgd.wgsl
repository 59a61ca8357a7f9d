// sgd: one step of gradient descent, with slope = grad + λ · param; a term whose factor is 0 is left out.
//   descend     no buffer is kept: result = param − rate · slope, with Nesterov's look ahead rate · (slope + μ · slope)
//   accelerate  buffer = μ · buffer + slope; result = param − rate · buffer, with Nesterov's look ahead
//               param − rate · (slope + μ · buffer)
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.

struct Block {
  infinity: f32,
  rate: f32,
  momentum: f32,
  decay: f32,
  nesterov: u32,
  quads: u32,
  each: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> param: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4<f32>>;
// Accelerated steps only: the buffer before and after.
@group(0) @binding(4) var<storage, read> buffer: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> bufferAfter: array<vec4<f32>>;

const width = 64u;

// first + factor · x; without the term where the factor is 0, whatever x is.
fn plus(first: vec4<f32>, factor: f32, x: vec4<f32>) -> vec4<f32> {
  if (factor == 0.0) { return first; }
  return first + factor * x;
}

@compute @workgroup_size(width)
fn descend(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  let ahead = select(0.0, block.momentum, block.nesterov == 1u);
  for (var quad = first; quad < end; quad += width) {
    let origin = param[quad];
    let slope = plus(grad[quad], block.decay, origin);
    result[quad] = origin - block.rate * plus(slope, ahead, slope);
  }
}

@compute @workgroup_size(width)
fn accelerate(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    let origin = param[quad];
    let slope = plus(grad[quad], block.decay, origin);
    let after = plus(slope, block.momentum, buffer[quad]);
    bufferAfter[quad] = after;
    if (block.nesterov == 1u) {
      result[quad] = origin - block.rate * plus(slope, block.momentum, after);
    } else {
      result[quad] = origin - block.rate * after;
    }
  }
}
