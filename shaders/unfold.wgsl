// unfold: column `window` of the output holds what that window reads, channel by channel, with 0 for what lies in the
// padding. Backward each cell of the input adds up what arrives wherever it was copied to.
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

const width = 64u;
const run = 8u;

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let column = place % block.columns;
  let first = place / block.columns % block.runs * run;
  let line = place / (block.columns * block.runs);
  let j = line % block.kernelColumns;
  let i = line / block.kernelColumns % block.kernelRows;
  let plane = line / (block.kernelColumns * block.kernelRows);
  // What lies before the first cell is a huge number once the sign is gone, and so outside as well.
  let x = column * block.strideAcross + j * block.dilationAcross - block.paddingAcross;
  for (var row = first; row < min(first + run, block.rows); row++) {
    let y = row * block.strideDown + i * block.dilationDown - block.paddingDown;
    let at = (plane * block.height + min(y, block.height - 1u)) * block.width + min(x, block.width - 1u);
    let cell = select(0.0, given[at], (y < block.height) & (x < block.width));
    result[(line * block.rows + row) * block.columns + column] = cell;
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let x = place % block.width + block.paddingAcross;
  let first = place / block.width % block.runs * run;
  let plane = place / (block.width * block.runs);
  let kernel = block.kernelRows * block.kernelColumns;
  let windows = block.rows * block.columns;
  let last = min(first + run, block.height);
  for (var line = first; line < last; line++) {
    let y = line + block.paddingDown;
    var sum = 0.0;
    for (var i = 0u; i < block.kernelRows; i++) {
      let down = i * block.dilationDown;
      let row = (y - down) / block.strideDown;
      // A window stands there, and this row of it reaches y.
      if ((down > y) | (row >= block.rows) | (row * block.strideDown + down != y)) { continue; }
      for (var j = 0u; j < block.kernelColumns; j++) {
        let over = j * block.dilationAcross;
        let column = (x - over) / block.strideAcross;
        if ((over > x) | (column >= block.columns) | (column * block.strideAcross + over != x)) { continue; }
        let tap = plane * kernel + i * block.kernelColumns + j;
        sum += given[tap * windows + row * block.columns + column];
      }
    }
    result[(plane * block.height + line) * block.width + x - block.paddingAcross] = sum;
  }
}
