// Convolution and the gradient of its input where a group has few channels to write, as in a depthwise convolution. The
// image is read as `conv2d_lay.wgsl` lays it: neighbouring results along a row read neighbouring cells.
//
// A thread holds 8 × 8 cells of one channel in registers: eight rows, which lie one stride apart, by eight neighbouring
// columns. It loads three vec4 of each row for up to four taps. Cells beyond the edge are computed and not stored.

// Chunks of taps come in one or two lengths per shape; the loops over both are compiled for their length.
override most: u32;
override rest: u32;

struct Block {
  infinity: f32,
  rows: u32,
  columns: u32,
  kernelRows: u32,
  kernelColumns: u32,
  strideDown: u32,
  strideAcross: u32,
  paddingDown: u32,
  paddingAcross: u32,
  dilationDown: u32,
  // Kernel rows that reach the same row of the input lie this far apart.
  rowStep: u32,
  groups: u32,
  // Channels of a group that are summed, and that are written.
  terms: u32,
  results: u32,
  // The laid planes: rows, vec4 per row and per phase of a row, and how many columns of 0 come before the first.
  tall: u32,
  pitch: u32,
  quads: u32,
  before: u32,
  // The phases of the kernel's columns, and those of the image's where the kernel is dilated: then the stride is 1.
  phases: u32,
  spacing: u32,
  chunks: u32,
  across: u32,
  tiles: u32,
  threads: u32,
  biased: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> image: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;

const width = 64u;

// Row n of the tile: its columns 0 to 3 in sums[2n], its columns 4 to 7 in sums[2n + 1].
alias Sums = array<vec4<f32>, 16>;

// Where a chunk of taps begins, and how it goes on: over all channels, then to the next row of the kernel.
struct Walk {
  // The vec4 of the tile's first column in the first plane, and the laid row of its first row.
  image: u32,
  row: u32,
  // How far apart the laid rows of the tile's rows lie, and those that neighbouring rows of the kernel read.
  rowStep: u32,
  kernelRowStep: u32,
  kernelRows: u32,
  weight: u32,
  // From tap to tap, from channel to channel, and from the last channel of one row of the kernel to the first of the
  // next.
  tapStep: u32,
  termStep: u32,
  weightJump: u32,
}

fn addRow(sums: ptr<function, Sums>, n: u32, plane: u32, row: u32, given: vec4<f32>, taps: u32) {
  // Both factors are 0 where the row is not there: 0 times infinity is NaN.
  let inside = vec4<bool>(row < block.tall);
  let none = vec4<f32>(0.0);
  let tap = select(none, given, inside);
  let at = plane + min(row, block.tall - 1u) * block.pitch;
  let a = select(none, image[at], inside);
  let b = select(none, image[at + 1u], inside);
  (*sums)[2u * n] += tap.x * a;
  (*sums)[2u * n + 1u] += tap.x * b;
  if (taps > 1u) {
    let c = select(none, image[at + 2u], inside);
    (*sums)[2u * n] += tap.y * vec4<f32>(a.yzw, b.x);
    (*sums)[2u * n + 1u] += tap.y * vec4<f32>(b.yzw, c.x);
    if (taps > 2u) {
      (*sums)[2u * n] += tap.z * vec4<f32>(a.zw, b.xy);
      (*sums)[2u * n + 1u] += tap.z * vec4<f32>(b.zw, c.xy);
    }
    if (taps > 3u) {
      (*sums)[2u * n] += tap.w * vec4<f32>(a.w, b.xyz);
      (*sums)[2u * n + 1u] += tap.w * vec4<f32>(b.w, c.xyz);
    }
  }
}

fn tapsAt(at: u32, step: u32, taps: u32) -> vec4<f32> {
  var found = vec4<f32>(weights[at], 0.0, 0.0, 0.0);
  if (taps > 1u) { found.y = weights[at + step]; }
  if (taps > 2u) { found.z = weights[at + 2u * step]; }
  if (taps > 3u) { found.w = weights[at + 3u * step]; }
  return found;
}

// Adds up a chunk of taps over all channels and rows of the kernel. `taps` is a constant wherever this is called.
fn addChunk(sums: ptr<function, Sums>, walk: Walk, taps: u32) {
  var plane = walk.image;
  var row = walk.row;
  var weight = walk.weight;
  var term = 0u;
  let planeStep = block.tall * block.pitch;
  for (var left = walk.kernelRows * block.terms; left > 0u; left--) {
    let tap = tapsAt(weight, walk.tapStep, taps);
    addRow(sums, 0u, plane, row + 0u * walk.rowStep, tap, taps);
    addRow(sums, 1u, plane, row + 1u * walk.rowStep, tap, taps);
    addRow(sums, 2u, plane, row + 2u * walk.rowStep, tap, taps);
    addRow(sums, 3u, plane, row + 3u * walk.rowStep, tap, taps);
    addRow(sums, 4u, plane, row + 4u * walk.rowStep, tap, taps);
    addRow(sums, 5u, plane, row + 5u * walk.rowStep, tap, taps);
    addRow(sums, 6u, plane, row + 6u * walk.rowStep, tap, taps);
    addRow(sums, 7u, plane, row + 7u * walk.rowStep, tap, taps);
    term++;
    let wraps = term == block.terms;
    term = select(term, 0u, wraps);
    plane = select(plane + planeStep, walk.image, wraps);
    row += select(0u, walk.kernelRowStep, wraps);
    weight += select(walk.termStep, walk.weightJump, wraps);
  }
}

// Adds up all taps of a phase; `first` tells of its first chunk.
fn addPhase(sums: ptr<function, Sums>, first: Walk, taps: u32) {
  var walk = first;
  for (var tap = 0u; tap < taps; tap += 4u) {
    if (min(taps - tap, 4u) == most) {
      addChunk(sums, walk, most);
    } else if (rest > 0u) {
      addChunk(sums, walk, rest);
    }
    walk.image++;
    walk.weight += 4u * walk.tapStep;
  }
}

// Column k of a row lies at place + k · step; there are `count` of them.
fn store(place: u32, step: u32, k: u32, count: u32, left: vec4<f32>, right: vec4<f32>) {
  if (k + 0u < count) { result[place + (k + 0u) * step] = left.x; }
  if (k + 1u < count) { result[place + (k + 1u) * step] = left.y; }
  if (k + 2u < count) { result[place + (k + 2u) * step] = left.z; }
  if (k + 3u < count) { result[place + (k + 3u) * step] = left.w; }
  if (k + 4u < count) { result[place + (k + 4u) * step] = right.x; }
  if (k + 5u < count) { result[place + (k + 5u) * step] = right.y; }
  if (k + 6u < count) { result[place + (k + 6u) * step] = right.z; }
  if (k + 7u < count) { result[place + (k + 7u) * step] = right.w; }
}

// Stores the rows of a tile that are there. The copy is indexed by a variable, so that `sums` need not be.
fn storeAll(sums: ptr<function, Sums>, place: u32, step: u32, k: u32, count: u32, rows: u32, rowStep: u32) {
  let copy = *sums;
  for (var n = 0u; n < min(rows, 8u); n++) {
    store(place + n * rowStep * block.columns, step, k, count, copy[2u * n], copy[2u * n + 1u]);
  }
}

// The taps of a phase of the kernel's columns; none where the stride is wider than the kernel.
fn tapsOf(phase: u32) -> u32 {
  if (phase >= block.kernelColumns) { return 0u; }
  return (block.kernelColumns - phase + block.strideAcross - 1u) / block.strideAcross;
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var other = id.x + id.y * groups.x * width;
  if (other >= block.threads) { return; }
  let column = other % block.across * 8u;
  other /= block.across;
  let x = other % min(block.spacing, block.columns);
  other /= min(block.spacing, block.columns);
  let row = other % block.tiles * 8u;
  // The plane that is written: its group by its batch, and its channel.
  let plane = other / block.tiles;
  let member = plane / block.results;
  let channel = plane % (block.results * block.groups);
  let kernel = block.kernelRows * block.kernelColumns;

  var walk: Walk;
  walk.image = member * block.terms * block.tall * block.pitch + x * block.quads + column / 4u;
  walk.row = row * block.strideDown;
  walk.rowStep = block.strideDown;
  walk.kernelRowStep = block.dilationDown;
  walk.kernelRows = block.kernelRows;
  walk.weight = channel * block.terms * kernel;
  walk.tapStep = block.strideAcross;
  walk.termStep = kernel;
  walk.weightJump = block.kernelColumns - (block.terms - 1u) * kernel;
  var sums: Sums;
  for (var phase = 0u; phase < block.phases; phase++) {
    addPhase(&sums, walk, tapsOf(phase));
    walk.image += block.quads;
    walk.weight++;
  }
  if (block.biased == 1u) {
    let shift = bias[channel];
    sums[0] += shift;
    sums[1] += shift;
    sums[2] += shift;
    sums[3] += shift;
    sums[4] += shift;
    sums[5] += shift;
    sums[6] += shift;
    sums[7] += shift;
    sums[8] += shift;
    sums[9] += shift;
    sums[10] += shift;
    sums[11] += shift;
    sums[12] += shift;
    sums[13] += shift;
    sums[14] += shift;
    sums[15] += shift;
  }
  let place = (plane * block.rows + row) * block.columns + x;
  let cells = (block.columns - x + block.spacing - 1u) / block.spacing;
  storeAll(&sums, place, block.spacing, column, cells, block.rows - row, 1u);
}

// The cells of the input at one phase of the stride, along rows and along columns.
@compute @workgroup_size(width)
fn input(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var other = id.x + id.y * groups.x * width;
  if (other >= block.threads) { return; }
  let span = other % block.across * 8u;
  other /= block.across;
  let step = block.strideAcross * block.spacing;
  let x = other % min(step, block.columns);
  other /= min(step, block.columns);
  let tile = other % block.tiles;
  other /= block.tiles;
  let y = other % min(block.strideDown, block.rows);
  let plane = other / min(block.strideDown, block.rows);
  let member = plane / block.results;
  let channel = plane % block.results;
  let kernel = block.kernelRows * block.kernelColumns;

  let phase = (x + block.paddingAcross) % block.strideAcross;
  let run = (x + block.paddingAcross) % block.spacing;
  let taps = tapsOf(phase);
  // The column of the laid row at which the windows of cell x begin; the tile begins at the vec4 that holds it.
  let begin = (x + block.paddingAcross) / step + block.before + 1u - taps;
  let column = begin / 4u * 4u + span;

  // The rows of the kernel that reach the rows of this phase: the first of them, and how many.
  let down = y + block.paddingDown;
  var top = block.kernelRows;
  for (var i = min(block.rowStep, block.kernelRows); i > 0u; i--) {
    let before = i32(down) - i32((i - 1u) * block.dilationDown);
    top = select(top, i - 1u, before % i32(block.strideDown) == 0);
  }
  let before = i32(down) - i32(top * block.dilationDown);

  var walk: Walk;
  walk.image = member * block.terms * block.tall * block.pitch + run * block.quads + column / 4u;
  // A row before the first is a huge number once the sign is gone.
  walk.row = bitcast<u32>(before / i32(block.strideDown)) + tile * 8u;
  walk.rowStep = 1u;
  walk.kernelRowStep = 0u - block.rowStep * block.dilationDown / block.strideDown;
  walk.kernelRows = (block.kernelRows - top + block.rowStep - 1u) / block.rowStep;
  let farthest = top * block.kernelColumns + phase + (taps - 1u) * block.strideAcross;
  walk.weight = (member % block.groups * block.terms * block.results + channel) * kernel + farthest;
  walk.tapStep = 0u - block.strideAcross;
  walk.termStep = block.results * kernel;
  walk.weightJump = block.rowStep * block.kernelColumns - (block.terms - 1u) * walk.termStep;
  var sums: Sums;
  addPhase(&sums, walk, taps);
  let first = y + tile * 8u * block.strideDown;
  let place = (plane * block.rows + first) * block.columns + x;
  let cells = (block.columns - x + step - 1u) / step;
  let lines = (max(block.rows, first) - first + block.strideDown - 1u) / block.strideDown;
  // Columns of the tile before the cell x are none: their k is a huge number once the sign is gone.
  storeAll(&sums, place, step, span - begin % 4u, cells, lines, block.strideDown);
}
