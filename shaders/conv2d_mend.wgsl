// Mends the gradient of a convolution's input after `conv2d_registers.wgsl`, which reads 0 where no window stands: a
// product of that 0 with a weight that is not finite makes NaN, where there should be no product. Such a cell is
// computed anew.
//
// Only cells near the ends of a row are reached by columns of the kernel from where no window is. A thread looks after
// the ends of one row.

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
  groups: u32,
  channels: u32,
  outputs: u32,
  threads: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> upstream: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

const width = 64u;

fn anew(line: u32, x: u32) -> f32 {
  let y = line % block.height;
  let channel = line / block.height % block.channels;
  let member = line / block.height / block.channels;
  let kernel = block.kernelRows * block.kernelColumns;
  var sum = 0.0;
  for (var i = 0u; i < block.kernelRows; i++) {
    let down = y + block.paddingDown - i * block.dilationDown;
    let row = down / block.strideDown;
    if ((row >= block.rows) | (row * block.strideDown != down)) { continue; }
    for (var j = 0u; j < block.kernelColumns; j++) {
      let over = x + block.paddingAcross - j * block.dilationAcross;
      let column = over / block.strideAcross;
      if ((column >= block.columns) | (column * block.strideAcross != over)) { continue; }
      let first = (member % block.groups * block.outputs * block.channels + channel) * kernel;
      var tap = first + i * block.kernelColumns + j;
      var window = (member * block.outputs * block.rows + row) * block.columns + column;
      for (var output = 0u; output < block.outputs; output++) {
        sum += upstream[window] * weights[tap];
        tap += block.channels * kernel;
        window += block.rows * block.columns;
      }
    }
  }
  return sum;
}

@compute @workgroup_size(width)
fn mend(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let line = id.x + id.y * groups.x * width;
  if (line >= block.threads) { return; }
  let reach = (block.kernelColumns - 1u) * block.dilationAcross;
  let before = min(max(reach, block.paddingAcross) - block.paddingAcross, block.width);
  let beyond = block.columns * block.strideAcross;
  let after = max(before, max(beyond, block.paddingAcross) - block.paddingAcross);
  let count = before + max(block.width, after) - after;
  for (var n = 0u; n < count; n++) {
    let x = select(after + n - before, n, n < before);
    let at = line * block.width + x;
    if ((bitcast<u32>(result[at]) & 0x7fffffffu) > 0x7f800000u) { result[at] = anew(line, x); }
  }
}
