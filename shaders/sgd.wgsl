// sgd: one step of gradient descent, result = param − rate · grad.
// Thread t of `threads` owns the cells t, t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  rate: f32,
  cells: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> param: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn descend(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    result[cell] = param[cell] - block.rate * grad[cell];
  }
}
