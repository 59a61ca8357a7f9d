// Adds up the parts of long sums. `parts` is parts × cells, row-major; thread `cell` owns result[cell].

struct Block {
  infinity: f32,
  cells: u32,
  parts: u32,
  padding: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn total(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let cell = id.x + id.y * groups.x * width;
  if (cell >= block.cells) { return; }
  var sum = parts[cell];
  for (var part = 1u; part < block.parts; part++) {
    sum += parts[part * block.cells + cell];
  }
  result[cell] = sum;
}
