// cross_entropy: log Σ e^(x − m) − (x[target] − m) of every line of class scores, m being the largest of them, added up and
// divided by `divisor`. `softmax.wgsl` finds m and the sum S of every line first; a line is its cells `inner` apart.
//   losses      the loss of every line; NaN where the target is no class
//   added       thread t of `threads` adds up the losses t, t + threads and so on
//   loss        adds up what those threads found, and divides
//   slopes      gradient = (e^(x − m) / S − [class is target]) / divisor · upstream, which is one number, or with `each` one
//               for every line. Thread t of `threads` owns the cells t, t + threads and so on.

struct Block {
  infinity: f32,
  lines: u32,
  length: u32,
  inner: u32,
  group: u32,
  parts: u32,
  threads: u32,
  divisor: u32,
  each: u32,
  adders: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> classes: array<i32>;
// m and S of each line.
@group(0) @binding(3) var<storage, read_write> summaries: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
@group(0) @binding(5) var<storage, read> upstream: array<f32>;
// added and loss
@group(0) @binding(1) var<storage, read_write> terms: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

const width = 64u;

fn nan() -> f32 {
  return bitcast<f32>(bitcast<u32>(block.infinity) | 0x400000u);
}
// Where a line begins.
fn begin(line: u32) -> u32 {
  return line / block.inner * block.length * block.inner + line % block.inner;
}

@compute @workgroup_size(width)
fn losses(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    // A class below 0 is a huge number once its sign is gone, and so outside as well.
    let chosen = bitcast<u32>(classes[line]);
    let x = input[begin(line) + min(chosen, block.length - 1u) * block.inner];
    let own = summaries[line];
    let loss = logarithm(own.y) - (x - own.x);
    result[line] = select(nan(), loss, chosen < block.length);
  }
}

@compute @workgroup_size(width)
fn added(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.adders) { return; }
  var sum = terms[first];
  for (var line = first + block.adders; line < block.lines; line += block.adders) {
    sum += terms[line];
  }
  sums[first] = sum;
}

@compute @workgroup_size(1)
fn loss() {
  var sum = terms[0];
  for (var k = 1u; k < block.adders; k++) {
    sum += terms[k];
  }
  sums[0] = sum / f32(block.divisor);
}

@compute @workgroup_size(width)
fn slopes(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    let line = cell / (block.length * block.inner) * block.inner + cell % block.inner;
    let own = summaries[line];
    let share = exponential(input[cell] - own.x) / own.y;
    let hit = i32(cell / block.inner % block.length) == classes[line];
    let slope = (share - select(0.0, 1.0, hit)) / f32(block.divisor);
    result[cell] = slope * upstream[select(0u, line, block.each == 1u)];
  }
}
