// avg_pool2d: the mean of each window, and backward what each cell gets of the windows that cover it. The divisor is the
// size of the kernel, or without `counted` the number of cells that lie inside of the input.
// A thread owns a strip of columns of a plane in a run of lines, and its neighbours the strips beside it:
//   forward         four windows of each of `run` rows, whatever the kernel
//   backward        four cells of each of `run` lines, whatever the kernel: four lines at once ask the windows that cover any
//                   of them
//   forwardHalves   four windows of each row, where windows of 2 × 2 step by 2 without padding and all lines are whole quads
//   backwardHalves  eight cells of each pair of lines, for the same windows

struct Block {
  infinity: f32,
  height: u32,
  width: u32,
  rows: u32,
  columns: u32,
  kernelRows: u32,
  kernelColumns: u32,
  strideDown: u32,
  strideAcross: u32,
  paddingDown: u32,
  paddingAcross: u32,
  dilationDown: u32,
  dilationAcross: u32,
  strips: u32,
  runs: u32,
  run: u32,
  threads: u32,
  counted: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<vec4<f32>>;
// The same cell by cell, for the entries that read no quads.
@group(0) @binding(1) var<storage, read> givenCells: array<f32>;
// Forward: the output. Backward: the gradient of the input. Cell by cell, because cells of one quad may have two owners.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(2) var<storage, read_write> resultQuads: array<vec4<f32>>;

const width = 64u;
const four = vec4<u32>(0u, 1u, 2u, 3u);

// Where a thread stands: its strip, the first line of its run, its plane, and its own number.
fn standing(id: vec3<u32>, groups: vec3<u32>) -> vec4<u32> {
  let place = id.x + id.y * groups.x * width;
  let first = place / block.strips % block.runs * block.run;
  return vec4<u32>(place % block.strips, first, place / (block.strips * block.runs), place);
}

fn cellsOf(at: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(givenCells[at.x], givenCells[at.y], givenCells[at.z], givenCells[at.w]);
}

// Writes four cells side by side, as far as they are there.
fn store(at: u32, there: u32, cells: vec4<f32>) {
  result[at] = cells.x;
  if (there > 1u) { result[at + 1u] = cells.y; }
  if (there > 2u) { result[at + 2u] = cells.z; }
  if (there > 3u) { result[at + 3u] = cells.w; }
}

// The lines of a row of windows as far as they lie inside: the first, and the one after the last.
fn linesOf(row: u32) -> vec2<u32> {
  let first = row * block.strideDown;
  return vec2<u32>(max(first, block.paddingDown) - block.paddingDown, min(first + block.kernelRows - block.paddingDown, block.height));
}

// The same for the cells of a line, of four windows at once.
fn firstOf(columns: vec4<u32>) -> vec4<u32> {
  return max(columns * block.strideAcross, vec4<u32>(block.paddingAcross)) - block.paddingAcross;
}
fn endOf(columns: vec4<u32>) -> vec4<u32> {
  return min(columns * block.strideAcross + block.kernelColumns - block.paddingAcross, vec4<u32>(block.width));
}

fn divisor(lines: vec2<u32>, cells: vec4<u32>) -> vec4<f32> {
  let inside = (lines.y - lines.x) * cells;
  return vec4<f32>(select(inside, vec4<u32>(block.kernelRows * block.kernelColumns), block.counted == 1u));
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let column = at.x * 4u;
  // Beyond the last window there are none; they read what the last one reads, and are not written.
  let columns = min(column + four, vec4<u32>(block.columns - 1u));
  let first = firstOf(columns);
  let cells = endOf(columns) - first;
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let lines = linesOf(row);
    var sums = vec4<f32>();
    for (var y = lines.x; y < lines.y; y++) {
      let start = (at.z * block.height + y) * block.width + first;
      for (var j = 0u; j < block.kernelColumns; j++) {
        let inside = vec4<u32>(j) < cells;
        sums += select(vec4<f32>(), cellsOf(start + min(vec4<u32>(j), cells - 1u)), inside);
      }
    }
    store((at.z * block.rows + row) * block.columns + column, block.columns - column, sums / divisor(lines, cells));
  }
}

@compute @workgroup_size(width)
fn forwardHalves(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let upper = ((at.z * block.height + row * 2u) * block.width + at.x * 8u) >> 2u;
    let lower = upper + (block.width >> 2u);
    let left = given[upper] + given[lower];
    let right = given[upper + 1u] + given[lower + 1u];
    let sums = vec4<f32>(left.xz, right.xz) + vec4<f32>(left.yw, right.yw);
    resultQuads[((at.z * block.rows + row) * block.columns + at.x * 4u) >> 2u] = sums * 0.25;
  }
}

// The first of `count` windows that cover a cell and the one after the last, by the cell's place in the padded input.
fn coverage(place: u32, kernel: u32, stride: u32, count: u32) -> vec2<u32> {
  let first = select(0u, (place - kernel) / stride + 1u, place >= kernel);
  return vec2<u32>(first, min(place / stride + 1u, count));
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let x = at.x * 4u;
  let first = coverage(x + block.paddingAcross, block.kernelColumns, block.strideAcross, block.columns).x;
  let end = coverage(x + 3u + block.paddingAcross, block.kernelColumns, block.strideAcross, block.columns).y;
  for (var y = at.y; y < min(at.y + block.run, block.height); y += 4u) {
    let top = coverage(y + block.paddingDown, block.kernelRows, block.strideDown, block.rows).x;
    let bottom = coverage(y + 3u + block.paddingDown, block.kernelRows, block.strideDown, block.rows).y;
    var sums0 = vec4<f32>();
    var sums1 = vec4<f32>();
    var sums2 = vec4<f32>();
    var sums3 = vec4<f32>();
    for (var row = top; row < bottom; row++) {
      let line = (at.z * block.rows + row) * block.columns;
      let lines = linesOf(row);
      let covers = y + four - lines.x < vec4<u32>(lines.y - lines.x);
      for (var column = first; column < end; column++) {
        let start = firstOf(vec4<u32>(column));
        let cells = endOf(vec4<u32>(column)) - start;
        let each = vec4<f32>(givenCells[line + column]) / divisor(lines, cells);
        let share = select(vec4<f32>(), each, x + four - start < cells);
        sums0 += select(vec4<f32>(), share, covers.x);
        sums1 += select(vec4<f32>(), share, covers.y);
        sums2 += select(vec4<f32>(), share, covers.z);
        sums3 += select(vec4<f32>(), share, covers.w);
      }
    }
    let to = (at.z * block.height + y) * block.width + x;
    let there = block.width - x;
    store(to, there, sums0);
    if (y + 1u < block.height) { store(to + block.width, there, sums1); }
    if (y + 2u < block.height) { store(to + 2u * block.width, there, sums2); }
    if (y + 3u < block.height) { store(to + 3u * block.width, there, sums3); }
  }
}

@compute @workgroup_size(width)
fn backwardHalves(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let share = given[((at.z * block.rows + row) * block.columns + at.x * 4u) >> 2u] * 0.25;
    let upper = ((at.z * block.height + row * 2u) * block.width + at.x * 8u) >> 2u;
    let lower = upper + (block.width >> 2u);
    resultQuads[upper] = share.xxyy;
    resultQuads[upper + 1u] = share.zzww;
    resultQuads[lower] = share.xxyy;
    resultQuads[lower + 1u] = share.zzww;
  }
}
