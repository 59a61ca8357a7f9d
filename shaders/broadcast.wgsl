// One cell of the result from one cell of each operand, with broadcasting. `operation` says what they come to:
//   0 add   1 sub   2 mul   3 div   4 the left one   5 the left one negated   6 the product negated
// The result is row-major. It is taken as lines along its last axis; the operands are walked by strides of their own, 0
// along a broadcast axis.
//   pairs   one line: a workgroup owns `each` quads per thread side by side, which its threads take in turns
//   quads   every line begins at a quad in all that is read and written: thread (i, j) owns the quads i, i + across, … of
//           `deep` lines from j · deep on
//   cells   anything else, dealt out like `quads`

struct Block {
  infinity: f32,
  extent: u32,
  quads: u32,
  lines: u32,
  across: u32,
  deep: u32,
  rank: u32,
  each: u32,
  // Of the axes that count the lines.
  extents: array<vec4<u32>, 2>,
  leftStrides: array<vec4<u32>, 2>,
  rightStrides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> leftQuads: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> resultQuads: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> rightQuads: array<vec4<f32>>;
// The same buffers cell by cell.
@group(0) @binding(1) var<storage, read> leftCells: array<f32>;
@group(0) @binding(2) var<storage, read_write> resultCells: array<f32>;
@group(0) @binding(3) var<storage, read> rightCells: array<f32>;

override operation: u32;
// Whether an operand stays at one cell along a line.
override leftStays = false;
override rightStays = false;

const width = 64u;

fn meet(left: vec4<f32>, right: vec4<f32>) -> vec4<f32> {
  switch operation {
    case 0u: { return left + right; }
    case 1u: { return left - right; }
    case 2u: { return left * right; }
    case 3u: { return left / right; }
    case 4u: { return left; }
    case 5u: { return -left; }
    default: { return -(left * right); }
  }
}

// Where a line begins in left and right.
fn begin(line: u32) -> vec2<u32> {
  var rest = line;
  var at = vec2<u32>(0u);
  for (var axis = block.rank; axis > 1u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.extents[i][j];
    rest /= block.extents[i][j];
    at += step * vec2<u32>(block.leftStrides[i][j], block.rightStrides[i][j]);
  }
  return at + rest * vec2<u32>(block.leftStrides[0][0], block.rightStrides[0][0]);
}

fn pairAt(quad: u32) {
  var left: vec4<f32>;
  var right: vec4<f32>;
  if (leftStays) { left = vec4<f32>(leftQuads[0].x); } else { left = leftQuads[quad]; }
  if (rightStays) { right = vec4<f32>(rightQuads[0].x); } else { right = rightQuads[quad]; }
  resultQuads[quad] = meet(left, right);
}

@compute @workgroup_size(width)
fn pairs(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var quad = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(quad + width * block.each, block.quads);
  // Four at a time, so that the loop itself costs little, then the rest.
  for (; quad + 3u * width < end; quad += 4u * width) {
    pairAt(quad);
    pairAt(quad + width);
    pairAt(quad + 2u * width);
    pairAt(quad + 3u * width);
  }
  for (; quad < end; quad += width) { pairAt(quad); }
}

@compute @workgroup_size(width)
fn quads(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let first = place % block.across;
  let top = place / block.across * block.deep;
  for (var line = top; line < min(top + block.deep, block.lines); line++) {
    let at = begin(line);
    var left: vec4<f32>;
    var right: vec4<f32>;
    if (leftStays) { left = vec4<f32>(leftQuads[at.x >> 2u][at.x & 3u]); }
    if (rightStays) { right = vec4<f32>(rightQuads[at.y >> 2u][at.y & 3u]); }
    for (var quad = first; quad < block.quads; quad += block.across) {
      if (!leftStays) { left = leftQuads[(at.x >> 2u) + quad]; }
      if (!rightStays) { right = rightQuads[(at.y >> 2u) + quad]; }
      resultQuads[line * block.quads + quad] = meet(left, right);
    }
  }
}

@compute @workgroup_size(width)
fn cells(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let first = place % block.across;
  let top = place / block.across * block.deep;
  for (var line = top; line < min(top + block.deep, block.lines); line++) {
    let at = begin(line);
    var left: vec4<f32>;
    var right: vec4<f32>;
    if (leftStays) { left = vec4<f32>(leftCells[at.x]); }
    if (rightStays) { right = vec4<f32>(rightCells[at.y]); }
    for (var quad = first; quad < block.quads; quad += block.across) {
      let cell = line * block.extent + quad * 4u;
      let places = min(quad * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(block.extent - 1u));
      if (!leftStays) {
        let i = at.x + places;
        left = vec4<f32>(leftCells[i.x], leftCells[i.y], leftCells[i.z], leftCells[i.w]);
      }
      if (!rightStays) {
        let i = at.y + places;
        right = vec4<f32>(rightCells[i.x], rightCells[i.y], rightCells[i.z], rightCells[i.w]);
      }
      let four = meet(left, right);
      let there = block.extent - quad * 4u;
      resultCells[cell] = four.x;
      if (there > 1u) { resultCells[cell + 1u] = four.y; }
      if (there > 2u) { resultCells[cell + 2u] = four.z; }
      if (there > 3u) { resultCells[cell + 3u] = four.w; }
    }
  }
}
