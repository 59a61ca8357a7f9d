// Strided sums: result[cell] = Σ over the summed axes of
//   sum       left
//   negated   −left
//   products  left · right
// `left` and `right` are walked by strides of their own, a stride of 0 standing for a broadcast axis, so that one kernel
// serves the sum over any axes and the gradients of everything that broadcasts. The result is row-major over the kept
// axes. Thread (cell, part) adds `chunk` terms; with one part it writes the result itself, else `total.wgsl` adds up.

struct Block {
  infinity: f32,
  cells: u32,
  terms: u32,
  parts: u32,
  chunk: u32,
  keptRank: u32,
  summedRank: u32,
  padding: u32,
  keptExtents: array<vec4<u32>, 2>,
  keptLeft: array<vec4<u32>, 2>,
  keptRight: array<vec4<u32>, 2>,
  summedExtents: array<vec4<u32>, 2>,
  summedLeft: array<vec4<u32>, 2>,
  summedRight: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> right: array<f32>;

const width = 64u;

// Where cell `place` of the result begins in left and right.
fn begin(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.keptRank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.keptExtents[i][j];
    rest /= block.keptExtents[i][j];
    at += step * vec2<u32>(block.keptLeft[i][j], block.keptRight[i][j]);
  }
  return at;
}

// How far term `place` lies from there.
fn term(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.summedRank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.summedExtents[i][j];
    rest /= block.summedExtents[i][j];
    at += step * vec2<u32>(block.summedLeft[i][j], block.summedRight[i][j]);
  }
  return at;
}

fn deliver(cell: u32, part: u32, value: f32) {
  if (block.parts == 1u) {
    result[cell] = value;
  } else {
    parts[part * block.cells + cell] = value;
  }
}

@compute @workgroup_size(width)
fn sum(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let cell = place % block.cells;
  let part = place / block.cells;
  if (part >= block.parts) { return; }
  let start = begin(cell);
  let end = min(block.terms, (part + 1u) * block.chunk);
  var total = 0.0;
  for (var k = part * block.chunk; k < end; k++) {
    total += left[start.x + term(k).x];
  }
  deliver(cell, part, total);
}

@compute @workgroup_size(width)
fn negated(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let cell = place % block.cells;
  let part = place / block.cells;
  if (part >= block.parts) { return; }
  let start = begin(cell);
  let end = min(block.terms, (part + 1u) * block.chunk);
  var total = 0.0;
  for (var k = part * block.chunk; k < end; k++) {
    total -= left[start.x + term(k).x];
  }
  deliver(cell, part, total);
}

@compute @workgroup_size(width)
fn products(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let cell = place % block.cells;
  let part = place / block.cells;
  if (part >= block.parts) { return; }
  let start = begin(cell);
  let end = min(block.terms, (part + 1u) * block.chunk);
  var total = 0.0;
  for (var k = part * block.chunk; k < end; k++) {
    let at = start + term(k);
    total += left[at.x] * right[at.y];
  }
  deliver(cell, part, total);
}
