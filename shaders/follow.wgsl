// follow: where one is after each step, when every place says how far to go on from it. The first place is 0; who would
// pass the end stays there. Each thread walks to its own step.

struct Block {
  infinity: f32,
  places: u32,
  steps: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> advance: array<i32>;
@group(0) @binding(2) var<storage, read_write> visited: array<i32>;

const threads = 64u;

@compute @workgroup_size(threads)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let step = id.x + id.y * groups.x * threads;
  if (step >= block.steps) { return; }
  let end = i32(block.places);
  var at = 0;
  for (var walked = 0u; walked < step && at < end; walked++) {
    at = min(end, at + advance[at]);
  }
  visited[step] = at;
}
