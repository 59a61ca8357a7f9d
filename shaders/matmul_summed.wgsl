// Written by generate/matmul.mjs. A batched product of strided matrices:
// result(i, j) = Σ over k, and over the summed batches, of left(i, k) · right(k, j).
// The strides turn one kernel into the product and both of its gradients: dA = dC · Bᵀ and dB = Aᵀ · dC.
//
// Each thread owns 8 × 16 cells held in registers: 128 multiply-adds share 24 loads. 16 threads stand `across`
// by 16 / across, which fits thin results too. Beyond the last row or column whatever lies there is read, and not stored:
// the inner loop has no test. Where there are few cells and long sums, `parts` threads share a cell, and `total.wgsl` adds
// up what they left in the scratch buffer.
// This one also sums over batches.

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

// How far a summed batch lies from the beginning of its batch in left and right.
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

const width = 16u;

@compute @workgroup_size(width)
fn summedProduct(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.x + group.y * groups.x;
  let line = tile / block.tilesAcross;
  let rest = line / block.tilesDown;
  let part = rest / block.batches;
  let batch = batchOf(rest - part * block.batches);
  // Divisions are slow: across is a power of two.
  let shift = firstTrailingBit(block.across);
  let row = (((line - rest * block.tilesDown) << (4u - shift)) + (lane >> shift)) * 8u;
  let column = (((tile - line * block.tilesAcross) << shift) + (lane & (block.across - 1u))) * 16u;
  if (part >= block.parts || row >= block.rows || column >= block.columns) { return; }

  let row1 = block.leftRow;
  let row2 = 2u * block.leftRow;
  let row3 = 3u * block.leftRow;
  let row4 = 4u * block.leftRow;
  let row5 = 5u * block.leftRow;
  let row6 = 6u * block.leftRow;
  let row7 = 7u * block.leftRow;
  let column1 = block.rightColumn;
  let column2 = 2u * block.rightColumn;
  let column3 = 3u * block.rightColumn;
  let column4 = 4u * block.rightColumn;
  let column5 = 5u * block.rightColumn;
  let column6 = 6u * block.rightColumn;
  let column7 = 7u * block.rightColumn;
  let column8 = 8u * block.rightColumn;
  let column9 = 9u * block.rightColumn;
  let column10 = 10u * block.rightColumn;
  let column11 = 11u * block.rightColumn;
  let column12 = 12u * block.rightColumn;
  let column13 = 13u * block.rightColumn;
  let column14 = 14u * block.rightColumn;
  let column15 = 15u * block.rightColumn;
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
  var sum4_0 = vec4<f32>();
  var sum4_1 = vec4<f32>();
  var sum4_2 = vec4<f32>();
  var sum4_3 = vec4<f32>();
  var sum5_0 = vec4<f32>();
  var sum5_1 = vec4<f32>();
  var sum5_2 = vec4<f32>();
  var sum5_3 = vec4<f32>();
  var sum6_0 = vec4<f32>();
  var sum6_1 = vec4<f32>();
  var sum6_2 = vec4<f32>();
  var sum6_3 = vec4<f32>();
  var sum7_0 = vec4<f32>();
  var sum7_1 = vec4<f32>();
  var sum7_2 = vec4<f32>();
  var sum7_3 = vec4<f32>();
  var place = part * block.chunk;
  let end = min(place + block.chunk, block.depth * block.summed);
  while (place < end) {
    let first = place % block.depth;
    let last = min(block.depth, first + end - place);
    let shift = summedOf(place / block.depth);
    var l = batch.x + shift.x + row * block.leftRow + first * block.leftDepth;
    var r = batch.y + shift.y + column * block.rightColumn + first * block.rightDepth;
    // Two steps a turn; an odd one comes first.
    let odd = (last - first) & 1u;
    {
      let right0 = select(vec4<f32>(), vec4<f32>(right[r], right[r + column1], right[r + column2], right[r + column3]), odd == 1u);
      let right1 = select(vec4<f32>(), vec4<f32>(right[r + column4], right[r + column5], right[r + column6], right[r + column7]), odd == 1u);
      let right2 = select(vec4<f32>(), vec4<f32>(right[r + column8], right[r + column9], right[r + column10], right[r + column11]), odd == 1u);
      let right3 = select(vec4<f32>(), vec4<f32>(right[r + column12], right[r + column13], right[r + column14], right[r + column15]), odd == 1u);
      let left0 = select(0.0, left[l], odd == 1u);
      sum0_0 += left0 * right0;
      sum0_1 += left0 * right1;
      sum0_2 += left0 * right2;
      sum0_3 += left0 * right3;
      let left1 = select(0.0, left[l + row1], odd == 1u);
      sum1_0 += left1 * right0;
      sum1_1 += left1 * right1;
      sum1_2 += left1 * right2;
      sum1_3 += left1 * right3;
      let left2 = select(0.0, left[l + row2], odd == 1u);
      sum2_0 += left2 * right0;
      sum2_1 += left2 * right1;
      sum2_2 += left2 * right2;
      sum2_3 += left2 * right3;
      let left3 = select(0.0, left[l + row3], odd == 1u);
      sum3_0 += left3 * right0;
      sum3_1 += left3 * right1;
      sum3_2 += left3 * right2;
      sum3_3 += left3 * right3;
      let left4 = select(0.0, left[l + row4], odd == 1u);
      sum4_0 += left4 * right0;
      sum4_1 += left4 * right1;
      sum4_2 += left4 * right2;
      sum4_3 += left4 * right3;
      let left5 = select(0.0, left[l + row5], odd == 1u);
      sum5_0 += left5 * right0;
      sum5_1 += left5 * right1;
      sum5_2 += left5 * right2;
      sum5_3 += left5 * right3;
      let left6 = select(0.0, left[l + row6], odd == 1u);
      sum6_0 += left6 * right0;
      sum6_1 += left6 * right1;
      sum6_2 += left6 * right2;
      sum6_3 += left6 * right3;
      let left7 = select(0.0, left[l + row7], odd == 1u);
      sum7_0 += left7 * right0;
      sum7_1 += left7 * right1;
      sum7_2 += left7 * right2;
      sum7_3 += left7 * right3;
    }
    l += odd * block.leftDepth;
    r += odd * block.rightDepth;
    var k = first + odd;
    for (; k < last; k += 2u) {
      {
        let right0 = vec4<f32>(right[r], right[r + column1], right[r + column2], right[r + column3]);
        let right1 = vec4<f32>(right[r + column4], right[r + column5], right[r + column6], right[r + column7]);
        let right2 = vec4<f32>(right[r + column8], right[r + column9], right[r + column10], right[r + column11]);
        let right3 = vec4<f32>(right[r + column12], right[r + column13], right[r + column14], right[r + column15]);
        let left0 = left[l];
        sum0_0 += left0 * right0;
        sum0_1 += left0 * right1;
        sum0_2 += left0 * right2;
        sum0_3 += left0 * right3;
        let left1 = left[l + row1];
        sum1_0 += left1 * right0;
        sum1_1 += left1 * right1;
        sum1_2 += left1 * right2;
        sum1_3 += left1 * right3;
        let left2 = left[l + row2];
        sum2_0 += left2 * right0;
        sum2_1 += left2 * right1;
        sum2_2 += left2 * right2;
        sum2_3 += left2 * right3;
        let left3 = left[l + row3];
        sum3_0 += left3 * right0;
        sum3_1 += left3 * right1;
        sum3_2 += left3 * right2;
        sum3_3 += left3 * right3;
        let left4 = left[l + row4];
        sum4_0 += left4 * right0;
        sum4_1 += left4 * right1;
        sum4_2 += left4 * right2;
        sum4_3 += left4 * right3;
        let left5 = left[l + row5];
        sum5_0 += left5 * right0;
        sum5_1 += left5 * right1;
        sum5_2 += left5 * right2;
        sum5_3 += left5 * right3;
        let left6 = left[l + row6];
        sum6_0 += left6 * right0;
        sum6_1 += left6 * right1;
        sum6_2 += left6 * right2;
        sum6_3 += left6 * right3;
        let left7 = left[l + row7];
        sum7_0 += left7 * right0;
        sum7_1 += left7 * right1;
        sum7_2 += left7 * right2;
        sum7_3 += left7 * right3;
        l += block.leftDepth;
        r += block.rightDepth;
      }
      {
        let right0 = vec4<f32>(right[r], right[r + column1], right[r + column2], right[r + column3]);
        let right1 = vec4<f32>(right[r + column4], right[r + column5], right[r + column6], right[r + column7]);
        let right2 = vec4<f32>(right[r + column8], right[r + column9], right[r + column10], right[r + column11]);
        let right3 = vec4<f32>(right[r + column12], right[r + column13], right[r + column14], right[r + column15]);
        let left0 = left[l];
        sum0_0 += left0 * right0;
        sum0_1 += left0 * right1;
        sum0_2 += left0 * right2;
        sum0_3 += left0 * right3;
        let left1 = left[l + row1];
        sum1_0 += left1 * right0;
        sum1_1 += left1 * right1;
        sum1_2 += left1 * right2;
        sum1_3 += left1 * right3;
        let left2 = left[l + row2];
        sum2_0 += left2 * right0;
        sum2_1 += left2 * right1;
        sum2_2 += left2 * right2;
        sum2_3 += left2 * right3;
        let left3 = left[l + row3];
        sum3_0 += left3 * right0;
        sum3_1 += left3 * right1;
        sum3_2 += left3 * right2;
        sum3_3 += left3 * right3;
        let left4 = left[l + row4];
        sum4_0 += left4 * right0;
        sum4_1 += left4 * right1;
        sum4_2 += left4 * right2;
        sum4_3 += left4 * right3;
        let left5 = left[l + row5];
        sum5_0 += left5 * right0;
        sum5_1 += left5 * right1;
        sum5_2 += left5 * right2;
        sum5_3 += left5 * right3;
        let left6 = left[l + row6];
        sum6_0 += left6 * right0;
        sum6_1 += left6 * right1;
        sum6_2 += left6 * right2;
        sum6_3 += left6 * right3;
        let left7 = left[l + row7];
        sum7_0 += left7 * right0;
        sum7_1 += left7 * right1;
        sum7_2 += left7 * right2;
        sum7_3 += left7 * right3;
        l += block.leftDepth;
        r += block.rightDepth;
      }
    }
    place += last - first;
  }

  let home = batch.z + part * block.cells;
  let across0 = home + acrossTo(column);
  let across1 = home + acrossTo(column + 4u);
  let across2 = home + acrossTo(column + 8u);
  let across3 = home + acrossTo(column + 12u);
  storeFour(across3 + downTo(row + 7u), sum7_3);
  storeFour(across2 + downTo(row + 7u), sum7_2);
  storeFour(across1 + downTo(row + 7u), sum7_1);
  storeFour(across0 + downTo(row + 7u), sum7_0);
  storeFour(across3 + downTo(row + 6u), sum6_3);
  storeFour(across2 + downTo(row + 6u), sum6_2);
  storeFour(across1 + downTo(row + 6u), sum6_1);
  storeFour(across0 + downTo(row + 6u), sum6_0);
  storeFour(across3 + downTo(row + 5u), sum5_3);
  storeFour(across2 + downTo(row + 5u), sum5_2);
  storeFour(across1 + downTo(row + 5u), sum5_1);
  storeFour(across0 + downTo(row + 5u), sum5_0);
  storeFour(across3 + downTo(row + 4u), sum4_3);
  storeFour(across2 + downTo(row + 4u), sum4_2);
  storeFour(across1 + downTo(row + 4u), sum4_1);
  storeFour(across0 + downTo(row + 4u), sum4_0);
  storeFour(across3 + downTo(row + 3u), sum3_3);
  storeFour(across2 + downTo(row + 3u), sum3_2);
  storeFour(across1 + downTo(row + 3u), sum3_1);
  storeFour(across0 + downTo(row + 3u), sum3_0);
  storeFour(across3 + downTo(row + 2u), sum2_3);
  storeFour(across2 + downTo(row + 2u), sum2_2);
  storeFour(across1 + downTo(row + 2u), sum2_1);
  storeFour(across0 + downTo(row + 2u), sum2_0);
  storeFour(across3 + downTo(row + 1u), sum1_3);
  storeFour(across2 + downTo(row + 1u), sum1_2);
  storeFour(across1 + downTo(row + 1u), sum1_1);
  storeFour(across0 + downTo(row + 1u), sum1_0);
  storeFour(across3 + downTo(row), sum0_3);
  storeFour(across2 + downTo(row), sum0_2);
  storeFour(across1 + downTo(row), sum0_1);
  storeFour(across0 + downTo(row), sum0_0);
}
