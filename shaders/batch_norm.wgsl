// batch_norm: (x − μ) · r · weight + bias with r = 1 / √(σ² + eps), channel by channel. In training μ and σ² are those of
// the batch, which the running statistics follow; else they are the running statistics. `normalize.wgsl` has the rest.
//   fixed       μ and r of every channel from the running statistics
//   running     the running statistics, carried on by the batch, whose variance counts with length − 1
//   unchanged   the running statistics as they were
//   slopes      the gradient of the weight, Σ upstream · (x − μ) · r
//   plain       Σ upstream of every part of a channel, and `shifts` of the channel: the gradient of the bias
//   scale       the gradient of the input where μ and σ² are fixed

struct Block {
  infinity: f32,
  eps: f32,
  momentum: f32,
  lines: u32,
  length: u32,
  inner: u32,
  group: u32,
  parts: u32,
  threads: u32,
  spacing: u32,
  run: u32,
  hop: u32,
  across: u32,
  weighted: u32,
  biased: u32,
}

// fixed
@group(0) @binding(1) var<storage, read> fixedMean: array<f32>;
@group(0) @binding(3) var<storage, read> fixedVariance: array<f32>;
// running and unchanged; `gathered` is bound before them
@group(0) @binding(2) var<storage, read> oldMean: array<f32>;
@group(0) @binding(3) var<storage, read> oldVariance: array<f32>;
@group(0) @binding(4) var<storage, read_write> newMean: array<f32>;
@group(0) @binding(5) var<storage, read_write> newVariance: array<f32>;
// unchanged
@group(0) @binding(1) var<storage, read_write> keptMean: array<f32>;
// slopes and shifts
@group(0) @binding(2) var<storage, read_write> slope: array<f32>;

@compute @workgroup_size(width)
fn fixed(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    whole[line] = vec2<f32>(fixedMean[line], reciprocalSquareRoot(fixedVariance[line] + block.eps));
  }
}

@compute @workgroup_size(width)
fn running(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let own = moments(line);
    let stay = 1.0 - block.momentum;
    newMean[line] = stay * oldMean[line] + block.momentum * own.x;
    newVariance[line] = stay * oldVariance[line] + block.momentum * (own.y / f32(block.length - 1u));
  }
}

@compute @workgroup_size(width)
fn unchanged(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    keptMean[line] = oldMean[line];
    newMean[line] = oldVariance[line];
  }
}

@compute @workgroup_size(width)
fn slopes(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    var sum = gathered[line * block.parts].y;
    for (var k = 1u; k < block.parts; k++) {
      sum += gathered[line * block.parts + k].y;
    }
    slope[line] = sum;
  }
}

@compute @workgroup_size(width)
fn plain(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = portion(id.x + id.y * groups.x * width);
  if ((own.x >= block.lines) | (own.y >= block.parts)) { return; }
  var sum = 0.0;
  for (var k = own.y; k < block.length; k += block.parts) {
    sum += given[cellAt(own.x, k)];
  }
  partial[own.x * block.parts + own.y] = vec2<f32>(sum, 0.0);
}

@compute @workgroup_size(width)
fn shifts(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    var sum = gathered[line * block.parts].x;
    for (var k = 1u; k < block.parts; k++) {
      sum += gathered[line * block.parts + k].x;
    }
    slope[line] = sum;
  }
}

@compute @workgroup_size(width)
fn scale(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    let line = lineOf(cell);
    result[cell] = given[cell] * (weightAt(line) * statistics[line].y);
  }
}
