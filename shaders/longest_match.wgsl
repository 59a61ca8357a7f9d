// longest_match: lengths[at, entry] = how many symbols of the entry the text repeats from `at` on, if it repeats them all;
// 0 if not. longest[at] is the largest of a row. An entry ends at its first symbol with a minus sign. Symbols are
// compared by their bits: nothing is computed with them. A thread owns one place of the text.

struct Block {
  infinity: f32,
  places: u32,
  entries: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> text: array<u32>;
@group(0) @binding(2) var<storage, read> entries: array<u32>;
@group(0) @binding(3) var<storage, read_write> lengths: array<f32>;
@group(0) @binding(4) var<storage, read_write> longest: array<i32>;

const threads = 64u;

// Whether the symbol is none: what follows an entry.
fn ends(symbol: u32) -> bool {
  return (symbol & 0x80000000u) != 0u;
}

// A number has one form; what is none has many.
fn isNaN(symbol: u32) -> bool {
  return (symbol & 0x7fffffffu) > 0x7f800000u;
}

fn same(a: u32, b: u32) -> bool {
  return a == b || (isNaN(a) && isNaN(b));
}

fn matched(at: u32, entry: u32) -> u32 {
  for (var k = 0u; k < block.width; k++) {
    let symbol = entries[entry * block.width + k];
    if (ends(symbol)) { return k; }
    if (at + k >= block.places) { return 0u; }
    if (!same(symbol, text[at + k])) { return 0u; }
  }
  return block.width;
}

@compute @workgroup_size(threads)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.x + id.y * groups.x * threads;
  if (at >= block.places) { return; }
  var most = 0u;
  for (var entry = 0u; entry < block.entries; entry++) {
    let length = matched(at, entry);
    lengths[at * block.entries + entry] = f32(length);
    most = max(most, length);
  }
  longest[at] = i32(most);
}
