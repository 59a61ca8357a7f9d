// causal_mask: rows × columns, one matrix behind the other; forward −∞ where the column lies beyond the row, backward 0
// there. Cells are taken by fours: a workgroup owns `each` quads per thread side by side, which its threads take in turns.

struct Block {
  infinity: f32,
  columns: u32,
  rows: u32,
  quads: u32,
  each: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: the input. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<vec4<f32>>;
// Forward: the output. Backward: the gradient of the input.
@group(0) @binding(2) var<storage, read_write> result: array<vec4<f32>>;

const width = 64u;

// Which cells of a quad may be looked at.
fn seen(quad: u32) -> vec4<bool> {
  let cell = vec4<u32>(4u * quad) + vec4<u32>(0u, 1u, 2u, 3u);
  return cell % block.columns <= cell / block.columns % block.rows;
}

@compute @workgroup_size(width)
fn forward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    result[quad] = select(vec4<f32>(-block.infinity), given[quad], seen(quad));
  }
}

@compute @workgroup_size(width)
fn backward(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.x + group.y * groups.x) * width * block.each + lane;
  let end = min(first + width * block.each, block.quads);
  for (var quad = first; quad < end; quad += width) {
    result[quad] = select(vec4<f32>(), given[quad], seen(quad));
  }
}
