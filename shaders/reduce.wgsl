// Strided sums: result[cell] = Σ over the summed axes, divided by `divisor`, of what `operation` says:
//   0 left   1 −left   2 left · right   3 left / right   4 −(left · right)
// `left` and `right` are walked by strides of their own, a stride of 0 standing for a broadcast axis, so that one kernel
// serves the sum over any axes and the gradients of everything that broadcasts. The result is row-major over the kept
// axes. The terms are taken as lines along the last summed axis: part (i, j) of across · down adds every across-th of
// every down-th line from i and j on. One part alone writes the result, else `total.wgsl` adds the parts up.
//   spans    the terms of a line lie side by side: four at once from its first on, wherever in a quad that is, so that
//            equal lines have equal sums; what lies beyond its end is left out
//   columns  the cells lie side by side: four cells at once
//   terms    anything else: one term at a time

struct Block {
  infinity: f32,
  // What threads share: cells, in `columns` quads of cells. Thread t of `threads` owns the units t, t + threads, … .
  units: u32,
  threads: u32,
  across: u32,
  down: u32,
  // The terms of a line, and how many lines there are.
  extent: u32,
  lines: u32,
  divisor: u32,
  keptRank: u32,
  lineRank: u32,
  // Cells per step along a line of terms.
  leftStep: u32,
  rightStep: u32,
  // In `columns`: quads along the last kept axis, whether right moves along it, and how many cells there are to read.
  quads: u32,
  rightMoves: u32,
  limit: u32,
  // What is added up in the end: 1 where this dispatch writes the result.
  parts: u32,
  // Of the kept axes, in `columns` without the last.
  keptExtents: array<vec4<u32>, 2>,
  keptLeft: array<vec4<u32>, 2>,
  keptRight: array<vec4<u32>, 2>,
  // Of the axes that count the lines.
  lineExtents: array<vec4<u32>, 2>,
  lineLeft: array<vec4<u32>, 2>,
  lineRight: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> leftQuads: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> partQuads: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> resultQuads: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> rightQuads: array<vec4<f32>>;
// The same buffers cell by cell.
@group(0) @binding(1) var<storage, read> leftCells: array<f32>;
@group(0) @binding(2) var<storage, read_write> partCells: array<f32>;
@group(0) @binding(3) var<storage, read_write> resultCells: array<f32>;
@group(0) @binding(4) var<storage, read> rightCells: array<f32>;

override operation: u32;
// Whether in `spans` every line of terms is whole quads, and in `columns` no row is short: then nothing is left out.
override whole = false;

const width = 64u;

fn term(left: vec4<f32>, right: vec4<f32>) -> vec4<f32> {
  switch operation {
    case 0u: { return left; }
    case 1u: { return -left; }
    case 2u: { return left * right; }
    case 3u: { return left / right; }
    default: { return -(left * right); }
  }
}

// Where unit `place` of the result begins in left and right.
fn begin(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.keptRank; axis > 1u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.keptExtents[i][j];
    rest /= block.keptExtents[i][j];
    at += step * vec2<u32>(block.keptLeft[i][j], block.keptRight[i][j]);
  }
  return at + rest * vec2<u32>(block.keptLeft[0][0], block.keptRight[0][0]);
}

// How far line `place` of its terms lies from there.
fn away(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.lineRank; axis > 1u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.lineExtents[i][j];
    rest /= block.lineExtents[i][j];
    at += step * vec2<u32>(block.lineLeft[i][j], block.lineRight[i][j]);
  }
  return at + rest * vec2<u32>(block.lineLeft[0][0], block.lineRight[0][0]);
}

fn divided(sum: vec4<f32>) -> vec4<f32> {
  return select(sum / f32(block.divisor), sum, block.divisor == 1u);
}

fn deliver(cell: u32, part: u32, sum: f32) {
  if (block.parts == 1u) {
    resultCells[cell] = divided(vec4<f32>(sum)).x;
  } else {
    partCells[part * block.units + cell] = sum;
  }
}

// Of two quads side by side the four cells from cell `start` on, as far as it lies within a quad.
fn straddling(first: vec4<f32>, second: vec4<f32>, start: u32) -> vec4<f32> {
  let odd = (start & 1u) == 1u;
  let before = select(first, vec4<f32>(first.yzw, second.x), odd);
  let after = select(second.xy, second.yz, odd);
  return select(before, vec4<f32>(before.zw, after), (start & 2u) == 2u);
}

// The four terms `quad` of a line that begins at `at` in left and right.
fn spanAt(at: vec2<u32>, quad: u32) -> vec4<f32> {
  let place = (at >> vec2<u32>(2u)) + quad;
  if (whole) { return term(leftQuads[place.x], rightQuads[place.y]); }
  let left = straddling(leftQuads[place.x], leftQuads[place.x + 1u], at.x);
  let right = straddling(rightQuads[place.y], rightQuads[place.y + 1u], at.y);
  let inside = quad * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(block.extent);
  let four = term(left, right);
  return select(vec4<f32>(), four, inside);
}

@compute @workgroup_size(width)
fn spans(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let part = place % (block.across * block.down);
  let first = place / (block.across * block.down);
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.units; cell += block.threads) {
    let start = begin(cell);
    var sums = vec4<f32>();
    for (var line = part / block.across; line < block.lines; line += block.down) {
      let at = start + away(line);
      let end = (block.extent + 3u) >> 2u;
      let step = block.across;
      var quad = part % step;
      // Four at a time, so that the loop itself costs little, then the rest.
      for (; quad + 3u * step < end; quad += 4u * step) {
        sums += (spanAt(at, quad) + spanAt(at, quad + step)) + (spanAt(at, quad + 2u * step) + spanAt(at, quad + 3u * step));
      }
      for (; quad < end; quad += step) { sums += spanAt(at, quad); }
    }
    deliver(cell, part, (sums.x + sums.y) + (sums.z + sums.w));
  }
}

// The terms of four cells whose first lies at `at` in left and right.
fn columnsAt(at: vec2<u32>) -> vec4<f32> {
  let right = rightQuads[at.y >> 2u];
  let four = term(leftQuads[at.x >> 2u], select(right, vec4<f32>(right[at.y & 3u]), block.rightMoves == 0u));
  if (whole) { return four; }
  // The last of the rows that were taken together may be short.
  return select(vec4<f32>(), four, at.x + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(block.limit));
}

@compute @workgroup_size(width)
fn columns(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let first = place % block.threads;
  let part = place / block.threads;
  if (part >= block.across * block.down) { return; }
  for (var unit = first; unit < block.units; unit += block.threads) {
    let cell = unit % block.quads * 4u;
    let start = begin(unit / block.quads) + cell * vec2<u32>(1u, block.rightMoves);
    var sums = vec4<f32>();
    for (var line = part / block.across; line < block.lines; line += block.down) {
      let head = start + away(line);
      let step = block.across * vec2<u32>(block.leftStep, block.rightStep);
      var k = part % block.across;
      var at = head + k * vec2<u32>(block.leftStep, block.rightStep);
      for (; k + 3u * block.across < block.extent; k += 4u * block.across) {
        sums += (columnsAt(at) + columnsAt(at + step)) + (columnsAt(at + 2u * step) + columnsAt(at + 3u * step));
        at += 4u * step;
      }
      for (; k < block.extent; k += block.across) {
        sums += columnsAt(at);
        at += step;
      }
    }
    if (block.parts == 1u) {
      resultQuads[unit] = divided(sums);
    } else {
      partQuads[part * block.units + unit] = sums;
    }
  }
}

@compute @workgroup_size(width)
fn terms(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let first = place % block.threads;
  let part = place / block.threads;
  if (part >= block.across * block.down) { return; }
  for (var cell = first; cell < block.units; cell += block.threads) {
    let start = begin(cell);
    var sum = 0.0;
    for (var line = part / block.across; line < block.lines; line += block.down) {
      let head = start + away(line);
      for (var k = part % block.across; k < block.extent; k += block.across) {
        let at = head + k * vec2<u32>(block.leftStep, block.rightStep);
        sum += term(vec4<f32>(leftCells[at.x]), vec4<f32>(rightCells[at.y])).x;
      }
    }
    deliver(cell, part, sum);
  }
}
