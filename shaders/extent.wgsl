// The largest finite |x| of a tensor, folded into one cell that several tensors of a group share.
// Positive floats order as their bits do, so an integer maximum is exact and does not depend on scheduling.

struct Block {
  infinity: f32,
  count: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> extent: atomic<u32>;

const width = 256u;
var<workgroup> largest: atomic<u32>;

// Every thread strides over the cells; a workgroup then speaks once. Infinities and NaN have no say.
@compute @workgroup_size(width)
fn real(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  var most = 0u;
  for (var i = id.x; i < block.count; i += groups.x * width) {
    let magnitude = x[i] & 0x7fffffffu;
    if (magnitude < 0x7f800000u) {
      most = max(most, magnitude);
    }
  }
  atomicMax(&largest, most);
  workgroupBarrier();
  if (lane == 0u) {
    atomicMax(&extent, atomicLoad(&largest));
  }
}

// The same over whole numbers.
@compute @workgroup_size(width)
fn index(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  var most = 0u;
  for (var i = id.x; i < block.count; i += groups.x * width) {
    most = max(most, bitcast<u32>(f32(abs(bitcast<i32>(x[i])))));
  }
  atomicMax(&largest, most);
  workgroupBarrier();
  if (lane == 0u) {
    atomicMax(&extent, atomicLoad(&largest));
  }
}
