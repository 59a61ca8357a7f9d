// copy: result[cell] = given, walked by strides of its own from `offset` on: a stride of 0 spreads a cell along an axis,
// one that went below 0 before its sign was taken walks backward. The result is row-major.
// Thread t of `threads` owns the cells t, t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  rank: u32,
  offset: u32,
  padding0: u32,
  padding1: u32,
  padding2: u32,
  extents: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn copy(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    var rest = cell;
    var at = block.offset;
    for (var axis = block.rank; axis > 0u; axis--) {
      let i = (axis - 1u) >> 2u;
      let j = (axis - 1u) & 3u;
      at += rest % block.extents[i][j] * block.strides[i][j];
      rest /= block.extents[i][j];
    }
    result[cell] = given[at];
  }
}
