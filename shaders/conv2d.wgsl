// conv2d: output(n, o, row, column) = bias(o) + Σ over the channels c of o's group and the taps (i, j) of
//   input(n, c, row · stride − padding + i · dilation, column · stride − padding + j · dilation) · weight(o, c, i, j),
// with 0 for what lies in the padding; and the gradients of the input and of the weight. Each gathers: a thread owns the
// cells that it writes. This serves any shape; the other files of this name are faster where they fit.
//
// A thread holds 8 × 4 cells in registers: eight channels by four columns that lie `across` apart, so that neighbouring
// threads load neighbouring cells. Channels and columns beyond the edge load the last one and are not stored.

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
  batches: u32,
  groups: u32,
  channels: u32,
  outputs: u32,
  across: u32,
  tiles: u32,
  threads: u32,
  parts: u32,
  chunk: u32,
  biased: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward and for the weight: the input. For the input: the upstream gradient.
@group(0) @binding(1) var<storage, read> image: array<f32>;
// Forward and for the input: the weight. For the weight: the upstream gradient.
@group(0) @binding(2) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;

@group(0) @binding(4) var<storage, read_write> parts: array<f32>;

const width = 64u;
const ahead = vec4<u32>(0u, 1u, 2u, 3u);

fn store(start: u32, columns: vec4<u32>, end: u32, cells: vec4<f32>) {
  if (columns.x < end) { result[start + columns.x] = cells.x; }
  if (columns.y < end) { result[start + columns.y] = cells.y; }
  if (columns.z < end) { result[start + columns.z] = cells.z; }
  if (columns.w < end) { result[start + columns.w] = cells.w; }
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var rest = id.x + id.y * groups.x * width;
  if (rest >= block.threads) { return; }
  let columns = rest % block.across + ahead * block.across;
  rest /= block.across;
  let row = rest % block.rows;
  rest /= block.rows;
  let first = (rest % block.tiles) * 8u;
  rest /= block.tiles;
  let member = rest % block.groups;
  let batch = rest / block.groups;

  let taps = block.channels * block.kernelRows * block.kernelColumns;
  let last = vec4<u32>(block.outputs - 1u);
  let start = member * block.outputs;
  let upper = (start + min(first + ahead, last)) * taps;
  let lower = (start + min(first + 4u + ahead, last)) * taps;
  // What lies before the first column is a huge number once the sign is gone, and so beyond the width as well.
  let left = columns * block.strideAcross - block.paddingAcross;
  let top = row * block.strideDown - block.paddingDown;
  let area = block.height * block.width;
  let source = (batch * block.groups + member) * block.channels * area;

  var sums0 = vec4<f32>(0.0);
  var sums1 = vec4<f32>(0.0);
  var sums2 = vec4<f32>(0.0);
  var sums3 = vec4<f32>(0.0);
  var sums4 = vec4<f32>(0.0);
  var sums5 = vec4<f32>(0.0);
  var sums6 = vec4<f32>(0.0);
  var sums7 = vec4<f32>(0.0);
  // The loop over the channels is the innermost: it is the long one.
  for (var i = 0u; i < block.kernelRows; i++) {
    let y = top + i * block.dilationDown;
    let line = source + min(y, block.height - 1u) * block.width;
    for (var j = 0u; j < block.kernelColumns; j++) {
      let x = left + j * block.dilationAcross;
      let inside = (x < vec4<u32>(block.width)) & vec4<bool>(y < block.height);
      var at = line + min(x, vec4<u32>(block.width - 1u));
      var tap = i * block.kernelColumns + j;
      for (var channel = 0u; channel < block.channels; channel++) {
        let read = vec4<f32>(image[at.x], image[at.y], image[at.z], image[at.w]);
        let cells = select(vec4<f32>(0.0), read, inside);
        let u = upper + tap;
        let l = lower + tap;
        sums0 += other[u.x] * cells;
        sums1 += other[u.y] * cells;
        sums2 += other[u.z] * cells;
        sums3 += other[u.w] * cells;
        sums4 += other[l.x] * cells;
        sums5 += other[l.y] * cells;
        sums6 += other[l.z] * cells;
        sums7 += other[l.w] * cells;
        at += vec4<u32>(area);
        tap += block.kernelRows * block.kernelColumns;
      }
    }
  }
  if (block.biased == 1u) {
    let u = start + min(first + ahead, last);
    let l = start + min(first + 4u + ahead, last);
    sums0 += bias[u.x];
    sums1 += bias[u.y];
    sums2 += bias[u.z];
    sums3 += bias[u.w];
    sums4 += bias[l.x];
    sums5 += bias[l.y];
    sums6 += bias[l.z];
    sums7 += bias[l.w];
  }
  let plane = block.rows * block.columns;
  let place = ((batch * block.groups + member) * block.outputs + first) * plane + row * block.columns;
  let count = block.outputs - first;
  store(place, columns, block.columns, sums0);
  if (count > 1u) { store(place + plane, columns, block.columns, sums1); }
  if (count > 2u) { store(place + 2u * plane, columns, block.columns, sums2); }
  if (count > 3u) { store(place + 3u * plane, columns, block.columns, sums3); }
  if (count > 4u) { store(place + 4u * plane, columns, block.columns, sums4); }
  if (count > 5u) { store(place + 5u * plane, columns, block.columns, sums5); }
  if (count > 6u) { store(place + 6u * plane, columns, block.columns, sums6); }
  if (count > 7u) { store(place + 7u * plane, columns, block.columns, sums7); }
}

// The cells of the input that lie at `phase` of the stride along the columns, four of them, `across` strides apart: the
// same columns of the kernel reach them, from windows that lie side by side.
@compute @workgroup_size(width)
fn input(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var rest = id.x + id.y * groups.x * width;
  if (rest >= block.threads) { return; }
  let steps = rest % block.across + ahead * block.across;
  rest /= block.across;
  let phases = min(block.strideAcross, block.width);
  let phase = rest % phases;
  rest /= phases;
  let y = rest % block.height;
  rest /= block.height;
  let first = (rest % block.tiles) * 8u;
  rest /= block.tiles;
  let member = rest % block.groups;
  let batch = rest / block.groups;

  let kernel = block.kernelRows * block.kernelColumns;
  let taps = block.channels * kernel;
  let last = vec4<u32>(block.channels - 1u);
  let upper = member * block.outputs * taps + min(first + ahead, last) * kernel;
  let lower = member * block.outputs * taps + min(first + 4u + ahead, last) * kernel;
  let plane = block.rows * block.columns;
  let source = (batch * block.groups + member) * block.outputs * plane;
  let down = y + block.paddingDown;
  let over = phase + block.paddingAcross;

  var sums0 = vec4<f32>(0.0);
  var sums1 = vec4<f32>(0.0);
  var sums2 = vec4<f32>(0.0);
  var sums3 = vec4<f32>(0.0);
  var sums4 = vec4<f32>(0.0);
  var sums5 = vec4<f32>(0.0);
  var sums6 = vec4<f32>(0.0);
  var sums7 = vec4<f32>(0.0);
  for (var i = 0u; i < block.kernelRows; i++) {
    let back = i * block.dilationDown;
    let row = (down - back) / block.strideDown;
    // A window stands there, and this row of its kernel reaches y.
    if ((back > down) | (row >= block.rows) | (row * block.strideDown + back != down)) { continue; }
    for (var j = 0u; j < block.kernelColumns; j++) {
      let before = i32(over) - i32(j * block.dilationAcross);
      if (before % i32(block.strideAcross) != 0) { continue; }
      // A window before the first is a huge number once the sign is gone.
      let column = bitcast<u32>(before / i32(block.strideAcross)) + steps;
      let inside = column < vec4<u32>(block.columns);
      let near = min(column, vec4<u32>(block.columns - 1u));
      var at = source + row * block.columns;
      var tap = i * block.kernelColumns + j;
      for (var output = 0u; output < block.outputs; output++) {
        let cells = vec4<f32>(image[at + near.x], image[at + near.y], image[at + near.z], image[at + near.w]);
        let u = upper + tap;
        let l = lower + tap;
        // The product is left out rather than a factor replaced by 0: no window is there, and 0 times infinity is NaN.
        sums0 += select(vec4<f32>(0.0), other[u.x] * cells, inside);
        sums1 += select(vec4<f32>(0.0), other[u.y] * cells, inside);
        sums2 += select(vec4<f32>(0.0), other[u.z] * cells, inside);
        sums3 += select(vec4<f32>(0.0), other[u.w] * cells, inside);
        sums4 += select(vec4<f32>(0.0), other[l.x] * cells, inside);
        sums5 += select(vec4<f32>(0.0), other[l.y] * cells, inside);
        sums6 += select(vec4<f32>(0.0), other[l.z] * cells, inside);
        sums7 += select(vec4<f32>(0.0), other[l.w] * cells, inside);
        at += plane;
        tap += taps;
      }
    }
  }
  let columns = phase + steps * block.strideAcross;
  let area = block.height * block.width;
  let place = ((batch * block.groups + member) * block.channels + first) * area + y * block.width;
  let count = block.channels - first;
  store(place, columns, block.width, sums0);
  if (count > 1u) { store(place + area, columns, block.width, sums1); }
  if (count > 2u) { store(place + 2u * area, columns, block.width, sums2); }
  if (count > 3u) { store(place + 3u * area, columns, block.width, sums3); }
  if (count > 4u) { store(place + 4u * area, columns, block.width, sums4); }
  if (count > 5u) { store(place + 5u * area, columns, block.width, sums5); }
  if (count > 6u) { store(place + 6u * area, columns, block.width, sums6); }
  if (count > 7u) { store(place + 7u * area, columns, block.width, sums7); }
}

fn deliver(at: u32, part: u32, value: f32) {
  if (block.parts == 1u) {
    result[at] = value;
  } else {
    let cells = block.groups * block.outputs * block.channels * block.kernelRows * block.kernelColumns;
    parts[part * cells + at] = value;
  }
}

fn deliverRow(start: u32, taps: vec4<u32>, end: u32, part: u32, sums: vec4<f32>) {
  if (taps.x < end) { deliver(start + taps.x, part, sums.x); }
  if (taps.y < end) { deliver(start + taps.y, part, sums.y); }
  if (taps.z < end) { deliver(start + taps.z, part, sums.z); }
  if (taps.w < end) { deliver(start + taps.w, part, sums.w); }
}

// Eight channels out by four taps, each tap a channel in with a row and a column of the kernel. The long sum runs over
// the windows of all batches; `parts` threads share it.
@compute @workgroup_size(width)
fn weight(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var rest = id.x + id.y * groups.x * width;
  if (rest >= block.threads) { return; }
  let taps = rest % block.across + ahead * block.across;
  rest /= block.across;
  let first = (rest % block.tiles) * 8u;
  rest /= block.tiles;
  let member = rest % block.groups;
  let part = rest / block.groups;

  let kernel = block.kernelRows * block.kernelColumns;
  let count = block.channels * kernel;
  let tap = min(taps, vec4<u32>(count - 1u));
  let top = (tap % kernel) / block.kernelColumns * block.dilationDown - block.paddingDown;
  let left = tap % block.kernelColumns * block.dilationAcross - block.paddingAcross;
  let area = block.height * block.width;
  let plane = block.rows * block.columns;
  let last = vec4<u32>(block.outputs - 1u);
  let upper = min(first + ahead, last) * plane;
  let lower = min(first + 4u + ahead, last) * plane;

  var place = part * block.chunk;
  let end = min(place + block.chunk, block.batches * plane);
  var column = place % block.columns;
  var row = place / block.columns % block.rows;
  var batch = place / plane;

  var sums0 = vec4<f32>(0.0);
  var sums1 = vec4<f32>(0.0);
  var sums2 = vec4<f32>(0.0);
  var sums3 = vec4<f32>(0.0);
  var sums4 = vec4<f32>(0.0);
  var sums5 = vec4<f32>(0.0);
  var sums6 = vec4<f32>(0.0);
  var sums7 = vec4<f32>(0.0);
  while (place < end) {
    let y = top + row * block.strideDown;
    let reached = batch * block.groups + member;
    let line = (reached * block.channels + tap / kernel) * area + min(y, vec4<u32>(block.height - 1u)) * block.width;
    let rowInside = y < vec4<u32>(block.height);
    let windows = reached * block.outputs * plane + row * block.columns;
    let lastColumn = min(block.columns, column + end - place);
    for (var window = column; window < lastColumn; window++) {
      let x = left + window * block.strideAcross;
      let at = line + min(x, vec4<u32>(block.width - 1u));
      let inside = (x < vec4<u32>(block.width)) & rowInside;
      let read = vec4<f32>(image[at.x], image[at.y], image[at.z], image[at.w]);
      let cells = select(vec4<f32>(0.0), read, inside);
      let u = upper + windows + window;
      let l = lower + windows + window;
      sums0 += other[u.x] * cells;
      sums1 += other[u.y] * cells;
      sums2 += other[u.z] * cells;
      sums3 += other[u.w] * cells;
      sums4 += other[l.x] * cells;
      sums5 += other[l.y] * cells;
      sums6 += other[l.z] * cells;
      sums7 += other[l.w] * cells;
    }
    place += lastColumn - column;
    column = 0u;
    row++;
    if (row == block.rows) {
      row = 0u;
      batch++;
    }
  }
  let start = (member * block.outputs + first) * count;
  let channels = block.outputs - first;
  deliverRow(start, taps, count, part, sums0);
  if (channels > 1u) { deliverRow(start + count, taps, count, part, sums1); }
  if (channels > 2u) { deliverRow(start + 2u * count, taps, count, part, sums2); }
  if (channels > 3u) { deliverRow(start + 3u * count, taps, count, part, sums3); }
  if (channels > 4u) { deliverRow(start + 4u * count, taps, count, part, sums4); }
  if (channels > 5u) { deliverRow(start + 5u * count, taps, count, part, sums5); }
  if (channels > 6u) { deliverRow(start + 6u * count, taps, count, part, sums6); }
  if (channels > 7u) { deliverRow(start + 7u * count, taps, count, part, sums7); }
}
