// rmsprop: one step, with slope = grad + λ · param; a term whose factor is 0 is left out.
//   descend     average = α · average + (1 − α) · slope²; result = param − rate · slope / (√average + ε)
//   accelerate  the same along buffer = μ · buffer + slope / (√average + ε)
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.
// `squareRoot4` is in math.wgsl.

struct Block {
  infinity: f32,
  rate: f32,
  alpha: f32,
  epsilon: f32,
  momentum: f32,
  decay: f32,
  quads: u32,
  each: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> param: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4<f32>>;
// The running mean square before and after.
@group(0) @binding(4) var<storage, read> average: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> averageAfter: array<vec4<f32>>;
// Accelerated steps only: the buffer before and after.
@group(0) @binding(6) var<storage, read> buffer: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> bufferAfter: array<vec4<f32>>;

const width = 64u;

// first + factor · x; without the term where the factor is 0, whatever x is.
fn plus(first: vec4<f32>, factor: f32, x: vec4<f32>) -> vec4<f32> {
  if (factor == 0.0) { return first; }
  return first + factor * x;
}

// Moves the average of a quad on and returns slope / (√average + ε).
fn scaled(quad: u32) -> vec4<f32> {
  let slope = plus(grad[quad], block.decay, param[quad]);
  let after = block.alpha * average[quad] + (1.0 - block.alpha) * (slope * slope);
  averageAfter[quad] = after;
  return slope / (squareRoot4(after) + block.epsilon);
}

@compute @workgroup_size(width)
fn descend(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    result[quad] = param[quad] - block.rate * scaled(quad);
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
    let after = plus(scaled(quad), block.momentum, buffer[quad]);
    bufferAfter[quad] = after;
    result[quad] = param[quad] - block.rate * after;
  }
}
