// Convolution and the gradient of its input, both as one sum over rows that `conv2d_lay.wgsl` laid anew: neighbouring
// results along a row read neighbouring cells, whatever the stride, because rows are dealt out by phases of the stride.
//
// A thread holds 8 × 8 cells in registers: eight channels by eight neighbouring columns. It loads three vec4 of a row
// for up to four taps, so that each cell that it loads serves four taps times eight channels. The innermost loop runs
// over the channels that are summed: it is the long one, and holds no tests. Cells beyond the edge are computed and not
// stored.

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
@group(0) @binding(2) var<storage, read> weights: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;

const width = 64u;
const ahead = vec4<u32>(0u, 1u, 2u, 3u);

// Channel n of the tile: its columns 0 to 3 in sums[2n], its columns 4 to 7 in sums[2n + 1].
alias Sums = array<vec4<f32>, 16>;

fn add(sums: ptr<function, Sums>, weight: u32, left: vec4<f32>, right: vec4<f32>) {
  let upper = weights[weight];
  let lower = weights[weight + 1u];
  (*sums)[0] += upper.x * left;
  (*sums)[1] += upper.x * right;
  (*sums)[2] += upper.y * left;
  (*sums)[3] += upper.y * right;
  (*sums)[4] += upper.z * left;
  (*sums)[5] += upper.z * right;
  (*sums)[6] += upper.w * left;
  (*sums)[7] += upper.w * right;
  (*sums)[8] += lower.x * left;
  (*sums)[9] += lower.x * right;
  (*sums)[10] += lower.y * left;
  (*sums)[11] += lower.y * right;
  (*sums)[12] += lower.z * left;
  (*sums)[13] += lower.z * right;
  (*sums)[14] += lower.w * left;
  (*sums)[15] += lower.w * right;
}

// Where a chunk of taps begins, and how it goes on: over all channels, then to the next row of the kernel.
struct Walk {
  image: u32,
  weight: u32,
  kernelRows: u32,
  // From the last channel of one row of the kernel to the first of the next.
  imageJump: u32,
  weightJump: u32,
}

// Adds up a chunk of taps over all channels and rows of the kernel. `taps` is a constant wherever this is called.
fn addChunk(sums: ptr<function, Sums>, walk: Walk, taps: u32) {
  var at = walk.image;
  var weight = walk.weight;
  var term = 0u;
  let plane = block.tall * block.pitch;
  for (var left = walk.kernelRows * block.terms; left > 0u; left--) {
    let a = image[at];
    let b = image[at + 1u];
    let c = image[at + 2u];
    add(sums, weight, a, b);
    if (taps > 1u) { add(sums, weight + 2u, vec4<f32>(a.yzw, b.x), vec4<f32>(b.yzw, c.x)); }
    if (taps > 2u) { add(sums, weight + 4u, vec4<f32>(a.zw, b.xy), vec4<f32>(b.zw, c.xy)); }
    if (taps > 3u) { add(sums, weight + 6u, vec4<f32>(a.w, b.xyz), vec4<f32>(b.w, c.xyz)); }
    term++;
    let wraps = term == block.terms;
    term = select(term, 0u, wraps);
    at += select(plane, walk.imageJump, wraps);
    weight += select(8u, walk.weightJump, wraps);
  }
}

// Adds up all taps of a phase; `walk` tells of its first chunk.
fn addPhase(sums: ptr<function, Sums>, first: Walk, taps: u32) {
  var walk = first;
  for (var tap = 0u; tap < taps; tap += 4u) {
    if (min(taps - tap, 4u) == most) {
      addChunk(sums, walk, most);
    } else if (rest > 0u) {
      addChunk(sums, walk, rest);
    }
    walk.image++;
    walk.weight += block.kernelRows * block.terms * 8u;
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

// Stores the channels of a tile that are there. The copy is indexed by a variable, so that `sums` need not be.
fn storeAll(sums: ptr<function, Sums>, place: u32, step: u32, k: u32, count: u32, channels: u32) {
  let copy = *sums;
  let plane = block.rows * block.columns;
  for (var n = 0u; n < min(channels, 8u); n++) {
    store(place + n * plane, step, k, count, copy[2u * n], copy[2u * n + 1u]);
  }
}

// The taps of a phase of the kernel's columns; none where the stride is wider than the kernel.
fn tapsOf(phase: u32) -> u32 {
  if (phase >= block.kernelColumns) { return 0u; }
  return (block.kernelColumns - phase + block.strideAcross - 1u) / block.strideAcross;
}

// The vec4 of the weights of so many phases of one tile.
fn chunksOf(phases: u32) -> u32 { return phases * block.chunks * block.kernelRows * block.terms * 8u; }

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var other = id.x + id.y * groups.x * width;
  if (other >= block.threads) { return; }
  let column = other % block.across * 8u;
  other /= block.across;
  let x = other % min(block.spacing, block.columns);
  other /= min(block.spacing, block.columns);
  let row = other % block.rows;
  other /= block.rows;
  let tile = other % block.tiles;
  other /= block.tiles;
  let member = other % block.groups;
  let plane = block.tall * block.pitch;

  var walk: Walk;
  walk.image = other * block.terms * plane + row * block.strideDown * block.pitch + x * block.quads + column / 4u;
  walk.weight = (member * block.tiles + tile) * chunksOf(block.phases);
  walk.kernelRows = block.kernelRows;
  walk.imageJump = block.dilationDown * block.pitch - (block.terms - 1u) * plane;
  walk.weightJump = 8u;
  var sums: Sums;
  for (var phase = 0u; phase < block.phases; phase++) {
    addPhase(&sums, walk, tapsOf(phase));
    walk.image += block.quads;
    walk.weight += chunksOf(1u);
  }
  let first = tile * 8u;
  if (block.biased == 1u) {
    let last = block.results - 1u;
    let offset = member * block.results;
    let b0 = bias[offset + min(first + 0u, last)];
    let b1 = bias[offset + min(first + 1u, last)];
    let b2 = bias[offset + min(first + 2u, last)];
    let b3 = bias[offset + min(first + 3u, last)];
    let b4 = bias[offset + min(first + 4u, last)];
    let b5 = bias[offset + min(first + 5u, last)];
    let b6 = bias[offset + min(first + 6u, last)];
    let b7 = bias[offset + min(first + 7u, last)];
    sums[0] += b0;
    sums[1] += b0;
    sums[2] += b1;
    sums[3] += b1;
    sums[4] += b2;
    sums[5] += b2;
    sums[6] += b3;
    sums[7] += b3;
    sums[8] += b4;
    sums[9] += b4;
    sums[10] += b5;
    sums[11] += b5;
    sums[12] += b6;
    sums[13] += b6;
    sums[14] += b7;
    sums[15] += b7;
  }
  let place = (other * block.results + first) * block.rows * block.columns + row * block.columns + x;
  let cells = (block.columns - x + block.spacing - 1u) / block.spacing;
  storeAll(&sums, place, block.spacing, column, cells, block.results - first);
}

// The cells of the input at one phase of the stride: the same columns of the kernel reach them, from windows side by
// side.
@compute @workgroup_size(width)
fn input(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var other = id.x + id.y * groups.x * width;
  if (other >= block.threads) { return; }
  let span = other % block.across * 8u;
  other /= block.across;
  let step = block.strideAcross * block.spacing;
  let x = other % min(step, block.columns);
  other /= min(step, block.columns);
  let y = other % block.rows;
  other /= block.rows;
  let tile = other % block.tiles;
  other /= block.tiles;
  let member = other % block.groups;

  let phase = (x + block.paddingAcross) % block.strideAcross;
  let run = (x + block.paddingAcross) % block.spacing;
  let taps = tapsOf(phase);
  // The column of the laid row at which the windows of cell x begin; the tile begins at the vec4 that holds it.
  let begin = (x + block.paddingAcross) / step + block.before + 1u - taps;
  let column = begin / 4u * 4u + span;
  let plane = block.tall * block.pitch;

  // The rows of the kernel that reach y from a window that is there: the first of them, and how many.
  let down = y + block.paddingDown;
  var top = 0u;
  var count = 0u;
  for (var i = block.kernelRows; i > 0u; i--) {
    let back = (i - 1u) * block.dilationDown;
    let row = (down - back) / block.strideDown;
    let reaches = (back <= down) & (row < block.tall) & (row * block.strideDown + back == down);
    top = select(top, i - 1u, reaches);
    count += select(0u, 1u, reaches);
  }
  let row = (down - top * block.dilationDown) / block.strideDown;
  let up = block.rowStep * block.dilationDown / block.strideDown;

  var walk: Walk;
  walk.image = other * block.terms * plane + row * block.pitch + run * block.quads + column / 4u;
  walk.weight = (member * block.tiles + tile) * chunksOf(block.phases) + chunksOf(phase) + top * block.terms * 8u;
  walk.kernelRows = count;
  walk.imageJump = 0u - up * block.pitch - (block.terms - 1u) * plane;
  walk.weightJump = ((block.rowStep - 1u) * block.terms + 1u) * 8u;
  var sums: Sums;
  addPhase(&sums, walk, tapsOf(phase));
  let first = tile * 8u;
  let place = (other * block.results + first) * block.rows * block.columns + y * block.columns + x;
  let cells = (block.columns - x + step - 1u) / step;
  // Columns of the tile before the cell x are none: their k is a huge number once the sign is gone.
  storeAll(&sums, place, step, span - begin % 4u, cells, block.results - first);
}
