// training_outcomes: a whole training for each pixel of a map. Joined to this text are the loop, printed from the formulas
// of the ops that it is made of, and the functions that it uses (math.wgsl, rules.wgsl). The loop says
//   Settings, State        arrays of its parameters and of what a step changes
//   begin(p)               the state before the first step
//   advance(s, p)          one step: it moves the state, and returns how the one before it stood
//   isStill(s, p)          whether every gradient is 0
// The classes, and where they end, are those of src/ops/outcomes/outcome.ts.

struct Block {
  infinity: f32,
  // Which parameters run along the columns and along the rows.
  across: u32,
  up: u32,
  columns: u32,
  rows: u32,
  steps: u32,
  // The last so many steps are watched for flips, and so many of those count as oscillation.
  watched: u32,
  leastFlips: u32,
}

// How a training stands: how far it has to go, and on which side of the minimum it is.
struct Standing {
  measure: f32,
  side: f32,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> across: array<f32>;
@group(0) @binding(2) var<storage, read> up: array<f32>;
@group(0) @binding(3) var<storage, read> settings: array<f32>;
@group(0) @binding(4) var<storage, read_write> measures: array<f32>;
@group(0) @binding(5) var<storage, read_write> flipCounts: array<i32>;
@group(0) @binding(6) var<storage, read_write> outcomes: array<i32>;

// Whether a measure has passed 10¹⁵ or is no number: by its bits, of which 0x58635fa9 are those of 10¹⁵.
fn isGone(measure: f32) -> bool {
  return bitcast<u32>(measure) > 0x58635fa9u;
}

fn classOf(measure: f32, first: f32, flips: u32, isDead: bool) -> i32 {
  if (isGone(measure)) { return 4; }
  if (measure <= 1e-3) { return 0; }
  if (isDead) { return 5; }
  if (measure > 1e3) { return 4; }
  if (measure >= first) { return 3; }
  return select(1, 2, flips >= block.leastFlips);
}

// Whether the minimum was passed between two steps; jumps within what counts as converged are none.
fn isFlip(before: Standing, now: Standing) -> bool {
  return (before.side < 0.0) != (now.side < 0.0) && (before.measure > 1e-3 || now.measure > 1e-3);
}

@compute @workgroup_size(64)
fn train(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pixel = id.x + id.y * groups.x * 64u;
  if (pixel >= block.columns * block.rows) { return; }
  var p: Settings;
  for (var i = 0u; i < settingsCount; i++) { p[i] = settings[i]; }
  p[block.across] = across[pixel % block.columns];
  p[block.up] = up[pixel / block.columns];

  var state = begin(p);
  var held = state;
  var now: Standing;
  var before: Standing;
  var first = 0.0;
  var flips = 0u;
  // A step says how things stood before it, so one more is taken than counts. Every standing comes from this one place:
  // a state that never moved measures the same to the bit at the end as at the start.
  for (var step = 0u; step <= block.steps; step++) {
    held = state;
    now = advance(&state, p);
    if (step == 0u) {
      first = now.measure;
      before = now;
    }
    if (isGone(now.measure)) { break; }
    if (step + block.watched > block.steps && isFlip(before, now)) { flips++; }
    before = now;
  }
  let measure = select(now.measure, block.infinity, isGone(now.measure));
  measures[pixel] = measure;
  flipCounts[pixel] = i32(flips);
  outcomes[pixel] = classOf(measure, first, flips, isStill(held, p));
}
