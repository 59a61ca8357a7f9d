// One cell of a tensor: where it stands, whether it has landed, and what its pixels look like.

/// Multi-index of an instance over up to four axes, the last the fastest.
fn unravelled(instance: u32, shape: vec4f) -> vec4f {
  let n = vec4u(shape);
  let c = instance / n.w;
  let b = c / n.z;
  return vec4f(f32(b / n.y), f32(b % n.y), f32(c % n.z), f32(instance % n.w));
}

fn ravelled(index: vec4f, shape: vec4f) -> u32 {
  let n = vec4u(shape);
  let i = vec4u(index);
  return ((i.x * n.y + i.y) * n.z + i.z) * n.w + i.w;
}

const notYet = 0.0;
const landed = -1.0;

/// Whether a cell has landed (−1), how many terms of its sum are in (1, 2, …), or 0: nothing yet.
/// `clock` is the act's progress, lag, span and micro steps; `rule` landing, arrives, runs, terms.
fn cellProgress(index: vec4f, moment: vec4f, micro: vec4f, clock: vec4f, rule: vec4f) -> f32 {
  if (rule.y < 0.5) { return landed; }
  let v = clamp((clock.x - dot(index, moment) * clock.y) / clock.z, 0.0, 1.0) + 1e-5;
  if (v >= (dot(index, micro) + rule.x) / clock.w) { return landed; }
  return select(notYet, floor(v * rule.w + 0.1), rule.z > 0.5);
}

fn cellCorner(vertex: u32) -> vec2f {
  return vec2f(select(-1.0, 1.0, (vertex & 1u) == 1u), select(-1.0, 1.0, (vertex & 2u) == 2u));
}

fn roundedDistance(at: vec2f, half: vec2f, radius: f32) -> f32 {
  let q = abs(at) - half + radius;
  return length(max(q, vec2f(0.0))) + min(max(q.x, q.y), 0.0) - radius;
}

fn coverage(distance: f32) -> f32 { return clamp(0.5 - distance, 0.0, 1.0); }

/// How much of a pixel lies in a band of a width inside the edge.
fn edgeCoverage(distance: f32, width: f32) -> f32 { return coverage(distance) - coverage(distance + width); }

/// Along the nearest side of a rectangle, dashes of a length with gaps as long.
fn dashed(at: vec2f, half: vec2f, length: f32) -> f32 {
  let q = abs(at) - half;
  let along = select(at.x, at.y, q.x > q.y);
  return coverage(abs(abs(fract(along / (2.0 * length)) - 0.5) * 2.0 * length) - 0.5 * length);
}

/// 45° lines, 6 px apart and 1.3 px wide, continuous over a plane in pixels.
fn hatchCoverage(plane: vec2f, ratio: f32) -> f32 {
  let pitch = 6.0 * ratio;
  let across = (plane.x - plane.y) * 0.70710678 / pitch;
  return coverage(abs(fract(across) - 0.5) * pitch - 0.65 * ratio);
}

const markMasked = 1u;
const markDead = 2u;
const markEdged = 4u;
const markSymlog = 8u;
const markGhost = 16u;
const markBare = 32u;
const markSmall = 64u;
const markNumberless = 128u;
const markLatent = 256u;
const markWhole = 512u;
const markDeep = 1024u;

fn marked(marks: u32, mark: u32) -> bool { return (marks & mark) != 0u; }

// ── where it stands ─────────────────────────────────────────────────────────

/// Where the order of an axis says which index comes next: axes follow one another, farthest cells first.
fn orderSlot(instance: u32, shape: vec4f, axis: u32) -> u32 {
  let n = vec4u(shape);
  let starts = vec4u(0u, n.x, n.x + n.y, n.x + n.y + n.z);
  return starts[axis] + u32(unravelled(instance, shape)[axis]);
}

fn indexOf(a: u32, b: u32, c: u32, d: u32) -> vec4f {
  return vec4f(bitcast<f32>(a), bitcast<f32>(b), bitcast<f32>(c), bitcast<f32>(d));
}

fn cellCentre(index: vec4f, origin: vec4f, a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4f {
  return vec4f(origin.xyz + index.x * a.xyz + index.y * b.xyz + index.z * c.xyz + index.w * d.xyz, 1.0);
}

fn clipOf(matrix: mat4x4f, world: vec4f) -> vec4f { return matrix * world; }

fn runningSlot(index: vec4f, stride: vec4f, along: f32, progress: f32) -> u32 {
  return u32(max(0.0, dot(index, stride) + along * (progress - 1.0)));
}

/// The number that a cell shows: its own once it has landed, else the partial sum; whole numbers become floats.
fn shownBits(own: u32, partial: u32, progress: f32, marks: u32) -> u32 {
  if (progress > 0.0) { return partial; }
  return select(own, bitcast<u32>(f32(bitcast<i32>(own))), marked(marks, markWhole));
}

/// In small cells figures take a larger share, up to this one, before they are given up.
const largestEm = 0.62;

fn flagSlot(cell: u32, has: f32) -> u32 { return select(0u, cell, has > 0.5); }

/// `extent` is half the width and height of a cell, then of its pitch; `flag` 1 for dead, 2 for in the step.
fn cellMarks(base: f32, flag: u32, mask: u32, hasMask: f32, hasFlags: f32, extent: vec4f, em: f32, clip: vec4f, screen: vec4f) -> u32 {
  var marks = u32(base);
  let unit = screen.w / clip.w;
  if (hasMask > 0.5 && (mask & 0x7fffffffu) == 0u) { marks |= markMasked; }
  if (hasFlags > 0.5) {
    let flags = u32(bitcast<f32>(flag));
    if ((flags & 1u) != 0u) { marks |= markDead; }
    if ((flags & 2u) != 0u) { marks &= ~markGhost; }
  }
  if (2.0 * min(extent.x, extent.y) * unit < 9.0 * screen.z) { marks |= markSmall; }
  if (max(em, largestEm * 2.0 * min(extent.x, extent.y)) * unit < 9.0 || marked(marks, markGhost)) { marks |= markNumberless; }
  return marks;
}

fn textOf(bits: u32, progress: f32, marks: u32) -> u32 {
  if (progress == notYet || marked(marks, markNumberless) || marked(marks, markMasked)) { return 0u; }
  return numeral(bits);
}

/// The figures' height in world units: their share of the cell, and more of it where they would be hard to read.
fn fittedEm(em: f32, extent: vec4f, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> f32 {
  let unit = screen.w / clip.w;
  let wanted = 11.0 * screen.z;
  if (em * unit >= wanted || text == 0u) { return em; }
  let across = 0.94 * 2.0 * extent.x / (textWidth(text, marked(marks, markBare)) * textScale(text));
  return max(em, min(wanted / unit, min(largestEm * 2.0 * min(extent.x, extent.y), across)));
}

/// No text where its figures come out under 9 device pixels.
fn legible(text: u32, em: f32, clip: vec4f, screen: vec4f) -> u32 { return select(0u, text, em * screen.w / clip.w >= 9.0); }

/// Height of figures in pixels; in depth they do not grow with what comes near.
fn emPixels(em: f32, marks: u32, clip: vec4f, screen: vec4f) -> f32 {
  let pixels = em * screen.w / clip.w;
  return select(pixels, min(pixels, 18.0 * screen.z), marked(marks, markDeep));
}

/// 0 for the body's four vertices, 1 for the number's.
fn partOf(vertex: u32) -> u32 { return vertex >> 2u; }

/// Half the number's box, in pixels.
fn numberHalf(text: u32, em: f32, marks: u32) -> vec2f {
  let size = em * textScale(text);
  return select(vec2f(0.0), vec2f(0.5 * size * textWidth(text, marked(marks, markBare)) + 1.0, 0.55 * size + 1.0), text != 0u);
}

/// In pixels from the number's centre (its part) or in world units from the cell's centre (the body's).
fn plateLocal(vertex: u32, extent: vec4f, em: f32, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> vec2f {
  let unit = screen.w / clip.w;
  let corner = cellCorner(vertex);
  if (vertex >= 4u) { return corner * numberHalf(text, emPixels(em, marks, clip, screen), marks); }
  if (marked(marks, markBare)) { return vec2f(0.0); }
  if (marked(marks, markSmall) || marked(marks, markMasked)) { return corner * extent.zw; }
  return corner * (extent.xy + 2.0 * screen.z / unit);
}

fn offsetClip(clip: vec4f, pixels: vec2f, screen: vec4f) -> vec4f {
  return clip + vec4f(pixels * 2.0 / screen.xy * clip.w, 0.0, 0.0);
}

fn plateClip(vertex: u32, local: vec2f, centre: vec4f, right: vec4f, up: vec4f, matrix: mat4x4f, clip: vec4f, screen: vec4f) -> vec4f {
  if (vertex >= 4u) { return offsetClip(clip, local, screen); }
  return matrix * vec4f(centre.xyz + right.xyz * local.x + up.xyz * local.y, 1.0);
}

/// Pixels along the plane from the world's origin: what a hatch is continuous over.
fn platePlane(local: vec2f, centre: vec4f, right: vec4f, up: vec4f, clip: vec4f, screen: vec4f) -> vec2f {
  return (vec2f(dot(centre.xyz, right.xyz), dot(centre.xyz, up.xyz)) + local) * screen.w / clip.w;
}

/// World units that the quad in front of a voxel reaches from its centre: the half diagonal, and room for a soft edge.
fn voxelReach(half: f32, clip: vec4f, screen: vec4f) -> f32 { return 1.95 * half + 2.0 * screen.z * clip.w / screen.w; }

fn voxelLocal(vertex: u32, half: f32, em: f32, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> vec2f {
  if (vertex >= 4u) { return cellCorner(vertex) * numberHalf(text, emPixels(em, marks, clip, screen), marks); }
  return cellCorner(vertex) * voxelReach(half, clip, screen);
}

fn voxelClip(vertex: u32, local: vec2f, centre: vec4f, face: vec4f, half: f32, matrix: mat4x4f, clip: vec4f, screen: vec4f) -> vec4f {
  if (vertex >= 4u) { return offsetClip(matrix * vec4f(centre.xyz + face.xyz * half, 1.0), local, screen); }
  return offsetClip(clip, local * screen.w / clip.w, screen);
}

/// The eye and the ray as a voxel sees them, in world axes from its centre; `forward.w` is 1 in perspective.
fn voxelEye(local: vec2f, centre: vec4f, eye: vec4f, forward: vec4f, right: vec4f, up: vec4f) -> vec3f {
  let beside = local.x * right.xyz + local.y * up.xyz;
  return select(beside - 50.0 * forward.xyz, eye.xyz - centre.xyz, forward.w > 0.5);
}

fn voxelRay(local: vec2f, centre: vec4f, eye: vec4f, forward: vec4f, right: vec4f, up: vec4f) -> vec3f {
  let beside = local.x * right.xyz + local.y * up.xyz;
  return select(forward.xyz, beside - (eye.xyz - centre.xyz), forward.w > 0.5);
}

fn fillOf(bits: u32, end: u32, marks: u32, minus: vec4f, zero: vec4f, plus: vec4f) -> vec3f {
  return valueColour(bits, bitcast<f32>(end), marked(marks, markSymlog), minus.rgb, zero.rgb, plus.rgb);
}

fn pixelsOfEm(em: f32, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> f32 { return emPixels(em, marks, clip, screen) * textScale(text); }

// ── what it looks like ──────────────────────────────────────────────────────

/// A number that is none, inverted: a cross where NaN is too small to read, a bar at the end that an infinity lies at.
fn specialColour(at: vec2f, half: vec2f, bits: u32, crossed: bool, ratio: f32, ink: vec3f, paper: vec3f, minus: vec3f, plus: vec3f) -> vec3f {
  if (isInfinite(bits)) {
    let negative = bits > 0x7fffffffu;
    let depth = select(half.y - at.y, half.y + at.y, negative);
    return mix(ink, srgbOf(select(plus, minus, negative)), coverage(depth - max(0.3 * half.y, 2.5 * ratio)));
  }
  let diagonal = min(abs(at.x - at.y), abs(at.x + at.y)) * 0.70710678;
  let cross = coverage(diagonal - 0.8 * ratio) * select(0.0, 1.0, max(abs(at.x), abs(at.y)) < 0.55 * half.x);
  return mix(ink, paper, select(0.0, cross, crossed));
}

/// A plate's pixels. `local` and the half extents are in world units, `plane` in pixels; straight alpha.
fn plateColour(
  local: vec2f, extent: vec4f, plane: vec2f, fill: vec3f, bits: u32, progress: f32, marks: u32, ratio: f32, hue: vec4f,
  canvas: vec4f, ink: vec4f, edge: vec4f, hatch: vec4f, blocked: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f,
) -> vec4f {
  let scale = 1.0 / max(vec2f(length(vec2f(dpdx(local.x), dpdy(local.x))), length(vec2f(dpdx(local.y), dpdy(local.y)))), vec2f(1e-9));
  let at = local * scale;
  let half = extent.xy * scale;
  if (marked(marks, markMasked)) {
    let inside = all(abs(local) <= extent.zw);
    return vec4f(hatch.rgb, hatch.a * select(0.0, hatchCoverage(plane, ratio), inside));
  }
  let radius = select(min(4.0 * ratio, 0.3 * min(half.x, half.y)), 0.0, marked(marks, markDeep));
  let distance = select(roundedDistance(at, half, radius), -9.0, marked(marks, markSmall));
  let drawn = progress != notYet;
  if (!drawn) { return vec4f(edge.rgb, select(edge.a, 0.0, marked(marks, markLatent)) * edgeCoverage(distance, ratio)); }
  if (marked(marks, markDead)) {
    let dash = edgeCoverage(distance, 1.4 * ratio) * dashed(at, half, 3.5 * ratio);
    return vec4f(mix(blockedSoft.rgb, blocked.rgb, dash), coverage(distance));
  }
  if (isNaN(bits) || isInfinite(bits)) {
    return vec4f(specialColour(at, half, bits, marked(marks, markNumberless), ratio, ink.rgb, canvas.rgb, minus.rgb, plus.rgb), coverage(distance));
  }
  let edged = marked(marks, markEdged);
  let line = edgeCoverage(distance, select(1.0, 1.5, edged) * ratio) * select(edge.a, 1.0, edged);
  return vec4f(mix(fill, select(edge.rgb, hue.rgb, edged), line), coverage(distance));
}

/// Signed distance in pixels from a face of a voxel to the point where the ray meets its plane; far outside when hidden.
fn faceDistance(at: vec2f, half: f32, visible: bool) -> f32 {
  let slope = max(vec2f(length(vec2f(dpdx(at.x), dpdy(at.x))), length(vec2f(dpdx(at.y), dpdy(at.y)))), vec2f(1e-9));
  let q = (abs(at) - half) / slope;
  return select(1e6, max(q.x, q.y), visible);
}

/// A voxel's pixels: its visible faces, each met by the ray, share the pixel between them. `eye` and `ray` are in world
/// axes from the voxel's centre; straight alpha.
fn voxelColour(
  eye: vec3f, ray: vec3f, half: f32, filled: vec3f, bits: u32, progress: f32, marks: u32, ratio: f32,
  ink: vec4f, canvas: vec4f, edge: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f,
) -> vec4f {
  let visible = abs(eye) > vec3f(half);
  let safe = select(vec3f(1e-6), ray, abs(ray) > vec3f(1e-6));
  let reach = (sign(eye) * half - eye) / safe;
  let x = faceDistance((eye + reach.x * ray).yz, half, visible.x);
  let y = faceDistance((eye + reach.y * ray).xz, half, visible.y);
  let z = faceDistance((eye + reach.z * ray).xy, half, visible.z);
  let distances = vec3f(x, y, z);
  let share = vec3f(coverage(x), coverage(y), coverage(z));
  let whole = min(1.0, share.x + share.y + share.z);
  if (whole <= 0.0) { return vec4f(0.0); }
  let lines = vec3f(edgeCoverage(x, ratio), edgeCoverage(y, ratio), edgeCoverage(z, ratio));
  if (progress == notYet || marked(marks, markMasked)) { return vec4f(edge.rgb, edge.a * 0.7 * min(1.0, lines.x + lines.y + lines.z)); }
  var fill = filled;
  if (marked(marks, markDead)) { fill = blockedSoft.rgb; }
  if (isNaN(bits) || isInfinite(bits)) {
    fill = specialColour(vec2f(0.0), vec2f(1.0), bits, false, ratio, ink.rgb, canvas.rgb, minus.rgb, plus.rgb);
  }
  let shade = (0.2 * share.x + 0.11 * share.y) / (share.x + share.y + share.z);
  let line = edge.a * (lines.x + lines.y + lines.z) / (share.x + share.y + share.z);
  let solid = mix(mix(fill, vec3f(0.32, 0.33, 0.36), shade), edge.rgb, line);
  return vec4f(solid, whole * select(1.0, 0.25, marked(marks, markGhost)));
}

/// The colour of a cell's number; straight alpha.
fn numberColour(
  text: u32, bits: u32, at: vec2f, em: f32, marks: u32, hue: vec4f, inked: vec4f, quiet: vec4f, paper: vec4f,
  atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  let bare = marked(marks, markBare);
  var colour = inked.rgb;
  if (isNaN(bits) || isInfinite(bits)) { colour = paper.rgb; }
  if (bare) { colour = select(hue.rgb, quiet.rgb, (bits & 0x7fffffffu) == 0u); }
  if (marked(marks, markDead)) { colour = quiet.rgb; }
  let shown = textCoverage(text, bare, at, em, atlas, atlasSampler);
  return vec4f(colour, shown * select(1.0, 0.35, marked(marks, markGhost)));
}

fn plateFragment(
  part: u32, local: vec2f, extent: vec4f, plane: vec2f, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, ink: vec4f, edge: vec4f, hatch: vec4f, blocked: vec4f, blockedSoft: vec4f, minus: vec4f,
  plus: vec4f, text: u32, em: f32, inked: vec4f, quiet: vec4f, atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  if (part == 1u) { return numberColour(text, bits, local, em, marks, hue, inked, quiet, canvas, atlas, atlasSampler); }
  return plateColour(
    local, extent, plane, fill, bits, progress, marks, screen.z, hue,
    canvas, ink, edge, hatch, blocked, blockedSoft, minus, plus,
  );
}

fn voxelFragment(
  part: u32, local: vec2f, eye: vec3f, ray: vec3f, half: f32, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, ink: vec4f, edge: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f, text: u32, em: f32, inked: vec4f, quiet: vec4f, atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  if (part == 1u) { return numberColour(text, bits, local, em, marks, hue, inked, quiet, canvas, atlas, atlasSampler); }
  return voxelColour(
    eye, ray, half, fill, bits, progress, marks, screen.z, ink, canvas, edge, blockedSoft, minus, plus,
  );
}
