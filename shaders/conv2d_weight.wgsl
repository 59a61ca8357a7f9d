// The gradient of a convolution's weight: for each weight a long sum over all windows of the gradient of the output
// times the cell that the weight's tap reads there. Both operands are read as `conv2d_lay.wgsl` lays them.
//
// A thread owns the weights of eight channels out by eight or nine taps: by a few groups of taps, a group being up to
// four taps side by side in one phase of a kernel's row. Per step it takes four windows side by side: a vec4 of each
// channel out and, per group, the cells that all its taps read there. `parts` threads share a sum; `total.wgsl` adds
// them.

// Taps of a group; a thread owns as many groups as hold eight or nine taps.
override taps: u32;

struct Block {
  infinity: f32,
  rows: u32,
  columns: u32,
  kernelRows: u32,
  kernelColumns: u32,
  strideDown: u32,
  strideAcross: u32,
  dilationDown: u32,
  batches: u32,
  groups: u32,
  channels: u32,
  outputs: u32,
  // The laid planes of the image: rows, and vec4 per row and per phase of a row.
  tall: u32,
  pitch: u32,
  quads: u32,
  // The phases of the kernel's columns, and those of the windows' where the kernel is dilated; groups of taps in a
  // phase.
  phases: u32,
  spacing: u32,
  chunks: u32,
  // The vec4 in a run of the gradient of the output: in a row, or in one of its phases.
  upstreamQuads: u32,
  // Threads side by side over the groups of taps, tiles of channels out, parts of the sum, and the rows of windows in
  // each.
  across: u32,
  tiles: u32,
  threads: u32,
  parts: u32,
  chunk: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> image: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> upstream: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;

const width = 64u;
const ahead = vec4<u32>(0u, 1u, 2u, 3u);

// Tap t of group n: its channels 0 to 3 in sums[8n + 2t], its channels 4 to 7 in sums[8n + 2t + 1].
alias Sums = array<vec4<f32>, 64>;

// Four windows of eight channels out, a channel per column, and which of the windows are there.
struct Windows {
  upper: mat4x4<f32>,
  lower: mat4x4<f32>,
  inside: vec4<bool>,
}

fn addTap(sums: ptr<function, Sums>, n: u32, read: vec4<f32>, windows: Windows) {
  // Both factors are 0 where no window is: 0 times infinity is NaN.
  let cells = select(vec4<f32>(0.0), read, windows.inside);
  (*sums)[2u * n] += cells * windows.upper;
  (*sums)[2u * n + 1u] += cells * windows.lower;
}

fn addGroup(sums: ptr<function, Sums>, n: u32, at: u32, windows: Windows) {
  let a = image[at];
  addTap(sums, 4u * n, a, windows);
  if (taps > 1u) {
    let b = image[at + 1u];
    addTap(sums, 4u * n + 1u, vec4<f32>(a.yzw, b.x), windows);
    if (taps > 2u) { addTap(sums, 4u * n + 2u, vec4<f32>(a.zw, b.xy), windows); }
    if (taps > 3u) { addTap(sums, 4u * n + 3u, vec4<f32>(a.w, b.xyz), windows); }
  }
}

// A group of taps: a channel in, a row of the kernel, and the columns that begin with this one.
struct Group {
  channel: u32,
  row: u32,
  phase: u32,
  chunk: u32,
}

fn groupAt(index: u32) -> Group {
  var group: Group;
  group.chunk = index % block.chunks;
  var rest = index / block.chunks;
  group.phase = rest % block.phases;
  rest /= block.phases;
  group.row = rest % block.kernelRows;
  group.channel = rest / block.kernelRows;
  return group;
}

fn groupCount() -> u32 { return block.channels * block.kernelRows * block.phases * block.chunks; }

// Where a group begins in the planes of the first image; beyond the last group the last stands.
fn placeOf(index: u32, member: u32) -> u32 {
  let group = groupAt(min(index, groupCount() - 1u));
  let row = (member * block.channels + group.channel) * block.tall + group.row * block.dilationDown;
  return row * block.pitch + group.phase * block.quads + group.chunk;
}

fn deliver(at: u32, part: u32, value: f32) {
  if (block.parts == 1u) {
    result[at] = value;
  } else {
    let cells = block.groups * block.outputs * block.channels * block.kernelRows * block.kernelColumns;
    parts[part * cells + at] = value;
  }
}

fn deliverTap(at: u32, part: u32, channels: u32, upper: vec4<f32>, lower: vec4<f32>) {
  let step = block.channels * block.kernelRows * block.kernelColumns;
  deliver(at, part, upper.x);
  if (channels > 1u) { deliver(at + 1u * step, part, upper.y); }
  if (channels > 2u) { deliver(at + 2u * step, part, upper.z); }
  if (channels > 3u) { deliver(at + 3u * step, part, upper.w); }
  if (channels > 4u) { deliver(at + 4u * step, part, lower.x); }
  if (channels > 5u) { deliver(at + 5u * step, part, lower.y); }
  if (channels > 6u) { deliver(at + 6u * step, part, lower.z); }
  if (channels > 7u) { deliver(at + 7u * step, part, lower.w); }
}

@compute @workgroup_size(width)
fn weight(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = select(select(select(2u, 3u, taps == 3u), 4u, taps == 2u), 8u, taps == 1u);
  var rest = id.x + id.y * groups.x * width;
  if (rest >= block.threads) { return; }
  let firstGroup = rest % block.across * own;
  rest /= block.across;
  let first = rest % block.tiles * 8u;
  rest /= block.tiles;
  let member = rest % block.groups;
  let part = rest / block.groups;

  let group0 = placeOf(firstGroup + 0u, member);
  let group1 = placeOf(firstGroup + 1u, member);
  let group2 = placeOf(firstGroup + 2u, member);
  let group3 = placeOf(firstGroup + 3u, member);
  let group4 = placeOf(firstGroup + 4u, member);
  let group5 = placeOf(firstGroup + 5u, member);
  let group6 = placeOf(firstGroup + 6u, member);
  let group7 = placeOf(firstGroup + 7u, member);
  let windows = block.rows * block.spacing * block.upstreamQuads;
  let last = vec4<u32>(block.outputs - 1u);
  let upper = (member * block.outputs + min(first + ahead, last)) * windows;
  let lower = (member * block.outputs + min(first + 4u + ahead, last)) * windows;

  let start = part * block.chunk;
  let count = min(block.chunk, block.batches * block.rows - start);
  var quad = 0u;
  var run = 0u;
  var row = start % block.rows;
  let batch = start / block.rows;
  let batchWindows = block.groups * block.outputs * windows;
  let batchPlanes = block.groups * block.channels * block.tall * block.pitch;
  var at = batch * batchPlanes + row * block.strideDown * block.pitch;
  var window = batch * batchWindows + row * block.spacing * block.upstreamQuads;

  var sums: Sums;
  for (var left = count * block.spacing * block.upstreamQuads; left > 0u; left--) {
    let u = upper + window;
    let l = lower + window;
    let four = Windows(
      mat4x4<f32>(upstream[u.x], upstream[u.y], upstream[u.z], upstream[u.w]),
      mat4x4<f32>(upstream[l.x], upstream[l.y], upstream[l.z], upstream[l.w]),
      (quad * 4u + ahead) * block.spacing + run < vec4<u32>(block.columns),
    );
    addGroup(&sums, 0u, group0 + at, four);
    addGroup(&sums, 1u, group1 + at, four);
    if (taps < 4u) { addGroup(&sums, 2u, group2 + at, four); }
    if (taps < 3u) { addGroup(&sums, 3u, group3 + at, four); }
    if (taps < 2u) {
      addGroup(&sums, 4u, group4 + at, four);
      addGroup(&sums, 5u, group5 + at, four);
      addGroup(&sums, 6u, group6 + at, four);
      addGroup(&sums, 7u, group7 + at, four);
    }
    // On to the next four windows, the next run of a row, the next row, the next image.
    quad++;
    let runEnds = quad == block.upstreamQuads;
    quad = select(quad, 0u, runEnds);
    run += select(0u, 1u, runEnds);
    at += select(1u, block.quads + 1u - block.upstreamQuads, runEnds);
    let rowEnds = run == block.spacing;
    run = select(run, 0u, rowEnds);
    row += select(0u, 1u, rowEnds);
    at += select(0u, block.strideDown * block.pitch - block.spacing * block.quads, rowEnds);
    let imageEnds = row == block.rows;
    row = select(row, 0u, imageEnds);
    at += select(0u, batchPlanes - block.rows * block.strideDown * block.pitch, imageEnds);
    window += select(1u, 1u + batchWindows - windows, imageEnds);
  }

  // Stored from a copy that is indexed by a variable, so that `sums` need not be.
  let copy = sums;
  let kernel = block.kernelRows * block.kernelColumns;
  let place = (member * block.outputs + first) * block.channels * kernel;
  for (var n = 0u; n < own; n++) {
    if (firstGroup + n >= groupCount()) { break; }
    let group = groupAt(firstGroup + n);
    for (var t = 0u; t < taps; t++) {
      let column = group.phase + (group.chunk * 4u + t) * block.strideAcross;
      if (column >= block.kernelColumns) { break; }
      let tap = group.channel * kernel + group.row * block.kernelColumns + column;
      let sum = 8u * n + 2u * t;
      deliverTap(place + tap, part, block.outputs - first, copy[sum], copy[sum + 1u]);
    }
  }
}
