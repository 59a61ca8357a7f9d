// layer_norm: (x − μ) · r · weight + bias with r = 1 / √(σ² + eps), μ and σ² being those of the row. `normalize.wgsl` has the
// way in several dispatches, for long rows; here are those where a thread owns whole rows, and `rows.wgsl` says how those sums
// are taken.
//   affine                weight and bias by fours, laid out once for each place in a quad at which a row may begin
//   rows, rowsBack        a thread owns `group` whole rows, which begin and end at a vec4 together
//   short, shortBack      rows of a few cells; thread t of `threads` owns the rows t, t + threads and so on
//   columns               Σ upstream · (x − μ) · r over the rows of each column: the gradient of the weight. A thread adds up
//                         `chunk` rows; `addUp` adds up the pieces, where there are several
//   plainColumns          Σ upstream in the same way: the gradient of the bias

struct Block {
  infinity: f32,
  eps: f32,
  lines: u32,
  length: u32,
  inner: u32,
  group: u32,
  parts: u32,
  threads: u32,
  spacing: u32,
  run: u32,
  hop: u32,
  across: u32,
  weighted: u32,
  biased: u32,
  pieces: u32,
  chunk: u32,
}

// The input, forward and backward.
@group(0) @binding(1) var<storage, read> given4: array<vec4<f32>>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> affines: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> upstream4: array<vec4<f32>>;
// affine
@group(0) @binding(1) var<storage, read_write> laid: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> givenWeight: array<f32>;
@group(0) @binding(3) var<storage, read> givenBias: array<f32>;
// short and shortBack
@group(0) @binding(3) var<storage, read> shortWeight: array<f32>;
@group(0) @binding(4) var<storage, read> shortBias: array<f32>;
@group(0) @binding(4) var<storage, read> upstream: array<f32>;
// columns; `given` is the upstream gradient
@group(0) @binding(4) var<storage, read> columnInput: array<f32>;
@group(0) @binding(5) var<storage, read_write> columnParts: array<f32>;
// plainColumns; `given` is the upstream gradient
@group(0) @binding(3) var<storage, read_write> plainParts: array<f32>;
// addUp
@group(0) @binding(1) var<storage, read_write> pieces: array<f32>;

// ── weight and bias by fours ────────────────────────────────────────────────

// Quads that a row may touch, and the next whole number.
fn quadsPerRow() -> u32 {
  return (block.length + 2u) / 4u + 1u;
}
// Where the quads of weights begin for rows that begin at cell `start`; those of biases follow.
fn laidFrom(start: u32) -> u32 {
  return (start & 3u) * block.group / 4u * 2u * quadsPerRow();
}

@compute @workgroup_size(width)
fn affine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let count = quadsPerRow();
  if (place >= block.group * count) { return; }
  let shift = place / count * 4u / block.group;
  let quad = place % count;
  var weights = vec4<f32>(1.0);
  var biases = vec4<f32>(0.0);
  for (var lane = 0u; lane < 4u; lane++) {
    // What lies before the row is a huge number, and so outside as well.
    let column = quad * 4u + lane - shift;
    if (column < block.length) {
      if (block.weighted == 1u) { weights[lane] = givenWeight[column]; }
      if (block.biased == 1u) { biases[lane] = givenBias[column]; }
    }
  }
  let at = place / count * 2u * count + quad;
  laid[at] = weights;
  laid[at + count] = biases;
}

// ── rows ────────────────────────────────────────────────────────────────────

// A loop over the quads of a row has three parts: the first quad and the last, which it may share with other rows, and
// those between. Where the first is the last, the last has nothing to add.
struct Row {
  start: u32,
  end: u32,
  first: u32,
  last: u32,
  head: vec4<bool>,
  tail: vec4<bool>,
  // Where its weights begin, and its biases.
  weights: u32,
  biases: u32,
}
fn rowAt(row: u32) -> Row {
  let start = row * block.length;
  let end = start + block.length;
  let first = start / 4u;
  let last = (end - 1u) / 4u;
  let tail = lanes(last, start, select(end, 0u, first == last));
  let weights = laidFrom(start) - first;
  return Row(start, end, first, last, lanes(first, start, end), tail, weights, weights + quadsPerRow());
}

// μ and r of a row.
fn statisticsOf(row: Row) -> vec2<f32> {
  var sum = within(given4[row.first], row.head);
  for (var quad = row.first + 1u; quad < row.last; quad++) {
    sum += given4[quad];
  }
  sum += within(given4[row.last], row.tail);
  let mean = rowSum(sum, row.start) / f32(block.length);
  let before = within(given4[row.first] - mean, row.head);
  var squares = before * before;
  for (var quad = row.first + 1u; quad < row.last; quad++) {
    let distance = given4[quad] - mean;
    squares += distance * distance;
  }
  let after = within(given4[row.last] - mean, row.tail);
  squares += after * after;
  return vec2<f32>(mean, reciprocalSquareRoot(rowSum(squares, row.start) / f32(block.length) + block.eps));
}

fn normalized(quad: u32, row: Row, own: vec2<f32>) -> vec4<f32> {
  return (given4[quad] - own.x) * own.y * affines[row.weights + quad] + affines[row.biases + quad];
}

@compute @workgroup_size(width)
fn rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = (id.x + id.y * groups.x * width) * block.group;
  if (first >= block.lines) { return; }
  let last = min(first + block.group, block.lines);
  // The end of the row before, where it shares a quad.
  var open = vec4<f32>(0.0);
  for (var at = first; at < last; at++) {
    let row = rowAt(at);
    let own = statisticsOf(row);
    if ((row.start & 3u) != 0u) {
      result4[row.first] = select(open, normalized(row.first, row, own), row.head);
    }
    for (var quad = (row.start + 3u) / 4u; quad < row.end / 4u; quad++) {
      result4[quad] = normalized(quad, row, own);
    }
    if ((row.end & 3u) != 0u) {
      open = normalized(row.last, row, own);
      if (at + 1u == last) { result4[row.last] = open; }
    }
  }
}

// weight · r · upstream of a quad, and its products with the normalized input.
fn arriving(quad: u32, row: Row, own: vec2<f32>) -> vec4<f32> {
  return affines[row.weights + quad] * own.y * upstream4[quad];
}
fn centred(quad: u32, own: vec2<f32>) -> vec4<f32> {
  return (given4[quad] - own.x) * own.y;
}

@compute @workgroup_size(width)
fn rowsBack(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = (id.x + id.y * groups.x * width) * block.group;
  if (first >= block.lines) { return; }
  let last = min(first + block.group, block.lines);
  var open = vec4<f32>(0.0);
  for (var at = first; at < last; at++) {
    let row = rowAt(at);
    let own = statisticsOf(row);
    var sum = within(arriving(row.first, row, own), row.head);
    var products = sum * within(centred(row.first, own), row.head);
    for (var quad = row.first + 1u; quad < row.last; quad++) {
      let g = arriving(quad, row, own);
      sum += g;
      products += g * centred(quad, own);
    }
    let tail = within(arriving(row.last, row, own), row.tail);
    sum += tail;
    products += tail * within(centred(row.last, own), row.tail);
    let means = vec2<f32>(rowSum(sum, row.start), rowSum(products, row.start)) / f32(block.length);
    if ((row.start & 3u) != 0u) {
      let here = arriving(row.first, row, own) - means.x - centred(row.first, own) * means.y;
      result4[row.first] = select(open, here, row.head);
    }
    for (var quad = (row.start + 3u) / 4u; quad < row.end / 4u; quad++) {
      result4[quad] = arriving(quad, row, own) - means.x - centred(quad, own) * means.y;
    }
    if ((row.end & 3u) != 0u) {
      open = arriving(row.last, row, own) - means.x - centred(row.last, own) * means.y;
      if (at + 1u == last) { result4[row.last] = open; }
    }
  }
}

// ── rows of a few cells ─────────────────────────────────────────────────────

fn statisticsOfShort(start: u32) -> vec2<f32> {
  var sum = 0.0;
  for (var k = 0u; k < block.length; k++) {
    sum += given[start + k];
  }
  let mean = sum / f32(block.length);
  var squares = 0.0;
  for (var k = 0u; k < block.length; k++) {
    squares += (given[start + k] - mean) * (given[start + k] - mean);
  }
  return vec2<f32>(mean, reciprocalSquareRoot(squares / f32(block.length) + block.eps));
}

@compute @workgroup_size(width)
fn short(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let start = line * block.length;
    let own = statisticsOfShort(start);
    for (var k = 0u; k < block.length; k++) {
      var y = (given[start + k] - own.x) * own.y;
      if (block.weighted == 1u) { y *= shortWeight[k]; }
      if (block.biased == 1u) { y += shortBias[k]; }
      result[start + k] = y;
    }
  }
}

fn shortArriving(at: u32, k: u32, own: vec2<f32>) -> f32 {
  if (block.weighted == 1u) { return shortWeight[k] * own.y * upstream[at]; }
  return own.y * upstream[at];
}

@compute @workgroup_size(width)
fn shortBack(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var line = first; line < block.lines; line += block.threads) {
    let start = line * block.length;
    let own = statisticsOfShort(start);
    var both = vec2<f32>(0.0);
    for (var k = 0u; k < block.length; k++) {
      let g = shortArriving(start + k, k, own);
      both += vec2<f32>(g, g * ((given[start + k] - own.x) * own.y));
    }
    let means = both / f32(block.length);
    for (var k = 0u; k < block.length; k++) {
      let distance = (given[start + k] - own.x) * own.y;
      result[start + k] = shortArriving(start + k, k, own) - means.x - distance * means.y;
    }
  }
}

// ── columns ─────────────────────────────────────────────────────────────────

@compute @workgroup_size(width)
fn columns(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let column = place % block.length;
  let piece = place / block.length;
  if (piece >= block.pieces) { return; }
  var sum = 0.0;
  for (var row = piece * block.chunk; row < min((piece + 1u) * block.chunk, block.lines); row++) {
    let own = statistics[row];
    let at = row * block.length + column;
    sum += given[at] * ((columnInput[at] - own.x) * own.y);
  }
  if (block.pieces == 1u) {
    result[column] = sum;
  } else {
    columnParts[piece * block.length + column] = sum;
  }
}

@compute @workgroup_size(width)
fn plainColumns(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let column = place % block.length;
  let piece = place / block.length;
  if (piece >= block.pieces) { return; }
  var sum = 0.0;
  for (var row = piece * block.chunk; row < min((piece + 1u) * block.chunk, block.lines); row++) {
    sum += given[row * block.length + column];
  }
  if (block.pieces == 1u) {
    result[column] = sum;
  } else {
    plainParts[piece * block.length + column] = sum;
  }
}

@compute @workgroup_size(width)
fn addUp(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let column = id.x + id.y * groups.x * width;
  if (column >= block.length) { return; }
  var sum = pieces[column];
  for (var piece = 1u; piece < block.pieces; piece++) {
    sum += pieces[piece * block.length + column];
  }
  result[column] = sum;
}
