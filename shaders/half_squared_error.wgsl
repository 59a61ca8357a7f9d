// half_squared_error: ½ Σ (input − target)², one number.
// forward   thread `part` adds `chunk` terms; with one part it writes the loss itself, else `total.wgsl` adds the parts up
// backward  gradient = upstream · (input − target); thread t of `threads` owns the cells t, t + threads and so on

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  parts: u32,
  chunk: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> target_: array<f32>;
// Forward: the loss. Backward: the gradient of the input.
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
// Forward only.
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;
// Backward only.
@group(0) @binding(4) var<storage, read> upstream: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let part = id.x + id.y * groups.x * width;
  if (part >= block.parts) { return; }
  let end = min(block.cells, (part + 1u) * block.chunk);
  var sum = 0.0;
  for (var cell = part * block.chunk; cell < end; cell++) {
    let difference = input[cell] - target_[cell];
    sum += difference * difference;
  }
  if (block.parts == 1u) {
    result[0] = 0.5 * sum;
  } else {
    parts[part] = 0.5 * sum;
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    result[cell] = upstream[0] * (input[cell] - target_[cell]);
  }
}
