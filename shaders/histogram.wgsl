// histogram: how many of a row's cells lie in a bin, from its lower edge to below its upper one; the last bin holds its
// upper edge too. A thread counts one bin of one row. NaN lies in none.

struct Block {
  infinity: f32,
  rows: u32,
  bins: u32,
  cells: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> edges: array<f32>;
@group(0) @binding(3) var<storage, read_write> hist: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn count(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.x + id.y * groups.x * width;
  if (at >= block.rows * block.bins) { return; }
  let bin = at % block.bins;
  let first = at / block.bins * block.cells;
  let low = edges[bin];
  let high = edges[bin + 1u];
  let last = bin + 1u == block.bins;
  var found = 0u;
  for (var cell = first; cell < first + block.cells; cell++) {
    let x = input[cell];
    // By its bits, because a compiler may take NaN to be absent and turn a comparison round.
    let isNumber = (bitcast<u32>(x) & 0x7fffffffu) <= 0x7f800000u;
    let below = (x < high) | (last & (x == high));
    found += u32(isNumber & (x >= low) & below);
  }
  hist[at] = f32(found);
}
