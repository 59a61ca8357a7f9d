// Adds up the parts of long sums, and divides by `divisor`. `parts` is parts × cells, row-major; thread `cell` owns
// result[cell]. Four sums run side by side, so that a GPU need not wait for one load before the next.

struct Block {
  infinity: f32,
  cells: u32,
  parts: u32,
  divisor: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn total(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let cell = id.x + id.y * groups.x * width;
  if (cell >= block.cells) { return; }
  var sums = vec4<f32>();
  var part = 0u;
  for (; part + 4u <= block.parts; part += 4u) {
    let at = (part + vec4<u32>(0u, 1u, 2u, 3u)) * block.cells + cell;
    sums += vec4<f32>(parts[at.x], parts[at.y], parts[at.z], parts[at.w]);
  }
  for (; part < block.parts; part++) {
    sums.x += parts[part * block.cells + cell];
  }
  let sum = (sums.x + sums.y) + (sums.z + sums.w);
  result[cell] = select(sum / f32(block.divisor), sum, block.divisor == 1u);
}
