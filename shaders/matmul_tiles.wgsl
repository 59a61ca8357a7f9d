// Written by generate/matmul.mjs. A batched product of strided matrices:
// result(i, j) = Σ over k, and over the summed batches, of left(i, k) · right(k, j).
// The strides turn one kernel into the product and both of its gradients: dA = dC · Bᵀ and dB = Aᵀ · dC.
//
// A workgroup of 64 threads owns 64 × 64 cells and walks the depth in slabs of 8, which it first brings into workgroup
// memory: for GPUs with memory of that kind. Each thread holds 8 × 8 sums, four rows and four columns in either half of the
// tile. What lies beyond the depth enters as 0 times 0; beyond the last row or column whatever lies there is read, and not
// stored. Where there are few tiles and long sums, `parts` workgroups share a tile, and `total.wgsl` adds up what they left.

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
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

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

// What lies beyond an edge falls onto the last row or column within, whose own number then overwrites it: sums are stored
// from the last to the first.
fn acrossTo(column: u32) -> vec4<u32> {
  return min(column + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(block.columns - 1u)) * block.resultColumn;
}

fn downTo(row: u32) -> u32 {
  return min(row, block.rows - 1u) * block.resultRow;
}

fn storeFour(cells: vec4<u32>, sums: vec4<f32>) {
  result[cells.w] = sums.w;
  result[cells.z] = sums.z;
  result[cells.y] = sums.y;
  result[cells.x] = sums.x;
}

var<workgroup> leftTile: array<vec4<f32>, 128>;
var<workgroup> rightTile: array<vec4<f32>, 128>;

const width = 64u;

@compute @workgroup_size(width)
fn tiled(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  let line = tile / block.tilesAcross;
  let rest = line / block.tilesDown;
  let part = rest / block.batches;
  let batch = batchOf(rest - part * block.batches);
  let tileColumn = tile - line * block.tilesAcross;
  let tileRow = line - rest * block.tilesDown;
  if (part >= block.parts) { return; }

  let leftStart = batch.x + tileRow * 64u * block.leftRow;
  let rightStart = batch.y + tileColumn * 64u * block.rightColumn;
  let down = lane / 8u;
  let over = lane % 8u;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum4_0 = vec4<f32>();
  var sum4_1 = vec4<f32>();
  var sum5_0 = vec4<f32>();
  var sum5_1 = vec4<f32>();
  var sum6_0 = vec4<f32>();
  var sum6_1 = vec4<f32>();
  var sum7_0 = vec4<f32>();
  var sum7_1 = vec4<f32>();
  let first = part * block.chunk;
  let last = min(first + block.chunk, block.depth);
  for (var start = first; start < last; start += 8u) {
    // Neighbouring threads load neighbouring cells, whichever way the matrix lies.
    for (var load = lane; load < 128u; load += width) {
      let k = select(load / 16u, load % 8u, block.leftDepth == 1u);
      let four = select(load % 16u, load / 8u, block.leftDepth == 1u);
      let at = leftStart + four * 4u * block.leftRow + (start + k) * block.leftDepth;
      let values = vec4<f32>(left[at], left[at + block.leftRow], left[at + 2u * block.leftRow], left[at + 3u * block.leftRow]);
      leftTile[k * 16u + (four ^ k)] = select(vec4<f32>(), values, start + k < last);
    }
    for (var load = lane; load < 128u; load += width) {
      let k = select(load / 16u, load % 8u, block.rightColumn != 1u);
      let four = select(load % 16u, load / 8u, block.rightColumn != 1u);
      let at = rightStart + four * 4u * block.rightColumn + (start + k) * block.rightDepth;
      let values = vec4<f32>(right[at], right[at + block.rightColumn], right[at + 2u * block.rightColumn], right[at + 3u * block.rightColumn]);
      rightTile[k * 16u + (four ^ k)] = select(vec4<f32>(), values, start + k < last);
    }
    workgroupBarrier();
    for (var k = 0u; k < 8u; k++) {
      let left0 = leftTile[k * 16u + (down ^ k)];
      let left1 = leftTile[k * 16u + ((down + 8u) ^ k)];
      let right0 = rightTile[k * 16u + (over ^ k)];
      let right1 = rightTile[k * 16u + ((over + 8u) ^ k)];
      sum0_0 += left0.x * right0;
      sum0_1 += left0.x * right1;
      sum1_0 += left0.y * right0;
      sum1_1 += left0.y * right1;
      sum2_0 += left0.z * right0;
      sum2_1 += left0.z * right1;
      sum3_0 += left0.w * right0;
      sum3_1 += left0.w * right1;
      sum4_0 += left1.x * right0;
      sum4_1 += left1.x * right1;
      sum5_0 += left1.y * right0;
      sum5_1 += left1.y * right1;
      sum6_0 += left1.z * right0;
      sum6_1 += left1.z * right1;
      sum7_0 += left1.w * right0;
      sum7_1 += left1.w * right1;
    }
    workgroupBarrier();
  }

  let row = tileRow * 64u + down * 4u;
  let column = tileColumn * 64u + over * 4u;
  let home = batch.z + part * block.cells;
  let across0 = home + acrossTo(column);
  let across1 = home + acrossTo(column + 32u);
  if (row < block.rows && column < block.columns) {
    storeFour(across0 + downTo(row + 3u), sum3_0);
    storeFour(across0 + downTo(row + 2u), sum2_0);
    storeFour(across0 + downTo(row + 1u), sum1_0);
    storeFour(across0 + downTo(row), sum0_0);
  }
  if (row < block.rows && column + 32u < block.columns) {
    storeFour(across1 + downTo(row + 3u), sum3_1);
    storeFour(across1 + downTo(row + 2u), sum2_1);
    storeFour(across1 + downTo(row + 1u), sum1_1);
    storeFour(across1 + downTo(row), sum0_1);
  }
  if (row + 32u < block.rows && column < block.columns) {
    storeFour(across0 + downTo(row + 35u), sum7_0);
    storeFour(across0 + downTo(row + 34u), sum6_0);
    storeFour(across0 + downTo(row + 33u), sum5_0);
    storeFour(across0 + downTo(row + 32u), sum4_0);
  }
  if (row + 32u < block.rows && column + 32u < block.columns) {
    storeFour(across1 + downTo(row + 35u), sum7_1);
    storeFour(across1 + downTo(row + 34u), sum6_1);
    storeFour(across1 + downTo(row + 33u), sum5_1);
    storeFour(across1 + downTo(row + 32u), sum4_1);
  }
}
