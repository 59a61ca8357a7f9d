// half_squared_error: ½ Σ (input − target)², one number. Cells are taken by fours.
// forward   part t of `parts` adds the quads t, t + parts, …; one part alone writes the loss, else `total.wgsl` adds them up
// backward  gradient = upstream · (input − target); thread t of `threads` owns the quads t, t + threads and so on

struct Block {
  infinity: f32,
  cells: u32,
  quads: u32,
  threads: u32,
  parts: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> input: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> target_: array<vec4<f32>>;
// Forward: the loss. Backward: the gradient of the input.
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<vec4<f32>>;
// Forward only.
@group(0) @binding(4) var<storage, read_write> parts: array<f32>;
// Backward only.
@group(0) @binding(4) var<storage, read> upstream: array<f32>;

const width = 64u;

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let part = id.x + id.y * groups.x * width;
  if (part >= block.parts) { return; }
  var sums = vec4<f32>();
  for (var quad = part; quad < block.quads; quad += block.parts) {
    let difference = input[quad] - target_[quad];
    // The last quad may hold padding.
    let inside = quad * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(block.cells);
    sums += select(vec4<f32>(), difference * difference, inside);
  }
  let half = 0.5 * ((sums.x + sums.y) + (sums.z + sums.w));
  if (block.parts == 1u) {
    loss[0] = half;
  } else {
    parts[part] = half;
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var quad = first; quad < block.quads; quad += block.threads) {
    gradient[quad] = upstream[0] * (input[quad] - target_[quad]);
  }
}
