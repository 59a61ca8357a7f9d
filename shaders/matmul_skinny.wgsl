// Written by generate/matmul.mjs. A batched product of strided matrices:
// result(i, j) = Σ over k, and over the summed batches, of left(i, k) · right(k, j).
// The strides turn one kernel into the product and both of its gradients: dA = dC · Bᵀ and dB = Aᵀ · dC.
//
// For few rows: what counts is how fast the right matrix can be read. `oneAcross` and `fourAcross` read it along its rows,
// which lie in one piece (rightColumn is 1), many columns a thread; `oneAlong` and `fourAlong` along its columns, which do
// (rightDepth is 1). Few columns are few rows of the transposed product. `parts` threads share a cell, each with a chunk of
// the depth or with every so manieth piece of it, and `total.wgsl` adds up what they left in the scratch buffer.

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

fn added(sums: vec4<f32>) -> f32 {
  return (sums.x + sums.y) + (sums.z + sums.w);
}

const width = 32u;

@compute @workgroup_size(width)
fn oneAcross(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let tileColumn = rest % block.tilesAcross;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * 1u;
  rest /= block.tilesDown;
  let batch = batchOf(rest % block.batches);
  let part = rest / block.batches;
  let column = (tileColumn >> 2u) * 256u + (tileColumn & 3u) * 4u;
  if (part >= block.parts || column >= block.columns) { return; }

  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum0_2 = vec4<f32>();
  var sum0_3 = vec4<f32>();
  var sum0_4 = vec4<f32>();
  var sum0_5 = vec4<f32>();
  var sum0_6 = vec4<f32>();
  var sum0_7 = vec4<f32>();
  var sum0_8 = vec4<f32>();
  var sum0_9 = vec4<f32>();
  var sum0_10 = vec4<f32>();
  var sum0_11 = vec4<f32>();
  var sum0_12 = vec4<f32>();
  var sum0_13 = vec4<f32>();
  var sum0_14 = vec4<f32>();
  var sum0_15 = vec4<f32>();
  let first = part * block.chunk;
  let last = min(first + block.chunk, block.depth);
  var l = batch.x + row * block.leftRow + first * block.leftDepth;
  var r = batch.y + column + first * block.rightDepth;
  for (var k = first; k < last; k++) {
    let left0 = left[l];
    let right0 = vec4<f32>(right[r], right[r + 1u], right[r + 2u], right[r + 3u]);
    sum0_0 += left0 * right0;
    let right1 = vec4<f32>(right[r + 16u], right[r + 17u], right[r + 18u], right[r + 19u]);
    sum0_1 += left0 * right1;
    let right2 = vec4<f32>(right[r + 32u], right[r + 33u], right[r + 34u], right[r + 35u]);
    sum0_2 += left0 * right2;
    let right3 = vec4<f32>(right[r + 48u], right[r + 49u], right[r + 50u], right[r + 51u]);
    sum0_3 += left0 * right3;
    let right4 = vec4<f32>(right[r + 64u], right[r + 65u], right[r + 66u], right[r + 67u]);
    sum0_4 += left0 * right4;
    let right5 = vec4<f32>(right[r + 80u], right[r + 81u], right[r + 82u], right[r + 83u]);
    sum0_5 += left0 * right5;
    let right6 = vec4<f32>(right[r + 96u], right[r + 97u], right[r + 98u], right[r + 99u]);
    sum0_6 += left0 * right6;
    let right7 = vec4<f32>(right[r + 112u], right[r + 113u], right[r + 114u], right[r + 115u]);
    sum0_7 += left0 * right7;
    let right8 = vec4<f32>(right[r + 128u], right[r + 129u], right[r + 130u], right[r + 131u]);
    sum0_8 += left0 * right8;
    let right9 = vec4<f32>(right[r + 144u], right[r + 145u], right[r + 146u], right[r + 147u]);
    sum0_9 += left0 * right9;
    let right10 = vec4<f32>(right[r + 160u], right[r + 161u], right[r + 162u], right[r + 163u]);
    sum0_10 += left0 * right10;
    let right11 = vec4<f32>(right[r + 176u], right[r + 177u], right[r + 178u], right[r + 179u]);
    sum0_11 += left0 * right11;
    let right12 = vec4<f32>(right[r + 192u], right[r + 193u], right[r + 194u], right[r + 195u]);
    sum0_12 += left0 * right12;
    let right13 = vec4<f32>(right[r + 208u], right[r + 209u], right[r + 210u], right[r + 211u]);
    sum0_13 += left0 * right13;
    let right14 = vec4<f32>(right[r + 224u], right[r + 225u], right[r + 226u], right[r + 227u]);
    sum0_14 += left0 * right14;
    let right15 = vec4<f32>(right[r + 240u], right[r + 241u], right[r + 242u], right[r + 243u]);
    sum0_15 += left0 * right15;
    l += block.leftDepth;
    r += block.rightDepth;
  }

  let home = batch.z + part * block.cells;
  if (column < block.columns) {
    let across0 = home + acrossTo(column);
    storeFour(across0 + downTo(row), sum0_0);
  }
  if (column + 16u < block.columns) {
    let across1 = home + acrossTo(column + 16u);
    storeFour(across1 + downTo(row), sum0_1);
  }
  if (column + 32u < block.columns) {
    let across2 = home + acrossTo(column + 32u);
    storeFour(across2 + downTo(row), sum0_2);
  }
  if (column + 48u < block.columns) {
    let across3 = home + acrossTo(column + 48u);
    storeFour(across3 + downTo(row), sum0_3);
  }
  if (column + 64u < block.columns) {
    let across4 = home + acrossTo(column + 64u);
    storeFour(across4 + downTo(row), sum0_4);
  }
  if (column + 80u < block.columns) {
    let across5 = home + acrossTo(column + 80u);
    storeFour(across5 + downTo(row), sum0_5);
  }
  if (column + 96u < block.columns) {
    let across6 = home + acrossTo(column + 96u);
    storeFour(across6 + downTo(row), sum0_6);
  }
  if (column + 112u < block.columns) {
    let across7 = home + acrossTo(column + 112u);
    storeFour(across7 + downTo(row), sum0_7);
  }
  if (column + 128u < block.columns) {
    let across8 = home + acrossTo(column + 128u);
    storeFour(across8 + downTo(row), sum0_8);
  }
  if (column + 144u < block.columns) {
    let across9 = home + acrossTo(column + 144u);
    storeFour(across9 + downTo(row), sum0_9);
  }
  if (column + 160u < block.columns) {
    let across10 = home + acrossTo(column + 160u);
    storeFour(across10 + downTo(row), sum0_10);
  }
  if (column + 176u < block.columns) {
    let across11 = home + acrossTo(column + 176u);
    storeFour(across11 + downTo(row), sum0_11);
  }
  if (column + 192u < block.columns) {
    let across12 = home + acrossTo(column + 192u);
    storeFour(across12 + downTo(row), sum0_12);
  }
  if (column + 208u < block.columns) {
    let across13 = home + acrossTo(column + 208u);
    storeFour(across13 + downTo(row), sum0_13);
  }
  if (column + 224u < block.columns) {
    let across14 = home + acrossTo(column + 224u);
    storeFour(across14 + downTo(row), sum0_14);
  }
  if (column + 240u < block.columns) {
    let across15 = home + acrossTo(column + 240u);
    storeFour(across15 + downTo(row), sum0_15);
  }
}

@compute @workgroup_size(width)
fn fourAcross(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let tileColumn = rest % block.tilesAcross;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * 4u;
  rest /= block.tilesDown;
  let batch = batchOf(rest % block.batches);
  let part = rest / block.batches;
  let column = (tileColumn >> 2u) * 128u + (tileColumn & 3u) * 4u;
  if (part >= block.parts || column >= block.columns) { return; }

  let row1 = block.leftRow;
  let row2 = 2u * block.leftRow;
  let row3 = 3u * block.leftRow;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum0_2 = vec4<f32>();
  var sum0_3 = vec4<f32>();
  var sum0_4 = vec4<f32>();
  var sum0_5 = vec4<f32>();
  var sum0_6 = vec4<f32>();
  var sum0_7 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum1_2 = vec4<f32>();
  var sum1_3 = vec4<f32>();
  var sum1_4 = vec4<f32>();
  var sum1_5 = vec4<f32>();
  var sum1_6 = vec4<f32>();
  var sum1_7 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum2_2 = vec4<f32>();
  var sum2_3 = vec4<f32>();
  var sum2_4 = vec4<f32>();
  var sum2_5 = vec4<f32>();
  var sum2_6 = vec4<f32>();
  var sum2_7 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum3_2 = vec4<f32>();
  var sum3_3 = vec4<f32>();
  var sum3_4 = vec4<f32>();
  var sum3_5 = vec4<f32>();
  var sum3_6 = vec4<f32>();
  var sum3_7 = vec4<f32>();
  let first = part * block.chunk;
  let last = min(first + block.chunk, block.depth);
  var l = batch.x + row * block.leftRow + first * block.leftDepth;
  var r = batch.y + column + first * block.rightDepth;
  for (var k = first; k < last; k++) {
    let left0 = left[l];
    let left1 = left[l + row1];
    let left2 = left[l + row2];
    let left3 = left[l + row3];
    let right0 = vec4<f32>(right[r], right[r + 1u], right[r + 2u], right[r + 3u]);
    sum0_0 += left0 * right0;
    sum1_0 += left1 * right0;
    sum2_0 += left2 * right0;
    sum3_0 += left3 * right0;
    let right1 = vec4<f32>(right[r + 16u], right[r + 17u], right[r + 18u], right[r + 19u]);
    sum0_1 += left0 * right1;
    sum1_1 += left1 * right1;
    sum2_1 += left2 * right1;
    sum3_1 += left3 * right1;
    let right2 = vec4<f32>(right[r + 32u], right[r + 33u], right[r + 34u], right[r + 35u]);
    sum0_2 += left0 * right2;
    sum1_2 += left1 * right2;
    sum2_2 += left2 * right2;
    sum3_2 += left3 * right2;
    let right3 = vec4<f32>(right[r + 48u], right[r + 49u], right[r + 50u], right[r + 51u]);
    sum0_3 += left0 * right3;
    sum1_3 += left1 * right3;
    sum2_3 += left2 * right3;
    sum3_3 += left3 * right3;
    let right4 = vec4<f32>(right[r + 64u], right[r + 65u], right[r + 66u], right[r + 67u]);
    sum0_4 += left0 * right4;
    sum1_4 += left1 * right4;
    sum2_4 += left2 * right4;
    sum3_4 += left3 * right4;
    let right5 = vec4<f32>(right[r + 80u], right[r + 81u], right[r + 82u], right[r + 83u]);
    sum0_5 += left0 * right5;
    sum1_5 += left1 * right5;
    sum2_5 += left2 * right5;
    sum3_5 += left3 * right5;
    let right6 = vec4<f32>(right[r + 96u], right[r + 97u], right[r + 98u], right[r + 99u]);
    sum0_6 += left0 * right6;
    sum1_6 += left1 * right6;
    sum2_6 += left2 * right6;
    sum3_6 += left3 * right6;
    let right7 = vec4<f32>(right[r + 112u], right[r + 113u], right[r + 114u], right[r + 115u]);
    sum0_7 += left0 * right7;
    sum1_7 += left1 * right7;
    sum2_7 += left2 * right7;
    sum3_7 += left3 * right7;
    l += block.leftDepth;
    r += block.rightDepth;
  }

  let home = batch.z + part * block.cells;
  if (column < block.columns) {
    let across0 = home + acrossTo(column);
    storeFour(across0 + downTo(row + 3u), sum3_0);
    storeFour(across0 + downTo(row + 2u), sum2_0);
    storeFour(across0 + downTo(row + 1u), sum1_0);
    storeFour(across0 + downTo(row), sum0_0);
  }
  if (column + 16u < block.columns) {
    let across1 = home + acrossTo(column + 16u);
    storeFour(across1 + downTo(row + 3u), sum3_1);
    storeFour(across1 + downTo(row + 2u), sum2_1);
    storeFour(across1 + downTo(row + 1u), sum1_1);
    storeFour(across1 + downTo(row), sum0_1);
  }
  if (column + 32u < block.columns) {
    let across2 = home + acrossTo(column + 32u);
    storeFour(across2 + downTo(row + 3u), sum3_2);
    storeFour(across2 + downTo(row + 2u), sum2_2);
    storeFour(across2 + downTo(row + 1u), sum1_2);
    storeFour(across2 + downTo(row), sum0_2);
  }
  if (column + 48u < block.columns) {
    let across3 = home + acrossTo(column + 48u);
    storeFour(across3 + downTo(row + 3u), sum3_3);
    storeFour(across3 + downTo(row + 2u), sum2_3);
    storeFour(across3 + downTo(row + 1u), sum1_3);
    storeFour(across3 + downTo(row), sum0_3);
  }
  if (column + 64u < block.columns) {
    let across4 = home + acrossTo(column + 64u);
    storeFour(across4 + downTo(row + 3u), sum3_4);
    storeFour(across4 + downTo(row + 2u), sum2_4);
    storeFour(across4 + downTo(row + 1u), sum1_4);
    storeFour(across4 + downTo(row), sum0_4);
  }
  if (column + 80u < block.columns) {
    let across5 = home + acrossTo(column + 80u);
    storeFour(across5 + downTo(row + 3u), sum3_5);
    storeFour(across5 + downTo(row + 2u), sum2_5);
    storeFour(across5 + downTo(row + 1u), sum1_5);
    storeFour(across5 + downTo(row), sum0_5);
  }
  if (column + 96u < block.columns) {
    let across6 = home + acrossTo(column + 96u);
    storeFour(across6 + downTo(row + 3u), sum3_6);
    storeFour(across6 + downTo(row + 2u), sum2_6);
    storeFour(across6 + downTo(row + 1u), sum1_6);
    storeFour(across6 + downTo(row), sum0_6);
  }
  if (column + 112u < block.columns) {
    let across7 = home + acrossTo(column + 112u);
    storeFour(across7 + downTo(row + 3u), sum3_7);
    storeFour(across7 + downTo(row + 2u), sum2_7);
    storeFour(across7 + downTo(row + 1u), sum1_7);
    storeFour(across7 + downTo(row), sum0_7);
  }
}

@compute @workgroup_size(width)
fn oneAlong(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let part = rest % block.parts;
  rest /= block.parts;
  let column = (rest % block.tilesAcross) * 4u;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * 1u;
  rest /= block.tilesDown;
  if (rest >= block.batches) { return; }

  let batch = batchOf(rest);
  let origin = batch.xy + vec2<u32>(row * block.leftRow, column * block.rightColumn);
  let column1 = block.rightColumn;
  let column2 = 2u * block.rightColumn;
  let column3 = 3u * block.rightColumn;
  let depth1 = block.leftDepth;
  let depth2 = 2u * block.leftDepth;
  let depth3 = 3u * block.leftDepth;
  let depth4 = 4u * block.leftDepth;
  let depth5 = 5u * block.leftDepth;
  let depth6 = 6u * block.leftDepth;
  let depth7 = 7u * block.leftDepth;
  let depth8 = 8u * block.leftDepth;
  let depth9 = 9u * block.leftDepth;
  let depth10 = 10u * block.leftDepth;
  let depth11 = 11u * block.leftDepth;
  let depth12 = 12u * block.leftDepth;
  let depth13 = 13u * block.leftDepth;
  let depth14 = 14u * block.leftDepth;
  let depth15 = 15u * block.leftDepth;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum0_2 = vec4<f32>();
  var sum0_3 = vec4<f32>();
  let whole = block.depth / 16u * 16u;
  for (var k = part * 16u; k < whole; k += block.parts * 16u) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
    let left0_0 = vec4<f32>(left[l], left[l + depth1], left[l + depth2], left[l + depth3]);
    let left0_1 = vec4<f32>(left[l + depth4], left[l + depth5], left[l + depth6], left[l + depth7]);
    let left0_2 = vec4<f32>(left[l + depth8], left[l + depth9], left[l + depth10], left[l + depth11]);
    let left0_3 = vec4<f32>(left[l + depth12], left[l + depth13], left[l + depth14], left[l + depth15]);
    let right0_0 = vec4<f32>(right[r], right[r + 1u], right[r + 2u], right[r + 3u]);
    sum0_0 += left0_0 * right0_0;
    let right0_1 = vec4<f32>(right[r + 4u], right[r + 5u], right[r + 6u], right[r + 7u]);
    sum0_0 += left0_1 * right0_1;
    let right0_2 = vec4<f32>(right[r + 8u], right[r + 9u], right[r + 10u], right[r + 11u]);
    sum0_0 += left0_2 * right0_2;
    let right0_3 = vec4<f32>(right[r + 12u], right[r + 13u], right[r + 14u], right[r + 15u]);
    sum0_0 += left0_3 * right0_3;
    let right1_0 = vec4<f32>(right[r + column1], right[r + column1 + 1u], right[r + column1 + 2u], right[r + column1 + 3u]);
    sum0_1 += left0_0 * right1_0;
    let right1_1 = vec4<f32>(right[r + column1 + 4u], right[r + column1 + 5u], right[r + column1 + 6u], right[r + column1 + 7u]);
    sum0_1 += left0_1 * right1_1;
    let right1_2 = vec4<f32>(right[r + column1 + 8u], right[r + column1 + 9u], right[r + column1 + 10u], right[r + column1 + 11u]);
    sum0_1 += left0_2 * right1_2;
    let right1_3 = vec4<f32>(right[r + column1 + 12u], right[r + column1 + 13u], right[r + column1 + 14u], right[r + column1 + 15u]);
    sum0_1 += left0_3 * right1_3;
    let right2_0 = vec4<f32>(right[r + column2], right[r + column2 + 1u], right[r + column2 + 2u], right[r + column2 + 3u]);
    sum0_2 += left0_0 * right2_0;
    let right2_1 = vec4<f32>(right[r + column2 + 4u], right[r + column2 + 5u], right[r + column2 + 6u], right[r + column2 + 7u]);
    sum0_2 += left0_1 * right2_1;
    let right2_2 = vec4<f32>(right[r + column2 + 8u], right[r + column2 + 9u], right[r + column2 + 10u], right[r + column2 + 11u]);
    sum0_2 += left0_2 * right2_2;
    let right2_3 = vec4<f32>(right[r + column2 + 12u], right[r + column2 + 13u], right[r + column2 + 14u], right[r + column2 + 15u]);
    sum0_2 += left0_3 * right2_3;
    let right3_0 = vec4<f32>(right[r + column3], right[r + column3 + 1u], right[r + column3 + 2u], right[r + column3 + 3u]);
    sum0_3 += left0_0 * right3_0;
    let right3_1 = vec4<f32>(right[r + column3 + 4u], right[r + column3 + 5u], right[r + column3 + 6u], right[r + column3 + 7u]);
    sum0_3 += left0_1 * right3_1;
    let right3_2 = vec4<f32>(right[r + column3 + 8u], right[r + column3 + 9u], right[r + column3 + 10u], right[r + column3 + 11u]);
    sum0_3 += left0_2 * right3_2;
    let right3_3 = vec4<f32>(right[r + column3 + 12u], right[r + column3 + 13u], right[r + column3 + 14u], right[r + column3 + 15u]);
    sum0_3 += left0_3 * right3_3;
  }
  for (var k = whole + part; k < block.depth; k += block.parts) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
    let left0 = left[l];
    let right0 = right[r];
    sum0_0.x += left0 * right0;
    let right1 = right[r + column1];
    sum0_1.x += left0 * right1;
    let right2 = right[r + column2];
    sum0_2.x += left0 * right2;
    let right3 = right[r + column3];
    sum0_3.x += left0 * right3;
  }

  let home = batch.z + part * block.cells;
  let across0 = home + acrossTo(column);
  storeFour(across0 + downTo(row), vec4<f32>(added(sum0_0), added(sum0_1), added(sum0_2), added(sum0_3)));
}

@compute @workgroup_size(width)
fn fourAlong(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let part = rest % block.parts;
  rest /= block.parts;
  let column = (rest % block.tilesAcross) * 4u;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * 4u;
  rest /= block.tilesDown;
  if (rest >= block.batches) { return; }

  let batch = batchOf(rest);
  let origin = batch.xy + vec2<u32>(row * block.leftRow, column * block.rightColumn);
  let row1 = block.leftRow;
  let row2 = 2u * block.leftRow;
  let row3 = 3u * block.leftRow;
  let column1 = block.rightColumn;
  let column2 = 2u * block.rightColumn;
  let column3 = 3u * block.rightColumn;
  let depth1 = block.leftDepth;
  let depth2 = 2u * block.leftDepth;
  let depth3 = 3u * block.leftDepth;
  var sum0_0 = vec4<f32>();
  var sum0_1 = vec4<f32>();
  var sum0_2 = vec4<f32>();
  var sum0_3 = vec4<f32>();
  var sum1_0 = vec4<f32>();
  var sum1_1 = vec4<f32>();
  var sum1_2 = vec4<f32>();
  var sum1_3 = vec4<f32>();
  var sum2_0 = vec4<f32>();
  var sum2_1 = vec4<f32>();
  var sum2_2 = vec4<f32>();
  var sum2_3 = vec4<f32>();
  var sum3_0 = vec4<f32>();
  var sum3_1 = vec4<f32>();
  var sum3_2 = vec4<f32>();
  var sum3_3 = vec4<f32>();
  let whole = block.depth / 4u * 4u;
  for (var k = part * 4u; k < whole; k += block.parts * 4u) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
    let left0_0 = vec4<f32>(left[l], left[l + depth1], left[l + depth2], left[l + depth3]);
    let left1_0 = vec4<f32>(left[l + row1], left[l + row1 + depth1], left[l + row1 + depth2], left[l + row1 + depth3]);
    let left2_0 = vec4<f32>(left[l + row2], left[l + row2 + depth1], left[l + row2 + depth2], left[l + row2 + depth3]);
    let left3_0 = vec4<f32>(left[l + row3], left[l + row3 + depth1], left[l + row3 + depth2], left[l + row3 + depth3]);
    let right0_0 = vec4<f32>(right[r], right[r + 1u], right[r + 2u], right[r + 3u]);
    sum0_0 += left0_0 * right0_0;
    sum1_0 += left1_0 * right0_0;
    sum2_0 += left2_0 * right0_0;
    sum3_0 += left3_0 * right0_0;
    let right1_0 = vec4<f32>(right[r + column1], right[r + column1 + 1u], right[r + column1 + 2u], right[r + column1 + 3u]);
    sum0_1 += left0_0 * right1_0;
    sum1_1 += left1_0 * right1_0;
    sum2_1 += left2_0 * right1_0;
    sum3_1 += left3_0 * right1_0;
    let right2_0 = vec4<f32>(right[r + column2], right[r + column2 + 1u], right[r + column2 + 2u], right[r + column2 + 3u]);
    sum0_2 += left0_0 * right2_0;
    sum1_2 += left1_0 * right2_0;
    sum2_2 += left2_0 * right2_0;
    sum3_2 += left3_0 * right2_0;
    let right3_0 = vec4<f32>(right[r + column3], right[r + column3 + 1u], right[r + column3 + 2u], right[r + column3 + 3u]);
    sum0_3 += left0_0 * right3_0;
    sum1_3 += left1_0 * right3_0;
    sum2_3 += left2_0 * right3_0;
    sum3_3 += left3_0 * right3_0;
  }
  for (var k = whole + part; k < block.depth; k += block.parts) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
    let left0 = left[l];
    let left1 = left[l + row1];
    let left2 = left[l + row2];
    let left3 = left[l + row3];
    let right0 = right[r];
    sum0_0.x += left0 * right0;
    sum1_0.x += left1 * right0;
    sum2_0.x += left2 * right0;
    sum3_0.x += left3 * right0;
    let right1 = right[r + column1];
    sum0_1.x += left0 * right1;
    sum1_1.x += left1 * right1;
    sum2_1.x += left2 * right1;
    sum3_1.x += left3 * right1;
    let right2 = right[r + column2];
    sum0_2.x += left0 * right2;
    sum1_2.x += left1 * right2;
    sum2_2.x += left2 * right2;
    sum3_2.x += left3 * right2;
    let right3 = right[r + column3];
    sum0_3.x += left0 * right3;
    sum1_3.x += left1 * right3;
    sum2_3.x += left2 * right3;
    sum3_3.x += left3 * right3;
  }

  let home = batch.z + part * block.cells;
  let across0 = home + acrossTo(column);
  storeFour(across0 + downTo(row + 3u), vec4<f32>(added(sum3_0), added(sum3_1), added(sum3_2), added(sum3_3)));
  storeFour(across0 + downTo(row + 2u), vec4<f32>(added(sum2_0), added(sum2_1), added(sum2_2), added(sum2_3)));
  storeFour(across0 + downTo(row + 1u), vec4<f32>(added(sum1_0), added(sum1_1), added(sum1_2), added(sum1_3)));
  storeFour(across0 + downTo(row), vec4<f32>(added(sum0_0), added(sum0_1), added(sum0_2), added(sum0_3)));
}
