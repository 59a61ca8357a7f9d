// Convolution as a product of matrices, the weights by what their taps read, in tiles that a workgroup shares: for
// hardware with fast workgroup memory. The image is read as `conv2d_lay.wgsl` lays it, so that a cell lies at the place
// of its window plus the place of its tap, and nothing is tested.
//
// A workgroup makes 64 channels by 64 windows, its threads 8 × 8 each, eight taps at a time. A tap is a channel in, a
// row and a column of the kernel. Channels and windows beyond the last are computed and not stored; taps beyond the
// last are 0 times 0.

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
  rowStep: u32,
  groups: u32,
  terms: u32,
  results: u32,
  // The laid planes: rows, vec4 per row and per phase of a row.
  tall: u32,
  pitch: u32,
  quads: u32,
  before: u32,
  phases: u32,
  spacing: u32,
  chunks: u32,
  // Tiles along the windows of an image, and along the channels of a group.
  across: u32,
  tiles: u32,
  threads: u32,
  biased: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> image: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;

const ahead = vec4<u32>(0u, 1u, 2u, 3u);
const deep = 8u;

// 8 taps by 16 vec4, of channels and of windows. Clearing more than this takes SwiftShader long to compile.
var<workgroup> left: array<vec4<f32>, 128>;
var<workgroup> right: array<vec4<f32>, 128>;

// Where the tap's first cell lies, from the first cell of the window.
fn offsetOf(tap: u32) -> u32 {
  let column = tap % block.kernelColumns;
  let row = tap / block.kernelColumns % block.kernelRows;
  let term = tap / block.kernelColumns / block.kernelRows;
  let line = (term * block.tall + row * block.dilationDown) * block.pitch + column % block.strideAcross * block.quads;
  return line * 4u + column / block.strideAcross;
}

// Where the windows' first cells lie in the first plane.
fn placesOf(windows: vec4<u32>) -> vec4<u32> {
  let row = windows / block.columns;
  let column = windows % block.columns;
  let line = row * block.strideDown * block.pitch + column % block.spacing * block.quads;
  return line * 4u + column / block.spacing;
}

fn store(place: u32, at: u32, count: u32, near: vec4<f32>, far: vec4<f32>) {
  if (at + 0u < count) { result[place + at + 0u] = near.x; }
  if (at + 1u < count) { result[place + at + 1u] = near.y; }
  if (at + 2u < count) { result[place + at + 2u] = near.z; }
  if (at + 3u < count) { result[place + at + 3u] = near.w; }
  if (at + 4u < count) { result[place + at + 4u] = far.x; }
  if (at + 5u < count) { result[place + at + 5u] = far.y; }
  if (at + 6u < count) { result[place + at + 6u] = far.z; }
  if (at + 7u < count) { result[place + at + 7u] = far.w; }
}

@compute @workgroup_size(64)
fn forward(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  var other = id.x + id.y * groups.x;
  if (other >= block.threads / 64u) { return; }
  let first = other % block.across * 64u;
  other /= block.across;
  let channel = other % block.tiles * 64u;
  let member = other / block.tiles;
  let count = block.rows * block.columns;
  let taps = block.terms * block.kernelRows * block.kernelColumns;

  // What this thread brings: four channels and four windows, for every fourth tap.
  let quad = thread % 16u;
  let own = min(channel + quad * 4u + ahead, vec4<u32>(block.results - 1u));
  let weight = (member % block.groups * block.results + own) * taps;
  let windows = min(first + quad * 4u + ahead, vec4<u32>(count - 1u));
  let place = member * block.terms * block.tall * block.pitch * 4u + placesOf(windows);

  let upper = thread / 8u * 2u;
  let across = thread % 8u * 2u;
  var sums: array<vec4<f32>, 16>;
  for (var start = 0u; start < taps; start += deep) {
    for (var step = thread / 16u; step < deep; step += 4u) {
      let tap = min(start + step, taps - 1u);
      let w = weight + tap;
      let p = place + offsetOf(tap);
      let there = vec4<bool>(start + step < taps);
      let brought = vec4<f32>(weights[w.x], weights[w.y], weights[w.z], weights[w.w]);
      let read = vec4<f32>(image[p.x], image[p.y], image[p.z], image[p.w]);
      left[step * 16u + quad] = select(vec4<f32>(0.0), brought, there);
      right[step * 16u + quad] = select(vec4<f32>(0.0), read, there);
    }
    workgroupBarrier();
    for (var step = 0u; step < deep; step++) {
      let u = left[step * 16u + upper];
      let l = left[step * 16u + upper + 1u];
      let near = right[step * 16u + across];
      let far = right[step * 16u + across + 1u];
      sums[0] += u.x * near;
      sums[1] += u.x * far;
      sums[2] += u.y * near;
      sums[3] += u.y * far;
      sums[4] += u.z * near;
      sums[5] += u.z * far;
      sums[6] += u.w * near;
      sums[7] += u.w * far;
      sums[8] += l.x * near;
      sums[9] += l.x * far;
      sums[10] += l.y * near;
      sums[11] += l.y * far;
      sums[12] += l.z * near;
      sums[13] += l.z * far;
      sums[14] += l.w * near;
      sums[15] += l.w * far;
    }
    workgroupBarrier();
  }

  // Stored from a copy that is indexed by a variable, so that `sums` need not be.
  let copy = sums;
  let lowest = channel + upper * 4u;
  for (var n = 0u; n < 8u; n++) {
    if (lowest + n >= block.results) { break; }
    let to = member * block.results + lowest + n;
    var shift = 0.0;
    if (block.biased == 1u) { shift = bias[to % (block.groups * block.results)]; }
    store(to * count, first + across * 4u, count, copy[2u * n] + shift, copy[2u * n + 1u] + shift);
  }
}
