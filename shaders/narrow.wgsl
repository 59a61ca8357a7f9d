// narrow, backward: what arrives where a run of positions along one axis was taken from, 0 elsewhere. The axis has
// `extent` positions, `inner` cells apart; `taken` of them were taken from `start` on.
// Thread t of `threads` owns the cells t, t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  inner: u32,
  extent: u32,
  start: u32,
  taken: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> upstream: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let row = cell / block.inner;
    // A position before the start wraps around and lies beyond what was taken.
    let position = row % block.extent - block.start;
    var value = 0.0;
    if (position < block.taken) {
      value = upstream[(row / block.extent * block.taken + position) * block.inner + cell % block.inner];
    }
    gradient[cell] = value;
  }
}
