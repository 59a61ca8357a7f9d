// Lays the operands of a convolution anew for `conv2d_registers.wgsl` and `conv2d_weight.wgsl`, so that their inner
// loops load whole vec4 and test nothing.
//
// pad: planes of an image into planes of `tall` rows, `above` of them before the first, with 0 for what lies outside. A
// row holds `phases` runs of `quads` vec4: run r has the columns r − before, r − before + stride, r − before + 2 ·
// stride, …
// spread, turn: the weights into [group][tile of 8 results][phase][chunk][kernel row][term][tap of 4][result of 8]. A
// phase has the kernel columns r, r + stride, r + 2 · stride, …, and a chunk has up to four of them. For the forward
// pass results are the channels out and terms the channels in; for the gradient of the input it is the other way round,
// and the taps of a phase run backwards. Where there is no tap or no result, another one stands.

struct Block {
  infinity: f32,
  height: u32,
  width: u32,
  tall: u32,
  above: u32,
  before: u32,
  stride: u32,
  phases: u32,
  quads: u32,
  kernelRows: u32,
  kernelColumns: u32,
  chunks: u32,
  terms: u32,
  results: u32,
  tiles: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> laid: array<vec4<f32>>;

const width = 64u;
const ahead = vec4<u32>(0u, 1u, 2u, 3u);

// A thread writes up to eight vec4 of a run.
@compute @workgroup_size(width)
fn pad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  var rest = id.x + id.y * groups.x * width;
  if (rest >= block.threads) { return; }
  let spans = (block.quads + 7u) / 8u;
  let first = rest % spans * 8u;
  let run = rest / spans;
  let phase = run % block.phases;
  rest = run / block.phases;
  let y = rest % block.tall - block.above;
  let line = (rest / block.tall * block.height + min(y, block.height - 1u)) * block.width;
  let end = min(first + 8u, block.quads);
  for (var quad = first; quad < end; quad++) {
    // What lies before the first column is a huge number once the sign is gone, and so beyond the width as well.
    let x = (quad * 4u + ahead) * block.stride + phase - block.before;
    let near = line + min(x, vec4<u32>(block.width - 1u));
    let cells = vec4<f32>(source[near.x], source[near.y], source[near.z], source[near.w]);
    let inside = (x < vec4<u32>(block.width)) & vec4<bool>(y < block.height);
    laid[run * block.quads + quad] = select(vec4<f32>(0.0), cells, inside);
  }
}

// One group, tile, phase, chunk, kernel row and term.
struct Place {
  group: u32,
  // The results of the tile: its first four, and the four after them.
  upper: vec4<u32>,
  lower: vec4<u32>,
  row: u32,
  phase: u32,
  tap: u32,
  term: u32,
}

fn placeOf(thread: u32) -> Place {
  var place: Place;
  place.term = thread % block.terms;
  var rest = thread / block.terms;
  place.row = rest % block.kernelRows;
  rest /= block.kernelRows;
  place.tap = rest % block.chunks * 4u;
  rest /= block.chunks;
  place.phase = rest % block.phases;
  rest /= block.phases;
  let first = rest % block.tiles * 8u;
  place.group = rest / block.tiles;
  let last = vec4<u32>(block.results - 1u);
  place.upper = min(first + ahead, last);
  place.lower = min(first + 4u + ahead, last);
  return place;
}

fn weights(at: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(source[at.x], source[at.y], source[at.z], source[at.w]);
}

@compute @workgroup_size(width)
fn spread(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.x + id.y * groups.x * width;
  if (thread >= block.threads) { return; }
  let place = placeOf(thread);
  let start = place.group * block.results;
  for (var t = 0u; t < 4u; t++) {
    let column = min(place.phase + (place.tap + t) * block.stride, block.kernelColumns - 1u);
    let tap = (place.term * block.kernelRows + place.row) * block.kernelColumns + column;
    let taps = block.terms * block.kernelRows * block.kernelColumns;
    laid[thread * 8u + t * 2u] = weights((start + place.upper) * taps + tap);
    laid[thread * 8u + t * 2u + 1u] = weights((start + place.lower) * taps + tap);
  }
}

@compute @workgroup_size(width)
fn turn(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.x + id.y * groups.x * width;
  if (thread >= block.threads) { return; }
  let place = placeOf(thread);
  let start = (place.group * block.terms + place.term) * block.results;
  let taps = (block.kernelColumns - place.phase + block.stride - 1u) / block.stride;
  for (var t = 0u; t < 4u; t++) {
    let back = taps - 1u - min(place.tap + t, taps - 1u);
    let tap = place.row * block.kernelColumns + place.phase + back * block.stride;
    let kernel = block.kernelRows * block.kernelColumns;
    laid[thread * 8u + t * 2u] = weights((start + place.upper) * kernel + tap);
    laid[thread * 8u + t * 2u + 1u] = weights((start + place.lower) * kernel + tap);
  }
}
