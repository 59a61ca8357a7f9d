// max_pool2d: the largest cell of each window, and its flat position in its plane. Of equals the first wins; NaN wins, of
// several the last. Backward each cell of the input adds up what arrives at the windows that it won.
// A thread owns a strip of columns of a plane in a run of lines, and its neighbours the strips beside it:
//   forward        four windows of each of `run` rows, whatever the kernel
//   forwardTwos    the same where windows of 2 × 2 or 3 × 3 step by 2 with padding 0 or 1: a line that two rows of windows
//                  share is read once
//   backward       four cells of each of `run` lines, whatever the kernel: four lines at once ask the windows that may reach
//                  any of them
//   backwardApart  four cells of the lines of `run` rows of windows, where no cell lies in two windows
//   backwardTwos   eight cells of `run` pairs of lines, for the windows of forwardTwos: a window is asked once
// forwardTwosQuads and backwardTwosQuads are the same where all that they write begins at a quad.

struct Block {
  infinity: f32,
  height: u32,
  width: u32,
  rows: u32,
  columns: u32,
  kernelRows: u32,
  kernelColumns: u32,
  strideDown: u32,
  strideAcross: u32,
  paddingDown: u32,
  paddingAcross: u32,
  dilationDown: u32,
  dilationAcross: u32,
  strips: u32,
  runs: u32,
  run: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<vec4<f32>>;
// Forward: the output. Backward: the gradient of the input. Cell by cell, because cells of one quad may have two owners.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(2) var<storage, read_write> resultQuads: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> found: array<i32>;
@group(0) @binding(3) var<storage, read_write> foundQuads: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read> indices: array<vec4<i32>>;
// The same two cell by cell, for the entries that read no quads.
@group(0) @binding(1) var<storage, read> givenCells: array<f32>;
@group(0) @binding(3) var<storage, read> indexCells: array<i32>;

// Whether every line of cells, and every row of windows, begins at a quad.
override wholeLines = false;
override wholeRows = false;
// In …Twos: whether windows are 3 × 3, and whether they begin in the padding. Without padding no window sticks out.
override three = false;
override padded = true;
// In `forward`: whether windows step by 1 and their cells lie side by side, so that a tap reads one cell more than the last.
override glides = false;

const width = 64u;
const rankOfNaN = 0x7fffffff;
const four = vec4<u32>(0u, 1u, 2u, 3u);

// Where a thread stands: its strip, the first line of its run, its plane, and its own number.
fn standing(id: vec3<u32>, groups: vec3<u32>) -> vec4<u32> {
  let place = id.x + id.y * groups.x * width;
  let first = place / block.strips % block.runs * block.run;
  return vec4<u32>(place % block.strips, first, place / (block.strips * block.runs), place);
}

fn cellOf(at: u32) -> f32 { return given[at >> 2u][at & 3u]; }
fn cellsOf(at: vec4<u32>) -> vec4<f32> { return vec4<f32>(cellOf(at.x), cellOf(at.y), cellOf(at.z), cellOf(at.w)); }

// ── forward ─────────────────────────────────────────────────────────────────

// A whole number that orders as x does, with both zeros equal and NaN above all. It is made of x's bits, because a compiler
// may take NaN to be absent, and a device subnormal numbers for 0.
fn rankOf(x: vec4<f32>) -> vec4<i32> {
  let bits = bitcast<vec4<i32>>(x);
  let magnitude = bits & vec4<i32>(0x7fffffff);
  let signed = select(magnitude, -magnitude, bits < vec4<i32>(0));
  return select(signed, vec4<i32>(rankOfNaN), magnitude > vec4<i32>(0x7f800000));
}

// The largest that each of four windows has seen, where it lies, and its rank.
struct Largest {
  value: vec4<f32>,
  place: vec4<u32>,
  rank: vec4<i32>,
}

// Its rank is below that of every number.
fn nothing() -> Largest {
  return Largest(vec4<f32>(), vec4<u32>(), vec4<i32>(-0x7fffffff));
}

// The larger of what comes earlier in reading order and what comes later.
fn larger(early: Largest, late: Largest) -> Largest {
  // Whatever comes before it, NaN wins.
  let wins = late.rank > min(early.rank, vec4<i32>(rankOfNaN - 1));
  return Largest(
    select(early.value, late.value, wins),
    select(early.place, late.place, wins),
    select(early.rank, late.rank, wins),
  );
}

// Cells of line y, one per window, those beyond its ends left out.
fn candidates(value: vec4<f32>, y: u32, x: vec4<u32>) -> Largest {
  var rank = rankOf(value);
  if (padded) { rank = select(nothing().rank, rank, x < vec4<u32>(block.width)); }
  return Largest(value, y * block.width + x, rank);
}

// Where the results of four windows side by side go.
fn windowAt(plane: u32, row: u32, column: u32) -> u32 {
  return (plane * block.rows + row) * block.columns + column;
}

// Writes what they have found, as far as they are there.
fn deliver(best: Largest, at: u32, there: u32) {
  let place = bitcast<vec4<i32>>(best.place);
  result[at] = best.value.x;
  found[at] = place.x;
  if (there > 1u) { result[at + 1u] = best.value.y; found[at + 1u] = place.y; }
  if (there > 2u) { result[at + 2u] = best.value.z; found[at + 2u] = place.z; }
  if (there > 3u) { result[at + 3u] = best.value.w; found[at + 3u] = place.w; }
}

// Cells of a line; in the place of those beyond its ends, others.
fn cellsAt(line: u32, x: vec4<u32>) -> vec4<f32> {
  let at = line + min(x, vec4<u32>(block.width - 1u));
  return vec4<f32>(givenCells[at.x], givenCells[at.y], givenCells[at.z], givenCells[at.w]);
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let source = at.z * block.height * block.width;
  // What lies before the first cell is a huge number once the sign is gone, and so outside as well.
  let left = (at.x * 4u + four) * block.strideAcross - block.paddingAcross;
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let top = row * block.strideDown - block.paddingDown;
    var best = nothing();
    for (var i = 0u; i < block.kernelRows; i++) {
      let y = top + i * block.dilationDown;
      if (y >= block.height) { continue; }
      let line = source + y * block.width;
      var value: vec4<f32>;
      if (glides) { value = cellsAt(line, left - 1u); }
      for (var j = 0u; j < block.kernelColumns; j++) {
        let x = left + j * block.dilationAcross;
        if (glides) {
          value = vec4<f32>(value.yzw, givenCells[line + min(x.w, block.width - 1u)]);
        } else {
          value = cellsAt(line, x);
        }
        best = larger(best, candidates(value, y, x));
      }
    }
    deliver(best, windowAt(at.z, row, at.x * 4u), block.columns - at.x * 4u);
  }
}

// The largest that four windows which step by 2 see of line y, the first of them standing at x, or with padding before it.
fn ofLine(source: u32, y: u32, x: u32) -> Largest {
  let line = source + min(y, block.height - 1u) * block.width;
  var even: vec4<f32>;
  var odd: vec4<f32>;
  if (wholeLines) {
    let low = given[(line + x) >> 2u];
    let high = given[((line + x) >> 2u) + 1u];
    even = vec4<f32>(low.xz, high.xz);
    odd = vec4<f32>(low.yw, high.yw);
  } else {
    even = cellsOf(line + x + four * 2u);
    odd = cellsOf(line + x + four * 2u + 1u);
  }
  let left = x + four * 2u;
  var best: Largest;
  if (padded) {
    let before = cellOf(line + max(x, 1u) - 1u);
    best = larger(candidates(vec4<f32>(before, odd.xyz), y, left - 1u), candidates(even, y, left));
    if (three) { best = larger(best, candidates(odd, y, left + 1u)); }
  } else {
    best = larger(candidates(even, y, left), candidates(odd, y, left + 1u));
    if (three) {
      let after = cellOf(line + min(x + 8u, block.width - 1u));
      best = larger(best, candidates(vec4<f32>(even.yzw, after), y, left + 2u));
    }
  }
  if (padded) { best.rank = select(nothing().rank, best.rank, y < block.height); }
  return best;
}

// The largest of the row of windows whose lines begin at `top`. Of windows of three, the third line is the first of the next.
fn ofRow(source: u32, top: u32, x: u32, reused: ptr<function, Largest>) -> Largest {
  if (three) {
    let upper = larger(*reused, ofLine(source, top + 1u, x));
    *reused = ofLine(source, top + 2u, x);
    return larger(upper, *reused);
  }
  return larger(ofLine(source, top, x), ofLine(source, top + 1u, x));
}

@compute @workgroup_size(width)
fn forwardTwos(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let source = at.z * block.height * block.width;
  var reused = nothing();
  if (three) { reused = ofLine(source, at.y * 2u - block.paddingDown, at.x * 8u); }
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let best = ofRow(source, row * 2u - block.paddingDown, at.x * 8u, &reused);
    deliver(best, windowAt(at.z, row, at.x * 4u), block.columns - at.x * 4u);
  }
}

@compute @workgroup_size(width)
fn forwardTwosQuads(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let source = at.z * block.height * block.width;
  var reused = nothing();
  if (three) { reused = ofLine(source, at.y * 2u - block.paddingDown, at.x * 8u); }
  for (var row = at.y; row < min(at.y + block.run, block.rows); row++) {
    let best = ofRow(source, row * 2u - block.paddingDown, at.x * 8u, &reused);
    let quad = windowAt(at.z, row, at.x * 4u) >> 2u;
    resultQuads[quad] = best.value;
    foundQuads[quad] = bitcast<vec4<i32>>(best.place);
  }
}

// ── backward ────────────────────────────────────────────────────────────────

// Writes four cells of a line from x on, as far as they are there.
fn store(line: u32, x: u32, cells: vec4<f32>) {
  let at = line + x;
  let there = block.width - x;
  result[at] = cells.x;
  if (there > 1u) { result[at + 1u] = cells.y; }
  if (there > 2u) { result[at + 2u] = cells.z; }
  if (there > 3u) { result[at + 3u] = cells.w; }
}

fn indexOf(at: u32) -> i32 { return indices[at >> 2u][at & 3u]; }

// The first of `count` windows that may cover a cell and the one after the last, by the cell's place in the padded input.
fn coverage(place: u32, reach: u32, stride: u32, count: u32) -> vec2<u32> {
  let first = select(0u, (place - reach) / stride + 1u, place >= reach);
  return vec2<u32>(first, min(place / stride + 1u, count));
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let x = at.x * 4u;
  let tall = (block.kernelRows - 1u) * block.dilationDown + 1u;
  let broad = (block.kernelColumns - 1u) * block.dilationAcross + 1u;
  let first = coverage(x + block.paddingAcross, broad, block.strideAcross, block.columns).x;
  let end = coverage(x + 3u + block.paddingAcross, broad, block.strideAcross, block.columns).y;
  let stride = i32(block.width);
  for (var y = at.y; y < min(at.y + block.run, block.height); y += 4u) {
    let top = coverage(y + block.paddingDown, tall, block.strideDown, block.rows).x;
    let bottom = coverage(y + 3u + block.paddingDown, tall, block.strideDown, block.rows).y;
    let corner = i32(y * block.width + x);
    var sums0 = vec4<f32>();
    var sums1 = vec4<f32>();
    var sums2 = vec4<f32>();
    var sums3 = vec4<f32>();
    for (var row = top; row < bottom; row++) {
      for (var column = first; column < end; column++) {
        let window = windowAt(at.z, row, column);
        let arriving = vec4<f32>(givenCells[window]);
        // How far the winner lies behind the first of these cells, and behind the first of each line.
        let won = vec4<i32>(indexCells[window] - corner);
        sums0 += select(vec4<f32>(), arriving, won == vec4<i32>(four));
        sums1 += select(vec4<f32>(), arriving, won - stride == vec4<i32>(four));
        sums2 += select(vec4<f32>(), arriving, won - 2 * stride == vec4<i32>(four));
        sums3 += select(vec4<f32>(), arriving, won - 3 * stride == vec4<i32>(four));
      }
    }
    store(lineAt(at.z, y), x, sums0);
    if (y + 1u < block.height) { store(lineAt(at.z, y + 1u), x, sums1); }
    if (y + 2u < block.height) { store(lineAt(at.z, y + 2u), x, sums2); }
    if (y + 3u < block.height) { store(lineAt(at.z, y + 3u), x, sums3); }
  }
}

@compute @workgroup_size(width)
fn backwardApart(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let x = at.x * 4u;
  let plane = at.z * block.height * block.width;
  // The only window that may cover each of the four cells.
  let column = (x + block.paddingAcross + four) / block.strideAcross;
  for (var row = at.y; row < at.y + block.run; row++) {
    let there = (column < vec4<u32>(block.columns)) & vec4<bool>(row < block.rows);
    let window = (at.z * block.rows + min(row, block.rows - 1u)) * block.columns + min(column, vec4<u32>(block.columns - 1u));
    let asked = vec4<i32>(indexOf(window.x), indexOf(window.y), indexOf(window.z), indexOf(window.w));
    let won = select(vec4<i32>(-1), asked, there);
    let arriving = cellsOf(window);
    let top = row * block.strideDown;
    for (var y = max(top, block.paddingDown); y < min(top + block.strideDown, block.height + block.paddingDown); y++) {
      let line = (y - block.paddingDown) * block.width;
      store(plane + line, x, select(vec4<f32>(), arriving, won == vec4<i32>(line + x + four)));
    }
  }
}

// What arrives at four windows side by side, where it goes, and the same for those one before them, or one after.
struct Asked {
  arriving: vec4<f32>,
  won: vec4<i32>,
  arrivingBeside: vec4<f32>,
  wonBeside: vec4<i32>,
}

fn ask(plane: u32, row: u32, column: u32) -> Asked {
  let line = windowAt(plane, min(row, block.rows - 1u), 0u);
  let last = block.columns - 1u;
  let there = row < block.rows;
  var asked: Asked;
  if (wholeRows) {
    asked.arriving = given[(line + column) >> 2u];
    asked.won = indices[(line + column) >> 2u];
  } else {
    let window = line + min(column + four, vec4<u32>(last));
    asked.arriving = cellsOf(window);
    asked.won = vec4<i32>(indexOf(window.x), indexOf(window.y), indexOf(window.z), indexOf(window.w));
  }
  asked.won = select(vec4<i32>(-1), asked.won, vec4<bool>(there) & (column + four < vec4<u32>(block.columns)));
  if (padded) {
    let window = line + min(column + 4u, last);
    let won = select(-1, indexOf(window), there & (column + 4u < block.columns));
    asked.arrivingBeside = vec4<f32>(asked.arriving.yzw, cellOf(window));
    asked.wonBeside = vec4<i32>(asked.won.yzw, won);
  } else if (three) {
    let window = line + max(column, 1u) - 1u;
    let won = select(-1, indexOf(window), there & (column > 0u));
    asked.arrivingBeside = vec4<f32>(cellOf(window), asked.arriving.xyz);
    asked.wonBeside = vec4<i32>(won, asked.won.xyz);
  }
  return asked;
}

// What cells get of the windows that stand over them.
fn ownGain(asked: Asked, cells: vec4<i32>) -> vec4<f32> {
  return select(vec4<f32>(), asked.arriving, asked.won == cells);
}
fn gainBeside(asked: Asked, cells: vec4<i32>) -> vec4<f32> {
  return select(vec4<f32>(), asked.arrivingBeside, asked.wonBeside == cells);
}

// What the even and the odd ones of eight cells side by side get of a row of windows. Of windows that begin in the padding
// the odd cells lie in two, of others of three the even ones.
fn evenGain(asked: Asked, cells: vec4<i32>) -> vec4<f32> {
  if (three & !padded) { return ownGain(asked, cells) + gainBeside(asked, cells); }
  return ownGain(asked, cells);
}
fn oddGain(asked: Asked, cells: vec4<i32>) -> vec4<f32> {
  if (padded) { return ownGain(asked, cells) + gainBeside(asked, cells); }
  return ownGain(asked, cells);
}

fn lineAt(plane: u32, y: u32) -> u32 {
  return (plane * block.height + y) * block.width;
}

fn storeEight(plane: u32, y: u32, x: u32, even: vec4<f32>, odd: vec4<f32>) {
  if (y >= block.height) { return; }
  store(lineAt(plane, y), x, vec4<f32>(even.x, odd.x, even.y, odd.y));
  if (x + 4u < block.width) { store(lineAt(plane, y), x + 4u, vec4<f32>(even.z, odd.z, even.w, odd.w)); }
}

fn storeTwoQuads(plane: u32, y: u32, x: u32, even: vec4<f32>, odd: vec4<f32>) {
  if (y >= block.height) { return; }
  let quad = (lineAt(plane, y) + x) >> 2u;
  resultQuads[quad] = vec4<f32>(even.x, odd.x, even.y, odd.y);
  if (x + 4u < block.width) { resultQuads[quad + 1u] = vec4<f32>(even.z, odd.z, even.w, odd.w); }
}

@compute @workgroup_size(width)
fn backwardTwos(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let x = at.x * 8u;
  var above: Asked;
  if (three) { above = ask(at.z, at.y - 1u, at.x * 4u); }
  for (var row = at.y; row < at.y + block.run; row++) {
    let here = ask(at.z, row, at.x * 4u);
    // The first two lines of this row of windows; the third is the first of the next.
    let y = row * 2u - block.paddingDown;
    let cells = vec4<i32>(y * block.width + x + four * 2u);
    let below = cells + i32(block.width);
    var even = evenGain(here, cells);
    var odd = oddGain(here, cells + 1);
    if (three) {
      even += evenGain(above, cells);
      odd += oddGain(above, cells + 1);
      above = here;
    }
    storeEight(at.z, y, x, even, odd);
    storeEight(at.z, y + 1u, x, evenGain(here, below), oddGain(here, below + 1));
  }
}

@compute @workgroup_size(width)
fn backwardTwosQuads(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = standing(id, groups);
  if (at.w >= block.threads) { return; }
  let x = at.x * 8u;
  var above: Asked;
  if (three) { above = ask(at.z, at.y - 1u, at.x * 4u); }
  for (var row = at.y; row < at.y + block.run; row++) {
    let here = ask(at.z, row, at.x * 4u);
    let y = row * 2u - block.paddingDown;
    let cells = vec4<i32>(y * block.width + x + four * 2u);
    let below = cells + i32(block.width);
    var even = evenGain(here, cells);
    var odd = oddGain(here, cells + 1);
    if (three) {
      even += evenGain(above, cells);
      odd += oddGain(above, cells + 1);
      above = here;
    }
    storeTwoQuads(at.z, y, x, even, odd);
    storeTwoQuads(at.z, y + 1u, x, evenGain(here, below), oddGain(here, below + 1));
  }
}
