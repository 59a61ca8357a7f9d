// What layer_norm and batch_norm share: result = (x − μ) · r · weight + bias with r = 1 / √(σ² + eps), μ and σ² being the
// mean and the variance of a line of cells. Cell k of line l lies at l · spacing + k / run · hop + k % run: a row of
// layer_norm is one run, a channel of batch_norm one run per sample. Weight and bias are one for each line or, with
// `across`, one for each place in the line. The op's own file states the block.
//   part, combine     μ and r of every line, from the sums of its parts
//   finish            writes the result
//   products, total   Σ g and Σ g · (x − μ) · r of every line, g being weight · r · upstream with `across`, else upstream
//   finishBack        the gradient of the input
// Thread t of `threads` owns the lines, or the cells, t, t + threads and so on.

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
// μ and r of each line.
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
// Backward: the input of the forward step, and the two sums of each line.
@group(0) @binding(5) var<storage, read> input: array<f32>;
@group(0) @binding(6) var<storage, read_write> sums: array<vec2<f32>>;
// What `part` and `products` write, lines × parts, and `combine` and `total` read.
@group(0) @binding(2) var<storage, read_write> partial: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> gathered: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> whole: array<vec2<f32>>;

const width = 64u;

fn cellAt(line: u32, k: u32) -> u32 {
  return line * block.spacing + k / block.run * block.hop + k % block.run;
}
fn lineOf(cell: u32) -> u32 {
  return cell / block.spacing % block.lines;
}
// The place of a cell's weight and bias.
fn seatOf(cell: u32, line: u32) -> u32 {
  return select(line, cell % block.spacing, block.across == 1u);
}
fn weightAt(seat: u32) -> f32 {
  if (block.weighted == 0u) { return 1.0; }
  return weight[seat];
}
// How many cells a part of a line has.
fn countOf(part: u32) -> f32 {
  return f32((block.length - part + block.parts - 1u) / block.parts);
}

// The line and the part of a thread, so that neighbours read neighbouring cells.
fn portion(place: u32) -> vec2<u32> {
  if (block.run > 1u) { return vec2<u32>(place / block.parts, place % block.parts); }
  return vec2<u32>(place % block.lines, place / block.lines);
}

// The sum of every parts-th cell of a line, and that of their squared distances from their own mean.
@compute @workgroup_size(width)
fn part(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = portion(id.x + id.y * groups.x * width);
  if ((own.x >= block.lines) | (own.y >= block.parts)) { return; }
  var sum = 0.0;
  for (var k = own.y; k < block.length; k += block.parts) {
    sum += given[cellAt(own.x, k)];
  }
  let mean = sum / countOf(own.y);
  var squares = 0.0;
  for (var k = own.y; k < block.length; k += block.parts) {
    let distance = given[cellAt(own.x, k)] - mean;
    squares += distance * distance;
  }
  partial[own.x * block.parts + own.y] = vec2<f32>(sum, squares);
}

// The mean of a line and the sum of the squared distances from it.
fn moments(line: u32) -> vec2<f32> {
  let start = line * block.parts;
  var sum = gathered[start].x;
  for (var k = 1u; k < block.parts; k++) {
    sum += gathered[start + k].x;
  }
  let mean = sum / f32(block.length);
  if (block.parts == 1u) { return vec2<f32>(mean, gathered[start].y); }
  var squares = 0.0;
  for (var k = 0u; k < block.parts; k++) {
    let distance = gathered[start + k].x / countOf(k) - mean;
    squares += gathered[start + k].y + countOf(k) * (distance * distance);
  }
  return vec2<f32>(mean, squares);
}

@compute @workgroup_size(width)
fn combine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let own = moments(line);
    whole[line] = vec2<f32>(own.x, reciprocalSquareRoot(own.y / f32(block.length) + block.eps));
  }
}

@compute @workgroup_size(width)
fn finish(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    let line = lineOf(cell);
    let seat = seatOf(cell, line);
    let own = statistics[line];
    var y = (given[cell] - own.x) * own.y;
    if (block.weighted == 1u) { y *= weight[seat]; }
    if (block.biased == 1u) { y += bias[seat]; }
    result[cell] = y;
  }
}

@compute @workgroup_size(width)
fn products(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let own = portion(id.x + id.y * groups.x * width);
  if ((own.x >= block.lines) | (own.y >= block.parts)) { return; }
  let line = statistics[own.x];
  var both = vec2<f32>(0.0);
  for (var k = own.y; k < block.length; k += block.parts) {
    let cell = cellAt(own.x, k);
    var g = given[cell];
    if (block.across == 1u) { g *= weightAt(k) * line.y; }
    both += vec2<f32>(g, g * ((input[cell] - line.x) * line.y));
  }
  partial[own.x * block.parts + own.y] = both;
}

@compute @workgroup_size(width)
fn total(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    var both = gathered[line * block.parts];
    for (var k = 1u; k < block.parts; k++) {
      both += gathered[line * block.parts + k];
    }
    whole[line] = both;
  }
}

@compute @workgroup_size(width)
fn finishBack(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.lines * block.length; cell += block.threads) {
    let line = lineOf(cell);
    let own = statistics[line];
    let slope = weightAt(seatOf(cell, line)) * own.y;
    // Where all cells of a line have one weight, it was left out of the sums.
    let means = sums[line] / f32(block.length) * select(slope, 1.0, block.across == 1u);
    result[cell] = given[cell] * slope - means.x - (input[cell] - own.x) * own.y * means.y;
  }
}
