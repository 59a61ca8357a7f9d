// avg_pool2d: the mean of each window, and backward what each cell gets of the windows that cover it. The divisor is the
// size of the kernel, or without `padded` the number of cells that lie inside of the input.
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
  padded: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const width = 64u;
const run = 8u;

// The first cell of a window along one axis, and the one after its last, as far as they lie inside.
fn span(window: u32, kernel: u32, stride: u32, padding: u32, extent: u32) -> vec2<u32> {
  let first = window * stride;
  return vec2<u32>(max(first, padding) - padding, min(first + kernel - padding, extent));
}
fn rowsOf(window: u32) -> vec2<u32> {
  return span(window, block.kernelRows, block.strideDown, block.paddingDown, block.height);
}
fn columnsOf(window: u32) -> vec2<u32> {
  return span(window, block.kernelColumns, block.strideAcross, block.paddingAcross, block.width);
}

fn divisor(down: vec2<u32>, over: vec2<u32>) -> f32 {
  let inside = (down.y - down.x) * (over.y - over.x);
  return f32(select(inside, block.kernelRows * block.kernelColumns, block.padded == 1u));
}

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let column = place % block.columns;
  let first = place / block.columns % block.runs * run;
  let plane = place / (block.columns * block.runs);
  let over = columnsOf(column);
  for (var row = first; row < min(first + run, block.rows); row++) {
    let down = rowsOf(row);
    var sum = 0.0;
    for (var y = down.x; y < down.y; y++) {
      let line = (plane * block.height + y) * block.width;
      for (var x = over.x; x < over.y; x++) {
        sum += given[line + x];
      }
    }
    result[(plane * block.rows + row) * block.columns + column] = sum / divisor(down, over);
  }
}

// The first of `count` windows that cover a cell and the one after the last, by the cell's place in the padded input.
fn coverage(place: u32, kernel: u32, stride: u32, count: u32) -> vec2<u32> {
  let first = select(0u, (place - kernel) / stride + 1u, place >= kernel);
  return vec2<u32>(first, min(place / stride + 1u, count));
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * width;
  if (place >= block.threads) { return; }
  let x = place % block.width;
  let first = place / block.width % block.runs * run;
  let plane = place / (block.width * block.runs);
  let over = coverage(x + block.paddingAcross, block.kernelColumns, block.strideAcross, block.columns);
  for (var y = first; y < min(first + run, block.height); y++) {
    let down = coverage(y + block.paddingDown, block.kernelRows, block.strideDown, block.rows);
    var sum = 0.0;
    for (var row = down.x; row < down.y; row++) {
      let line = (plane * block.rows + row) * block.columns;
      for (var column = over.x; column < over.y; column++) {
        sum += given[line + column] / divisor(rowsOf(row), columnsOf(column));
      }
    }
    result[(plane * block.height + y) * block.width + x] = sum;
  }
}
