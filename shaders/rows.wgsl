// Rows that lie side by side and begin anywhere in a quad, so that their first quad and their last may hold cells of
// others. What is added up over a row keeps to the order of the row's own cells: lane by lane from the first quad to the
// last, every term by the same operations, and in the end the lanes from that of the first cell on. Equal rows have equal
// sums then, wherever they begin.

// Which cells of a quad lie at or after `start` and before `end`.
fn lanes(quad: u32, start: u32, end: u32) -> vec4<bool> {
  let cells = vec4<u32>(quad * 4u) + vec4<u32>(0u, 1u, 2u, 3u);
  return (cells >= vec4<u32>(start)) & (cells < vec4<u32>(end));
}
// The cells of a quad that are the row's own, and 0 for those of others. The factors of a product are chosen, not the
// product: a compiler may then join it to the sum as it may between the first quad and the last.
fn within(x: vec4<f32>, own: vec4<bool>) -> vec4<f32> {
  return select(vec4<f32>(0.0), x, own);
}
// The sum of a row that begins at cell `start`, from the sums of its lanes.
fn rowSum(x: vec4<f32>, start: u32) -> f32 {
  return (x[start & 3u] + x[(start + 1u) & 3u]) + (x[(start + 2u) & 3u] + x[(start + 3u) & 3u]);
}
