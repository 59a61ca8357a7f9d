// concat: rows of a and of b side by side, or a row of the upstream gradient cut apart again. A row is all that lies
// between one step along the axes before `dim` and the next: `left` cells of a, `right` cells of b.
// forward    result[row, column] = a[row, column] where column < left, else b[row, column − left]
// backward   result[row, column] = given[row, column + offset]: the gradient of one operand, `own` cells wide
// Each has a twin that moves four cells at once; its block counts in fours. Thread t of `threads` owns the cells t,
// t + threads, t + 2 · threads and so on.

struct Block {
  infinity: f32,
  cells: u32,
  threads: u32,
  left: u32,
  right: u32,
  own: u32,
  offset: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
// Forward: a. Backward: the upstream gradient.
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read> given4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(2) var<storage, read_write> result4: array<vec4<f32>>;
// Forward only: b.
@group(0) @binding(3) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read> other4: array<vec4<f32>>;

const width = 64u;

@compute @workgroup_size(width)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let row = cell / (block.left + block.right);
    let column = cell % (block.left + block.right);
    if (column < block.left) {
      result[cell] = given[row * block.left + column];
    } else {
      result[cell] = other[row * block.right + column - block.left];
    }
  }
}

@compute @workgroup_size(width)
fn forward4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    let row = cell / (block.left + block.right);
    let column = cell % (block.left + block.right);
    if (column < block.left) {
      result4[cell] = given4[row * block.left + column];
    } else {
      result4[cell] = other4[row * block.right + column - block.left];
    }
  }
}

@compute @workgroup_size(width)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    result[cell] = given[cell / block.own * (block.left + block.right) + block.offset + cell % block.own];
  }
}

@compute @workgroup_size(width)
fn backward4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = id.x + id.y * groups.x * width;
  if (first >= block.threads) { return; }
  for (var cell = first; cell < block.cells; cell += block.threads) {
    result4[cell] = given4[cell / block.own * (block.left + block.right) + block.offset + cell % block.own];
  }
}
