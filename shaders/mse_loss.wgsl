// mse_loss: (input − target)², cell by cell, or its sum over all cells divided by `divisor`.
// Four cells at once: `cells` may end inside a vec4, whose rest is padding of the buffer, free to be read and written.
// squares          one square per cell
// parts            thread t of `threads` adds up the vec4s t, t + threads and so on; with one thread it divides as well
// finish           adds up the parts and divides
// backwardSquares  gradient = 2 · (input − target) · upstream, cell by cell
// backward         gradient = 2 · (input − target) / divisor · upstream, which is one number

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  divisor: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> input: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> target_: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read_write> partial: array<f32>;
// `finish` reads the sums and writes the loss.
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read> upstream4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> upstream: array<f32>;

const width = 64u;

fn quads() -> u32 {
  return (block.cells + 3u) / 4u;
}

@compute @workgroup_size(width)
fn squares(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var quad = first; quad < quads(); quad += block.threads) {
    let difference = input[quad] - target_[quad];
    result4[quad] = difference * difference;
  }
}

@compute @workgroup_size(width)
fn parts(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  let whole = block.cells / 4u;
  var squared = vec4<f32>(0.0);
  for (var quad = first; quad < whole; quad += block.threads) {
    let difference = input[quad] - target_[quad];
    squared += difference * difference;
  }
  var sum = (squared.x + squared.y) + (squared.z + squared.w);
  if (first == 0u) {
    for (var cell = whole * 4u; cell < block.cells; cell++) {
      let difference = input[whole][cell & 3u] - target_[whole][cell & 3u];
      sum += difference * difference;
    }
  }
  if (block.threads == 1u) {
    result[0] = sum / f32(block.divisor);
  } else {
    partial[first] = sum;
  }
}

@compute @workgroup_size(1)
fn finish() {
  var sum = sums[0];
  for (var part = 1u; part < block.threads; part++) {
    sum += sums[part];
  }
  loss[0] = sum / f32(block.divisor);
}

@compute @workgroup_size(width)
fn backwardSquares(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var quad = first; quad < quads(); quad += block.threads) {
    result4[quad] = 2.0 * (input[quad] - target_[quad]) * upstream4[quad];
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  let up = upstream[0];
  for (var quad = first; quad < quads(); quad += block.threads) {
    result4[quad] = 2.0 * (input[quad] - target_[quad]) / f32(block.divisor) * up;
  }
}
