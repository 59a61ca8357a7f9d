// copy: result[cell] = given / divisor, walked by strides of its own from `offset` on: a stride of 0 spreads a cell along
// an axis, one that went below 0 before its sign was taken walks backward. The result is row-major, and taken as lines
// along its last axis.
//   runs    one line, read cell after cell or one cell spread: a workgroup owns `each` quads per thread side by side, which
//           its threads take in turns
//   quads   every line begins at a quad and is read so: thread (i, j) owns the quads i, i + across, … of `deep` lines from
//           j · deep on
//   cells   anything else, dealt out like `quads`

struct Block {
  infinity: f32,
  extent: u32,
  quads: u32,
  lines: u32,
  across: u32,
  deep: u32,
  rank: u32,
  // Cells per step along a line.
  step: u32,
  offset: u32,
  // 1 where cells are only moved.
  divisor: u32,
  each: u32,
  padding: u32,
  // Of the axes that count the lines.
  extents: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> givenQuads: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> resultQuads: array<vec4<f32>>;
// The same buffers cell by cell.
@group(0) @binding(1) var<storage, read> givenCells: array<f32>;
@group(0) @binding(2) var<storage, read_write> resultCells: array<f32>;

// Whether one cell is spread along every line, and whether cells are divided on their way.
override spreads = false;
override divides = false;

const width = 64u;

// Where a line begins in what is given.
fn begin(line: u32) -> u32 {
  var rest = line;
  var at = block.offset;
  for (var axis = block.rank; axis > 1u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    at += rest % block.extents[i][j] * block.strides[i][j];
    rest /= block.extents[i][j];
  }
  return at + rest * block.strides[0][0];
}

fn divided(four: vec4<f32>) -> vec4<f32> {
  if (divides) { return four / f32(block.divisor); }
  return four;
}

// Four cells along a line, or the one that is spread along it.
fn along(at: u32, quad: u32) -> vec4<f32> {
  if (spreads) { return vec4<f32>(givenQuads[at >> 2u][at & 3u]); }
  return givenQuads[(at >> 2u) + quad];
}

fn runAt(quad: u32) {
  resultQuads[quad] = divided(along(block.offset, quad));
}

@compute @workgroup_size(width)
fn runs(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var quad = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(quad + width * block.each, block.quads);
  // Four at a time, so that the loop itself costs little, then the rest.
  for (; quad + 3u * width < end; quad += 4u * width) {
    runAt(quad);
    runAt(quad + width);
    runAt(quad + 2u * width);
    runAt(quad + 3u * width);
  }
  for (; quad < end; quad += width) { runAt(quad); }
}

@compute @workgroup_size(width)
fn quads(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  let first = place % block.across;
  let top = place / block.across * block.deep;
  for (var line = top; line < min(top + block.deep, block.lines); line++) {
    let at = begin(line);
    for (var quad = first; quad < block.quads; quad += block.across) {
      resultQuads[line * block.quads + quad] = divided(along(at, quad));
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
    for (var quad = first; quad < block.quads; quad += block.across) {
      let cell = line * block.extent + quad * 4u;
      let places = min(quad * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(block.extent - 1u));
      let i = at + places * block.step;
      let four = divided(vec4<f32>(givenCells[i.x], givenCells[i.y], givenCells[i.z], givenCells[i.w]));
      let there = block.extent - quad * 4u;
      resultCells[cell] = four.x;
      if (there > 1u) { resultCells[cell + 1u] = four.y; }
      if (there > 2u) { resultCells[cell + 2u] = four.z; }
      if (there > 3u) { resultCells[cell + 3u] = four.w; }
    }
  }
}
