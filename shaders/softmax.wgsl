// softmax: e^(x − m) / Σ e^(x − m) along one axis, m being the largest of the line. A line is the `length` cells that lie
// `inner` cells apart; a line with NaN or +∞ in it, or with nothing but −∞, is NaN throughout, as in PyTorch.
//   rows      lines side by side in memory: a thread owns `group` whole rows, which begin and end at a vec4 together
//   lines     a thread owns a line, wherever its cells lie; of very many, every so-many-th
//   parts     three dispatches for long lines: `part` finds the largest and the sum of every parts-th cell, `combine` those
//             of the line, `finish` writes: thread t of `threads` owns the cells t, t + threads and so on
// `rows.wgsl` says how the sums of rows are taken. Backward the gradient is y · (upstream − Σ upstream · y), y being the output; it comes in the same three ways.

struct Block {
  infinity: f32,
  lines: u32,
  length: u32,
  inner: u32,
  group: u32,
  parts: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read> given4: array<vec4<f32>>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(2) var<storage, read_write> result4: array<vec4<f32>>;
// Backward only: the output of the forward step.
@group(0) @binding(3) var<storage, read> output: array<f32>;
@group(0) @binding(3) var<storage, read> output4: array<vec4<f32>>;
// The largest cell and the sum of a part, or its share of the sum; lines × parts. `combine` reads them.
@group(0) @binding(2) var<storage, read_write> partial: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> combined: array<vec2<f32>>;
// The same of a line. `finish` and `backwardFinish` read them.
@group(0) @binding(2) var<storage, read_write> whole: array<vec2<f32>>;
@group(0) @binding(3) var<storage, read_write> summaries: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> meetings: array<vec2<f32>>;

const width = 64u;
const infinityBits = 0x7f800000u;
// Below every number that a line may hold: what a largest begins with, and what fills lanes of other rows.
const lowest = -3.4028234663852886e38;

fn nan() -> f32 {
  return bitcast<f32>(bitcast<u32>(block.infinity) | 0x400000u);
}
fn magnitude(x: vec4<f32>) -> vec4<u32> {
  return bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu);
}

// eˣ for x ≤ 0, by the powers of ln 2; what is below 2⁻¹²⁶ may come out as 0, and −∞ does.
fn exponentials(x: vec4<f32>) -> vec4<f32> {
  let bounded = max(x, vec4<f32>(-104.0));
  let n = floor(bounded * 1.44269504 + 0.5);
  let r = (bounded - n * 0.693359375) + n * 2.1219444e-4;
  let rest = r + r * r * (0.50000002 + r * (0.16666464 + r * (0.04166603 + r * (0.00837497 + r * 0.0013961))));
  let power = vec4<u32>(max(vec4<i32>(n) + 127, vec4<i32>(0))) << vec4<u32>(23u);
  return (1.0 + rest) * bitcast<vec4<f32>>(power);
}
fn exponentialBelow(x: f32) -> f32 {
  return exponentials(vec4<f32>(x)).x;
}

fn largestOf(x: vec4<f32>) -> f32 {
  return max(max(x.x, x.y), max(x.z, x.w));
}
// Whether a line has a softmax at all: no NaN in it, by the largest magnitude, and a largest cell that is finite.
fn sound(largest: f32, most: u32) -> bool {
  return (most <= infinityBits) & ((bitcast<u32>(largest) & 0x7fffffffu) < infinityBits);
}
fn isNaN(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > infinityBits;
}

// ── rows ────────────────────────────────────────────────────────────────────

// The largest cell and the sum of the row from cell `start` to before `end`; the sum is NaN where there is no softmax. The
// powers of all quads but the first and the last are left in the result.
fn summary(start: u32, end: u32) -> vec2<f32> {
  let first = start / 4u;
  let last = (end - 1u) / 4u;
  var inside = lanes(first, start, end);
  var largest = select(vec4<f32>(-block.infinity), given4[first], inside);
  var most = select(vec4<u32>(0u), magnitude(given4[first]), inside);
  for (var quad = first + 1u; quad < last; quad++) {
    let x = given4[quad];
    largest = max(largest, x);
    most = max(most, magnitude(x));
  }
  inside = lanes(last, start, end);
  largest = max(largest, select(vec4<f32>(-block.infinity), given4[last], inside));
  most = max(most, select(vec4<u32>(0u), magnitude(given4[last]), inside));
  let m = largestOf(largest);
  if (!sound(m, max(max(most.x, most.y), max(most.z, most.w)))) { return vec2<f32>(0.0, nan()); }
  var sum = within(exponentials(given4[first] - m), lanes(first, start, end));
  for (var quad = first + 1u; quad < last; quad++) {
    let powers = exponentials(given4[quad] - m);
    result4[quad] = powers;
    sum += powers;
  }
  if (last > first) { sum += within(exponentials(given4[last] - m), inside); }
  return vec2<f32>(m, rowSum(sum, start));
}

fn share(x: vec4<f32>, line: vec2<f32>) -> vec4<f32> {
  return select(exponentials(x - line.x) / line.y, vec4<f32>(line.y), vec4<bool>(isNaN(line.y)));
}

@compute @workgroup_size(width)
fn rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = (id.x + id.y * groups.x * width) * block.group;
  if (first >= block.lines) { return; }
  let last = min(first + block.group, block.lines);
  var before = vec2<f32>(0.0);
  for (var row = first; row < last; row++) {
    let start = row * block.length;
    let end = start + block.length;
    let head = start / 4u;
    let tail = (end - 1u) / 4u;
    let own = summary(start, end);
    // The first quad may begin in the row before, and the last be left to the row after.
    result4[head] = select(share(given4[head], before), share(given4[head], own), lanes(head, start, end));
    for (var quad = head + 1u; quad < tail; quad++) {
      result4[quad] = select(result4[quad] / own.y, vec4<f32>(own.y), vec4<bool>(isNaN(own.y)));
    }
    if ((tail > head) & (((end & 3u) == 0u) | (row + 1u == last))) { result4[tail] = share(given4[tail], own); }
    before = own;
  }
}

// ── lines ───────────────────────────────────────────────────────────────────

// Where a line begins.
fn begin(line: u32) -> u32 {
  return line / block.inner * block.length * block.inner + line % block.inner;
}

// The largest and the sum of every step-th cell of a line from the cell `from_` on. The sum is NaN where NaN or +∞ is
// among them, and 0 where all of them are −∞.
fn gathered(line: u32, from_: u32, step: u32) -> vec2<f32> {
  let start = begin(line);
  var largest = -block.infinity;
  var most = 0u;
  for (var k = from_; k < block.length; k += step) {
    let x = given[start + k * block.inner];
    largest = max(largest, x);
    most = max(most, bitcast<u32>(x) & 0x7fffffffu);
  }
  let bits = bitcast<u32>(largest);
  if ((most > infinityBits) | (bits == infinityBits)) { return vec2<f32>(0.0, nan()); }
  if (bits == (infinityBits | 0x80000000u)) { return vec2<f32>(lowest, 0.0); }
  var sum = 0.0;
  for (var k = from_; k < block.length; k += step) {
    sum += exponentialBelow(given[start + k * block.inner] - largest);
  }
  return vec2<f32>(largest, sum);
}

// Nothing but −∞ has no softmax either.
fn settled(summary: vec2<f32>) -> vec2<f32> {
  return select(summary, vec2<f32>(0.0, nan()), summary.y == 0.0);
}

@compute @workgroup_size(width)
fn lines(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let own = settled(gathered(line, 0u, 1u));
    let start = begin(line);
    for (var k = 0u; k < block.length; k++) {
      let at = start + k * block.inner;
      result[at] = share(vec4<f32>(given[at]), own).x;
    }
  }
}

// ── parts ───────────────────────────────────────────────────────────────────

// The line and the part of a thread, so that neighbours read neighbouring cells.
fn portion(place: u32) -> vec2<u32> {
  if (block.inner == 1u) { return vec2<u32>(place / block.parts, place % block.parts); }
  return vec2<u32>(place % block.lines, place / block.lines);
}

@compute @workgroup_size(width)
fn part(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = portion(id.x + id.y * groups.x * width);
  if ((own.x >= block.lines) | (own.y >= block.parts)) { return; }
  partial[own.x * block.parts + own.y] = gathered(own.x, own.y, block.parts);
}

@compute @workgroup_size(width)
fn combine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let start = line * block.parts;
    var largest = combined[start].x;
    for (var k = 1u; k < block.parts; k++) {
      largest = max(largest, combined[start + k].x);
    }
    var sum = 0.0;
    var broken = false;
    for (var k = 0u; k < block.parts; k++) {
      let each = combined[start + k];
      broken = broken | isNaN(each.y);
      sum += each.y * exponentialBelow(each.x - largest);
    }
    whole[line] = select(settled(vec2<f32>(largest, sum)), vec2<f32>(0.0, nan()), broken);
  }
}

// The line that a cell lies on.
fn lineOf(cell: u32) -> u32 {
  return cell / (block.length * block.inner) * block.inner + cell % block.inner;
}

@compute @workgroup_size(width)
fn finish(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    result[cell] = share(vec4<f32>(given[cell]), summaries[lineOf(cell)]).x;
  }
}

// ── backward ────────────────────────────────────────────────────────────────

// Σ upstream · y of a row.
fn meeting(start: u32, end: u32) -> f32 {
  let first = start / 4u;
  let last = (end - 1u) / 4u;
  let head = lanes(first, start, end);
  var sum = within(given4[first], head) * within(output4[first], head);
  for (var quad = first + 1u; quad < last; quad++) {
    sum += given4[quad] * output4[quad];
  }
  let tail = lanes(last, start, end);
  if (last > first) { sum += within(given4[last], tail) * within(output4[last], tail); }
  return rowSum(sum, start);
}

@compute @workgroup_size(width)
fn backwardRows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = (id.x + id.y * groups.x * width) * block.group;
  if (first >= block.lines) { return; }
  let last = min(first + block.group, block.lines);
  var before = 0.0;
  for (var row = first; row < last; row++) {
    let start = row * block.length;
    let end = start + block.length;
    let own = meeting(start, end);
    if ((start & 3u) != 0u) {
      let quad = start / 4u;
      let sums = select(vec4<f32>(before), vec4<f32>(own), lanes(quad, start, end));
      result4[quad] = output4[quad] * (given4[quad] - sums);
    }
    for (var quad = (start + 3u) / 4u; quad < end / 4u; quad++) {
      result4[quad] = output4[quad] * (given4[quad] - own);
    }
    if ((row + 1u == last) & ((end & 3u) != 0u)) {
      result4[end / 4u] = output4[end / 4u] * (given4[end / 4u] - own);
    }
    before = own;
  }
}

// Σ upstream · y over every step-th cell of a line.
fn meetingOf(line: u32, from_: u32, step: u32) -> f32 {
  let start = begin(line);
  var sum = 0.0;
  for (var k = from_; k < block.length; k += step) {
    let at = start + k * block.inner;
    sum += given[at] * output[at];
  }
  return sum;
}

@compute @workgroup_size(width)
fn backwardLines(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let own = meetingOf(line, 0u, 1u);
    let start = begin(line);
    for (var k = 0u; k < block.length; k++) {
      let at = start + k * block.inner;
      result[at] = output[at] * (given[at] - own);
    }
  }
}

@compute @workgroup_size(width)
fn backwardPart(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = portion(id.x + id.y * groups.x * width);
  if ((own.x >= block.lines) | (own.y >= block.parts)) { return; }
  partial[own.x * block.parts + own.y] = vec2<f32>(meetingOf(own.x, own.y, block.parts), 0.0);
}

@compute @workgroup_size(width)
fn backwardCombine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    var sum = combined[line * block.parts].x;
    for (var k = 1u; k < block.parts; k++) {
      sum += combined[line * block.parts + k].x;
    }
    whole[line] = vec2<f32>(sum, 0.0);
  }
}

@compute @workgroup_size(width)
fn backwardFinish(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    result[cell] = output[cell] * (given[cell] - meetings[lineOf(cell)].x);
  }
}
