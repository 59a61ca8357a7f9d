// leaky_relu: x where x > 0, else slope · x; NaN stays. Backward the upstream gradient is multiplied by 1 or the slope.
// Thread t of `threads` owns the cells t, t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  slope: f32,
  cells: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
// Backward only: the input.
@group(0) @binding(3) var<storage, read> input: array<f32>;

const width = 64u;

// x > 0, decided by its bits, because a compiler may take NaN to be absent and turn the comparison round.
fn positive(x: f32) -> bool {
  return bitcast<u32>(x) - 1u < 0x7f800000u;
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let x = given[cell];
    result[cell] = select(block.slope * x, x, positive(x));
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let up = given[cell];
    result[cell] = select(block.slope * up, up, positive(input[cell]));
  }
}
