// adam: one step, with slope = grad + λ · param; a term whose factor is 0 is left out.
//   descend  mean = β₁ · mean + (1 − β₁) · slope and square = β₂ · square + (1 − β₂) · slope², each moved on;
//            result = param − rate / (1 − β₁ᵗ) · mean / (√square / √(1 − β₂ᵗ) + ε), where t is the step's number from 1 on
//   count    the step's number for the next one
// Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.
// `expm1`, `logarithm`, `squareRoot` and `squareRoot4` are in math.wgsl.

struct Block {
  infinity: f32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
  quads: u32,
  each: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> step: array<f32>;
@group(0) @binding(2) var<storage, read> param: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> result: array<vec4<f32>>;
// The running means of the slope and of its square, before and after.
@group(0) @binding(5) var<storage, read> mean: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> meanAfter: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read> square: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> squareAfter: array<vec4<f32>>;
// `count` only: the number after the step.
@group(0) @binding(2) var<storage, read_write> stepAfter: array<f32>;

const width = 64u;

// first + factor · x; without the term where the factor is 0, whatever x is.
fn plus(first: vec4<f32>, factor: f32, x: vec4<f32>) -> vec4<f32> {
  if (factor == 0.0) { return first; }
  return first + factor * x;
}

// 1 − βᵗ, which loses nothing where βᵗ lies next to 1.
fn correction(beta: f32) -> f32 {
  return -expm1((step[0] + 1.0) * logarithm(beta));
}

@compute @workgroup_size(width)
fn descend(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  let rate = block.rate / correction(block.beta1);
  let root = squareRoot(correction(block.beta2));
  for (var quad = first; quad < end; quad += width) {
    let slope = plus(grad[quad], block.decay, param[quad]);
    let mean1 = block.beta1 * mean[quad] + (1.0 - block.beta1) * slope;
    let mean2 = block.beta2 * square[quad] + (1.0 - block.beta2) * (slope * slope);
    meanAfter[quad] = mean1;
    squareAfter[quad] = mean2;
    result[quad] = param[quad] - rate * (mean1 / (squareRoot4(mean2) / root + block.epsilon));
  }
}

@compute @workgroup_size(1)
fn count(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= block.quads) { return; }
  stepAfter[id.x] = step[id.x] + 1.0;
}
