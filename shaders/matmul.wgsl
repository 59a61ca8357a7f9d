// A batched product of strided matrices: result(i, j) = Σ over k, and over the summed batches, of left(i, k) · right(k, j).
// The strides turn one kernel into the product and both of its gradients: dA = dC · Bᵀ and dB = Aᵀ · dC, where a batch
// along which A (or B) was broadcast is summed.
//
// Each thread owns 8 × 8 cells held in registers: the rows `upper` and `lower` by the columns `near` and `far`, four of
// each. Neighbouring threads own neighbouring columns, so that their loads lie side by side. 64 threads stand `across` by
// 64 / across, which fits thin results too. Rows and columns beyond the edge load the last one and are not stored: the
// inner loop has no test. Where there are few cells and long sums, `parts` threads share a cell, and `total.wgsl` adds up
// what they left in the scratch buffer.

struct Block {
  infinity: f32,
  rows: u32,
  columns: u32,
  depth: u32,
  across: u32,
  tilesAcross: u32,
  tilesDown: u32,
  batches: u32,
  summed: u32,
  parts: u32,
  chunk: u32,
  cells: u32,
  leftRow: u32,
  leftDepth: u32,
  rightDepth: u32,
  rightColumn: u32,
  resultRow: u32,
  resultColumn: u32,
  keptRank: u32,
  summedRank: u32,
  keptExtents: array<vec4<u32>, 2>,
  keptLeft: array<vec4<u32>, 2>,
  keptRight: array<vec4<u32>, 2>,
  keptResult: array<vec4<u32>, 2>,
  summedExtents: array<vec4<u32>, 2>,
  summedLeft: array<vec4<u32>, 2>,
  summedRight: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

const width = 64u;

// Where a batch begins in left, right and result.
fn batchOf(place: u32) -> vec3<u32> {
  var rest = place;
  var at = vec3<u32>(0u);
  for (var axis = block.keptRank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.keptExtents[i][j];
    rest /= block.keptExtents[i][j];
    at += step * vec3<u32>(block.keptLeft[i][j], block.keptRight[i][j], block.keptResult[i][j]);
  }
  return at;
}

// How far a summed batch lies from there in left and right.
fn summedOf(place: u32) -> vec2<u32> {
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

fn store(at: u32, part: u32, value: f32) {
  if (block.parts == 1u) {
    result[at] = value;
  } else {
    parts[part * block.cells + at] = value;
  }
}

fn storeRow(row: u32, columns: vec4<u32>, start: u32, part: u32, sums: vec4<f32>) {
  if (row >= block.rows) { return; }
  let at = start + row * block.resultRow + columns * block.resultColumn;
  if (columns.x < block.columns) { store(at.x, part, sums.x); }
  if (columns.y < block.columns) { store(at.y, part, sums.y); }
  if (columns.z < block.columns) { store(at.z, part, sums.z); }
  if (columns.w < block.columns) { store(at.w, part, sums.w); }
}

@compute @workgroup_size(width)
fn product(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = group.x + group.y * groups.x;
  let tileColumn = rest % block.tilesAcross;
  rest /= block.tilesAcross;
  let tileRow = rest % block.tilesDown;
  rest /= block.tilesDown;
  let batch = batchOf(rest % block.batches);
  let part = rest / block.batches;
  if (part >= block.parts) { return; }

  let across = block.across;
  let down = width / across;
  let ahead = vec4<u32>(0u, 1u, 2u, 3u);
  let upper = tileRow * down * 8u + lane / across + ahead * down;
  let lower = upper + 4u * down;
  let near = tileColumn * across * 8u + lane % across + ahead * across;
  let far = near + 4u * across;
  let leftUpper = batch.x + min(upper, vec4<u32>(block.rows - 1u)) * block.leftRow;
  let leftLower = batch.x + min(lower, vec4<u32>(block.rows - 1u)) * block.leftRow;
  let rightNear = batch.y + min(near, vec4<u32>(block.columns - 1u)) * block.rightColumn;
  let rightFar = batch.y + min(far, vec4<u32>(block.columns - 1u)) * block.rightColumn;

  var near0 = vec4<f32>(0.0);
  var far0 = vec4<f32>(0.0);
  var near1 = vec4<f32>(0.0);
  var far1 = vec4<f32>(0.0);
  var near2 = vec4<f32>(0.0);
  var far2 = vec4<f32>(0.0);
  var near3 = vec4<f32>(0.0);
  var far3 = vec4<f32>(0.0);
  var near4 = vec4<f32>(0.0);
  var far4 = vec4<f32>(0.0);
  var near5 = vec4<f32>(0.0);
  var far5 = vec4<f32>(0.0);
  var near6 = vec4<f32>(0.0);
  var far6 = vec4<f32>(0.0);
  var near7 = vec4<f32>(0.0);
  var far7 = vec4<f32>(0.0);
  var place = part * block.chunk;
  let end = min(place + block.chunk, block.depth * block.summed);
  while (place < end) {
    let first = place % block.depth;
    let last = min(block.depth, first + end - place);
    let shift = summedOf(place / block.depth);
    var l = shift.x + first * block.leftDepth;
    var r = shift.y + first * block.rightDepth;
    for (var k = first; k < last; k++) {
      let n = rightNear + r;
      let f = rightFar + r;
      let u = leftUpper + l;
      let d = leftLower + l;
      let nearRight = vec4<f32>(right[n.x], right[n.y], right[n.z], right[n.w]);
      let farRight = vec4<f32>(right[f.x], right[f.y], right[f.z], right[f.w]);
      let upperLeft = vec4<f32>(left[u.x], left[u.y], left[u.z], left[u.w]);
      let lowerLeft = vec4<f32>(left[d.x], left[d.y], left[d.z], left[d.w]);
      near0 += upperLeft.x * nearRight;
      far0 += upperLeft.x * farRight;
      near1 += upperLeft.y * nearRight;
      far1 += upperLeft.y * farRight;
      near2 += upperLeft.z * nearRight;
      far2 += upperLeft.z * farRight;
      near3 += upperLeft.w * nearRight;
      far3 += upperLeft.w * farRight;
      near4 += lowerLeft.x * nearRight;
      far4 += lowerLeft.x * farRight;
      near5 += lowerLeft.y * nearRight;
      far5 += lowerLeft.y * farRight;
      near6 += lowerLeft.z * nearRight;
      far6 += lowerLeft.z * farRight;
      near7 += lowerLeft.w * nearRight;
      far7 += lowerLeft.w * farRight;
      l += block.leftDepth;
      r += block.rightDepth;
    }
    place += last - first;
  }
  storeRow(upper.x, near, batch.z, part, near0);
  storeRow(upper.x, far, batch.z, part, far0);
  storeRow(upper.y, near, batch.z, part, near1);
  storeRow(upper.y, far, batch.z, part, far1);
  storeRow(upper.z, near, batch.z, part, near2);
  storeRow(upper.z, far, batch.z, part, far2);
  storeRow(upper.w, near, batch.z, part, near3);
  storeRow(upper.w, far, batch.z, part, far3);
  storeRow(lower.x, near, batch.z, part, near4);
  storeRow(lower.x, far, batch.z, part, far4);
  storeRow(lower.y, near, batch.z, part, near5);
  storeRow(lower.y, far, batch.z, part, far5);
  storeRow(lower.z, near, batch.z, part, near6);
  storeRow(lower.z, far, batch.z, part, far6);
  storeRow(lower.w, near, batch.z, part, near7);
  storeRow(lower.w, far, batch.z, part, far7);
}
