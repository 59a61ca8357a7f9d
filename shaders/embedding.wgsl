// embedding: result[token, column] = weight[tokens[token], column]; NaN where a token names no row.
//
// Backward each cell of the table adds up the upstream rows of the tokens that name its row, in the tokens' order.
//   scan     a thread per cell looks through all tokens: for few of them
//   rank     sorts the tokens by the row that they name, within runs of `run`: each finds its place by counting
//   merge    sixteen sorted runs of `run` become one: each token finds its place by bisecting the other runs
//   starts   where the tokens of each row begin among the sorted
//   gather   a thread adds up its tokens' cells in a few columns of a row
// `forward` and `gather` have twins that move four columns at once, for which `columns` counts fours.

struct Block {
  infinity: f32,
  tokens: u32,
  rows: u32,
  columns: u32,
  threads: u32,
  run: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the table. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read> given4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> tokens: array<i32>;
// What is written: the output, or the gradient of the table.
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read_write> result4: array<vec4<f32>>;
// Ranking: the tokens, and their order within runs.
@group(0) @binding(1) var<storage, read> unsorted: array<i32>;
@group(0) @binding(2) var<storage, read_write> ranked: array<u32>;
// Sorting: from here to there.
@group(0) @binding(1) var<storage, read_write> from_: array<u32>;
@group(0) @binding(3) var<storage, read_write> to: array<u32>;
// Gathering: the sorted tokens, and where each row's begin.
@group(0) @binding(2) var<storage, read_write> sorted: array<u32>;
@group(0) @binding(4) var<storage, read_write> begins: array<u32>;

const width = 64u;
const siblings = 16u;

fn nan() -> f32 {
  return bitcast<f32>(bitcast<u32>(block.infinity) | 0x400000u);
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.tokens * block.columns; cell += block.threads) {
    // A token below 0 is a huge number once its sign is gone, and so outside as well.
    let row = bitcast<u32>(tokens[cell / block.columns]);
    let at = min(row, block.rows - 1u) * block.columns + cell % block.columns;
    result[cell] = select(nan(), given[at], row < block.rows);
  }
}

@compute @workgroup_size(width)
fn forward4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.tokens * block.columns; cell += block.threads) {
    let row = bitcast<u32>(tokens[cell / block.columns]);
    let at = min(row, block.rows - 1u) * block.columns + cell % block.columns;
    result4[cell] = select(vec4<f32>(nan()), given4[at], row < block.rows);
  }
}

@compute @workgroup_size(width)
fn scan(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let cell = id.x + id.y * groups.x * width;
  if (cell >= block.rows * block.columns) { return; }
  let row = i32(cell / block.columns);
  var sum = 0.0;
  for (var token = 0u; token < block.tokens; token++) {
    if (tokens[token] == row) { sum += given[token * block.columns + cell % block.columns]; }
  }
  result[cell] = sum;
}

@compute @workgroup_size(width)
fn rank(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let token = id.x + id.y * groups.x * width;
  if (token >= block.tokens) { return; }
  let start = token / block.run * block.run;
  let row = unsorted[token];
  var place = start;
  for (var other = start; other < min(start + block.run, block.tokens); other++) {
    let theirs = unsorted[other];
    place += u32((theirs < row) | ((theirs == row) & (other < token)));
  }
  ranked[place] = token;
}

// How many of the sorted tokens from `start` to before `end` name a row before `row`, or that row too where `through`.
fn before(start: u32, end: u32, row: i32, through: bool) -> u32 {
  var low = start;
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2u;
    let theirs = tokens[from_[middle]];
    if ((theirs < row) | ((theirs == row) & through)) { low = middle + 1u; } else { high = middle; }
  }
  return low - start;
}

@compute @workgroup_size(width)
fn merge(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.x + id.y * groups.x * width;
  if (at >= block.tokens) { return; }
  let token = from_[at];
  let row = tokens[token];
  let own = at / block.run;
  let first = own / siblings * siblings;
  var place = first * block.run + at % block.run;
  for (var run = first; run < first + siblings; run++) {
    let start = run * block.run;
    if (start >= block.tokens) { break; }
    if (run != own) { place += before(start, min(start + block.run, block.tokens), row, run < own); }
  }
  to[place] = token;
}

@compute @workgroup_size(width)
fn starts(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = id.x + id.y * groups.x * width;
  if (row > block.rows) { return; }
  to[row] = before(0u, block.tokens, i32(row), false);
}

@compute @workgroup_size(width)
fn gather(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let row = place / block.threads;
  if (row >= block.rows) { return; }
  for (var column = place % block.threads; column < block.columns; column += block.threads) {
    var sum = 0.0;
    for (var at = begins[row]; at < begins[row + 1u]; at++) {
      sum += given[sorted[at] * block.columns + column];
    }
    result[row * block.columns + column] = sum;
  }
}

@compute @workgroup_size(width)
fn gather4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let row = place / block.threads;
  if (row >= block.rows) { return; }
  for (var column = place % block.threads; column < block.columns; column += block.threads) {
    var sum = vec4<f32>(0.0);
    for (var at = begins[row]; at < begins[row + 1u]; at++) {
      sum += given4[sorted[at] * block.columns + column];
    }
    result4[row * block.columns + column] = sum;
  }
}
