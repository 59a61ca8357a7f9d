// cumsum: running sums along one axis. Forward each cell is the sum of the cells up to it; backward (`reversed` = 1) the
// gradient of a cell is the sum of the upstream gradients from it on. Thread `line` owns one line of `length` cells that
// lie `stride` apart.

struct Block {
  infinity: f32,
  lines: u32,
  length: u32,
  stride: u32,
  reversed: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn run(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let line = id.x + id.y * groups.x * width;
  if (line >= block.lines) { return; }
  let first = (line / block.stride) * block.stride * block.length + line % block.stride;
  var sum = 0.0;
  for (var k = 0u; k < block.length; k++) {
    let at = first + select(k, block.length - 1u - k, block.reversed == 1u) * block.stride;
    sum += given[at];
    result[at] = sum;
  }
}
