// join: the symbols of all rows one after the other, each row up to its first symbol with a minus sign; −1 where none is
// left. A thread owns one place of the result and counts up to it.

struct Block {
  infinity: f32,
  rows: u32,
  columns: u32,
  places: u32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> pieces: array<u32>;
@group(0) @binding(2) var<storage, read_write> joined: array<u32>;

const threads = 64u;
const nothing = 0xbf800000u;

fn symbolAt(place: u32) -> u32 {
  var before = 0u;
  for (var row = 0u; row < block.rows; row++) {
    for (var column = 0u; column < block.columns; column++) {
      let symbol = pieces[row * block.columns + column];
      if ((symbol & 0x80000000u) != 0u) { break; }
      if (before == place) { return symbol; }
      before++;
    }
  }
  return nothing;
}

@compute @workgroup_size(threads)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let place = id.x + id.y * groups.x * threads;
  if (place < block.places) { joined[place] = symbolAt(place); }
}
