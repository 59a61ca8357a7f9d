// One cell of the result from one cell of each operand, with broadcasting:
//   add     left + right
//   sub     left − right
//   mul     left · right
// The result is row-major; the operands are walked by strides of their own, 0 along a broadcast axis. Thread t of
// `threads` owns the cells t, t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  rank: u32,
  extents: array<vec4<u32>, 2>,
  leftStrides: array<vec4<u32>, 2>,
  rightStrides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read> right: array<f32>;

const width = 64u;

// The cells of left and right that cell `place` of the result reads.
fn operands(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.rank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.extents[i][j];
    rest /= block.extents[i][j];
    at += step * vec2<u32>(block.leftStrides[i][j], block.rightStrides[i][j]);
  }
  return at;
}

@compute @workgroup_size(width)
fn add(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let at = operands(cell);
    result[cell] = left[at.x] + right[at.y];
  }
}

@compute @workgroup_size(width)
fn sub(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let at = operands(cell);
    result[cell] = left[at.x] - right[at.y];
  }
}

@compute @workgroup_size(width)
fn mul(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let at = operands(cell);
    result[cell] = left[at.x] * right[at.y];
  }
}
