// max_pool2d: the largest cell of each window, and its flat position in its plane. Of equals the first wins; NaN wins, of
// several the last. Backward each cell of the input adds up what arrives at the windows that it won.
// A thread owns up to eight rows of one column of a plane: what the rows share is found once, and neighbouring threads read
// neighbouring columns.

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
  runs: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read_write> found: array<i32>;
@group(0) @binding(3) var<storage, read> indices: array<i32>;

const width = 64u;
const run = 8u;
const rankOfNaN = 0x7fffffff;

// A whole number that orders as x does, with both zeros equal and NaN above all. It is made of x's bits, because a compiler
// may take NaN to be absent, and a device subnormal numbers for 0.
fn rankOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let magnitude = bits & 0x7fffffff;
  let signed = select(magnitude, -magnitude, bits < 0);
  return select(signed, rankOfNaN, magnitude > 0x7f800000);
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let column = place % block.columns;
  let first = place / block.columns % block.runs * run;
  let plane = place / (block.columns * block.runs);
  let source = plane * block.height * block.width;
  // What lies before the first cell is a huge number once the sign is gone, and so outside as well.
  let left = column * block.strideAcross - block.paddingAcross;
  for (var row = first; row < min(first + run, block.rows); row++) {
    let top = row * block.strideDown - block.paddingDown;
    var best = 0u;
    var largest = 0.0;
    // Below the rank of every number.
    var highest = -0x7fffffff;
    for (var i = 0u; i < block.kernelRows; i++) {
      let y = top + i * block.dilationDown;
      if (y >= block.height) { continue; }
      for (var j = 0u; j < block.kernelColumns; j++) {
        let x = left + j * block.dilationAcross;
        if (x >= block.width) { continue; }
        let at = y * block.width + x;
        let value = given[source + at];
        let rank = rankOf(value);
        let wins = (rank > highest) | (rank == rankOfNaN);
        highest = select(highest, rank, wins);
        best = select(best, at, wins);
        largest = select(largest, value, wins);
      }
    }
    let cell = (plane * block.rows + row) * block.columns + column;
    result[cell] = largest;
    found[cell] = i32(best);
  }
}

// The first of `count` windows that may cover a cell and the one after the last, by the cell's place in the padded input.
fn coverage(place: u32, reach: u32, stride: u32, count: u32) -> vec2<u32> {
  let first = select(0u, (place - reach) / stride + 1u, place >= reach);
  return vec2<u32>(first, min(place / stride + 1u, count));
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let x = place % block.width;
  let first = place / block.width % block.runs * run;
  let plane = place / (block.width * block.runs);
  let windows = plane * block.rows * block.columns;
  let tall = (block.kernelRows - 1u) * block.dilationDown + 1u;
  let broad = (block.kernelColumns - 1u) * block.dilationAcross + 1u;
  let over = coverage(x + block.paddingAcross, broad, block.strideAcross, block.columns);
  for (var y = first; y < min(first + run, block.height); y++) {
    let cell = y * block.width + x;
    let down = coverage(y + block.paddingDown, tall, block.strideDown, block.rows);
    var sum = 0.0;
    for (var row = down.x; row < down.y; row++) {
      for (var column = over.x; column < over.y; column++) {
        let at = windows + row * block.columns + column;
        if (indices[at] == i32(cell)) { sum += given[at]; }
      }
    }
    result[plane * block.height * block.width + cell] = sum;
  }
}
