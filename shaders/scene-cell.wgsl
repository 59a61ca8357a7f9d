// One cell of a tensor: where it stands, whether it has landed, and what its pixels look like.

/// Multi-index of an instance over up to four axes, the last the fastest.
fn unravelled(instance: u32, shape: vec4f) -> vec4f {
  let n = vec4u(shape);
  let c = instance / n.w;
  let b = c / n.z;
  return vec4f(f32(b / n.y), f32(b % n.y), f32(c % n.z), f32(instance % n.w));
}

/// Row-major position of a cell: how far each of its indices leads.
fn ravelled(index: vec4f, steps: vec4f) -> u32 {
  let parts = vec4u(index) * vec4u(steps);
  return parts.x + parts.y + parts.z + parts.w;
}

const notYet = 0.0;
const landed = -1.0;

/// Whether a cell has landed (−1), how many terms of its sum are in (1, 2, …), or 0: nothing yet.
/// `clock` is the act's progress, lag, span and micro steps; `rule` landing, arrives (2: nothing has), runs, terms.
fn cellProgress(index: vec4f, moment: vec4f, micro: vec4f, clock: vec4f, rule: vec4f) -> f32 {
  let v = clamp((clock.x - dot(index, moment) * clock.y) / clock.z, 0.0, 1.0) + 1e-5;
  let sum = select(notYet, floor(v * rule.w + 0.1), rule.z > 0.5);
  let here = rule.y < 0.5 || (rule.y < 1.5 && v >= (dot(index, micro) + rule.x) / clock.w);
  return select(select(sum, notYet, rule.y > 1.5), landed, here);
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
const markLost = 2048u;
const markWon = 4096u;
const markPadding = 16384u;
const markMute = 32768u;
const markPlain = 65536u;
const markOutcome = 131072u;

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
  return select(select(own, bitcast<u32>(f32(bitcast<i32>(own))), marked(marks, markWhole)), partial, progress > 0.0);
}

/// In small cells figures take a larger share, up to this one, before they are given up.
const largestEm = 0.62;

/// Where a cell stands in a buffer that may not be there, or that holds it once for every moment.
fn slotOf(cell: u32, offset: f32, has: f32) -> u32 { return select(0u, cell + u32(offset), has > 0.5); }

/// What a cell's flags say: 1 dead, 2 in the step, 4 unread.
fn flagMarks(base: u32, flag: u32) -> u32 {
  var marks = base;
  let flags = u32(bitcast<f32>(flag));
  if ((flags & 1u) != 0u) { marks |= markDead; }
  if ((flags & 2u) != 0u) { marks &= ~markGhost; }
  if ((flags & 4u) != 0u) { marks |= markLost; }
  return marks;
}

fn isPositive(bits: u32) -> bool { return bits > 0u && bits <= 0x7f800000u; }

/// `extent` is half the width and height of a cell, then of its pitch; `room` half of what upright figures have of it,
/// then their height. `has`: flags, mask, winners (2: the others have lost).
fn cellMarks(base: f32, flag: u32, mask: u32, won: u32, has: vec4f, extent: vec4f, room: vec4f, clip: vec4f, screen: vec4f) -> u32 {
  var marks = u32(base);
  let unit = screen.w / clip.w;
  if (has.x > 0.5) { marks = flagMarks(marks, flag); }
  if (has.y > 0.5 && (mask & 0x7fffffffu) == 0u) { marks |= markMasked; }
  if (has.z > 0.5 && isPositive(won)) { marks |= markWon; }
  if (has.z > 1.5 && !isPositive(won)) { marks |= markLost; }
  if (2.0 * min(extent.x, extent.y) * unit < 9.0 * screen.z) { marks |= markSmall; }
  let most = max(room.z, largestEm * 2.0 * min(room.x, room.y));
  if (most * unit < 9.0 || marked(marks, markGhost | markMute)) { marks |= markNumberless; }
  return marks;
}

/// Whether a whole number has at most six glyphs.
fn isShortWhole(bits: u32) -> bool {
  let value = bitcast<f32>(bits);
  return value < 1e6 && value > -1e5;
}

/// A whole number in full.
fn wholeNumeral(bits: u32) -> u32 {
  let value = i32(bitcast<f32>(bits));
  var rest = u32(abs(value));
  var text = rest % 10u + 1u;
  for (rest /= 10u; rest > 0u; rest /= 10u) { text = (text << 5u) | (rest % 10u + 1u); }
  return select(text, (text << 5u) | glyphMinus, value < 0);
}

/// What a cell says: as many digits as can be read in it, in pixels of the page from ten down to nine.
fn textOf(bits: u32, progress: f32, marks: u32, room: vec4f, clip: vec4f, screen: vec4f) -> u32 {
  if (progress == notYet || marked(marks, markNumberless) || marked(marks, markMasked)) { return 0u; }
  if (marked(marks, markWhole) && isShortWhole(bits)) { return wholeNumeral(bits); }
  let unit = screen.w / clip.w;
  var text = 0u;
  // In one place: a compiler may write all of it down wherever it is called.
  for (var digits = numeralDigits; digits >= 2; digits--) {
    text = numeralOf(bits, digits);
    if (fittedEm(room, text, marks, clip, screen) * textScale(text) * unit >= f32(6 + digits) * screen.z) { break; }
  }
  return text;
}

/// The figures' height in world units: their share of the cell, and more of it where they would be hard to read.
fn fittedEm(room: vec4f, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> f32 {
  let em = room.z;
  let unit = screen.w / clip.w;
  let wanted = 11.0 * screen.z;
  if (em * unit >= wanted || text == 0u) { return em; }
  let across = 0.94 * 2.0 * room.x / (textWidth(text, marked(marks, markBare)) * textScale(text));
  return max(em, min(wanted / unit, min(largestEm * 2.0 * min(room.x, room.y), across)));
}

/// No text where its figures come out under 9 device pixels, or under 7 of the page.
fn legible(text: u32, em: f32, clip: vec4f, screen: vec4f) -> u32 {
  return select(0u, text, em * screen.w / clip.w >= max(9.0, 7.0 * screen.z));
}

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
  return corner * (extent.xy + select(2.0, 3.5, marked(marks, markWon)) * screen.z / unit);
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

/// Which colour a class has.
fn outcomeSlot(bits: u32, most: u32) -> u32 {
  return u32(clamp(round(bitcast<f32>(select(bits, 0u, isNaN(bits) || isInfinite(bits)))), 0.0, f32(most)));
}

fn fillOf(bits: u32, end: u32, marks: u32, minus: vec4f, zero: vec4f, plus: vec4f, outcome: vec4f) -> vec3f {
  let value = valueColour(bits, bitcast<f32>(end), marked(marks, markSymlog), minus.rgb, zero.rgb, plus.rgb);
  return select(value, outcome.rgb, marked(marks, markOutcome));
}

fn pixelsOfEm(em: f32, text: u32, marks: u32, clip: vec4f, screen: vec4f) -> f32 { return emPixels(em, marks, clip, screen) * textScale(text); }

// ── what it looks like ──────────────────────────────────────────────────────

// Every function here has one way through and one return: a software rasteriser pays dearly for more.

/// The colours that cells are drawn in, besides their own.
struct Inks {
  canvas: vec3f, raised: vec3f, ink: vec3f, edge: vec4f, hatch: vec4f, blocked: vec3f, blockedSoft: vec3f, hue: vec3f, minus: vec3f, plus: vec3f,
}

/// A number that is none, inverted: a cross where NaN is too small to read, a bar at the end that an infinity lies at.
fn specialColour(at: vec2f, half: vec2f, bits: u32, crossed: bool, ratio: f32, inks: Inks) -> vec3f {
  let negative = bits > 0x7fffffffu;
  let depth = select(half.y - at.y, half.y + at.y, negative);
  let bar = coverage(depth - max(0.3 * half.y, 2.5 * ratio));
  let infinity = mix(inks.ink, select(inks.plus, inks.minus, negative), bar);
  let diagonal = min(abs(at.x - at.y), abs(at.x + at.y)) * 0.70710678;
  let cross = coverage(diagonal - 0.8 * ratio) * select(0.0, 1.0, crossed && max(abs(at.x), abs(at.y)) < 0.55 * half.x);
  return select(mix(inks.ink, inks.canvas, cross), infinity, isInfinite(bits));
}

/// Pixels per world unit along both coordinates of a plane.
fn pixelsPerUnit(at: vec2f) -> vec2f {
  return 1.0 / max(vec2f(length(vec2f(dpdx(at.x), dpdy(at.x))), length(vec2f(dpdx(at.y), dpdy(at.y)))), vec2f(1e-9));
}

fn radiusOf(half: vec2f, marks: u32, ratio: f32) -> f32 {
  return select(min(4.0 * ratio, 0.3 * min(half.x, half.y)), 0.0, marked(marks, markDeep));
}

fn over(above: vec4f, below: vec4f) -> vec4f {
  let rest = below.a * (1.0 - above.a);
  let alpha = above.a + rest;
  return vec4f((above.rgb * above.a + below.rgb * rest) / max(alpha, 1e-4), alpha);
}

/// A winner's ring in the hue and corner of ink over what the cell looks like anyway. The ring lies in the gap between
/// cells as far as there is one.
fn crowned(below: vec4f, local: vec2f, scale: vec2f, extent: vec4f, marks: u32, ratio: f32, hue: vec3f, ink: vec3f) -> vec4f {
  let at = local * scale;
  let half = extent.xy * scale;
  let gaps = 2.0 * (extent.zw - extent.xy) * scale;
  let distance = roundedDistance(at, half, radiusOf(half, marks, ratio));
  let size = 2.0 * min(half.x, half.y);
  let width = clamp(size / 25.0, ratio, 2.0 * ratio);
  let outer = clamp(min(gaps.x, gaps.y), 0.0, width);
  let band = coverage(distance - outer) - coverage(distance - outer + width);
  let corner = coverage((at.x + half.x + half.y - at.y - 0.26 * size) * 0.70710678) * coverage(distance);
  let seen = marked(marks, markWon) && !marked(marks, markSmall);
  return select(below, over(vec4f(hue, band), over(vec4f(ink, corner), below)), seen);
}

/// A plate that has no value's colour: always zero, around a tensor, not there yet, dead, or no finite number.
fn otherColour(at: vec2f, half: vec2f, inside: bool, distance: f32, plane: vec2f, bits: u32, progress: f32, marks: u32, ratio: f32, inks: Inks) -> vec4f {
  let dotted = marked(marks, markPadding);
  let body = coverage(distance);
  let dash = edgeCoverage(distance, select(1.4, 1.2, dotted) * ratio) * dashed(at, half, select(3.5, 1.6, dotted) * ratio);
  var colour = vec4f(specialColour(at, half, bits, marked(marks, markNumberless), ratio, inks), body);
  colour = select(colour, vec4f(mix(inks.blockedSoft, inks.blocked, dash), body), marked(marks, markDead));
  let empty = select(inks.edge.a, 0.0, marked(marks, markLatent)) * edgeCoverage(distance, ratio);
  colour = select(colour, vec4f(inks.edge.rgb, empty), progress == notYet);
  // Where a padding cell is too small for its dots, a quiet tone stands for them.
  colour = select(colour, select(vec4f(inks.blocked, dash), vec4f(inks.blockedSoft, 0.6), marked(marks, markSmall)), dotted);
  let hatch = vec4f(inks.hatch.rgb, inks.hatch.a * select(0.0, hatchCoverage(plane, ratio), inside));
  return select(colour, hatch, marked(marks, markMasked));
}

/// A plate's pixels. `local` and the half extents are in world units, `scale` in pixels per unit, `plane` in pixels;
/// straight alpha.
fn plateColour(local: vec2f, scale: vec2f, extent: vec4f, plane: vec2f, fill: vec3f, bits: u32, progress: f32, marks: u32, ratio: f32, inks: Inks) -> vec4f {
  let at = local * scale;
  let half = extent.xy * scale;
  let small = marked(marks, markSmall);
  let distance = select(roundedDistance(at, half, radiusOf(half, marks, ratio)), -9.0, small);
  let other = marked(marks, markMasked | markPadding | markDead) || progress == notYet || isNaN(bits) || isInfinite(bits);
  let edged = marked(marks, markEdged);
  let line = edgeCoverage(distance, select(1.0, 1.5, edged) * ratio) * select(inks.edge.a, 1.0, edged);
  let whole = select(fill, inks.raised, marked(marks, markPlain));
  let body = select(whole, mix(inks.canvas, whole, 0.35), marked(marks, markLost));
  let colour = vec4f(mix(body, select(inks.edge.rgb, inks.hue, edged), line), coverage(distance));
  let inside = all(abs(local) <= extent.zw);
  return select(colour, otherColour(at, half, inside, distance, plane, bits, progress, marks, ratio, inks), other);
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
    let inks = Inks(canvas.rgb, canvas.rgb, ink.rgb, edge, edge, edge.rgb, blockedSoft.rgb, ink.rgb, minus.rgb, plus.rgb);
    fill = specialColour(vec2f(0.0), vec2f(1.0), bits, false, ratio, inks);
  }
  let shade = (0.2 * share.x + 0.11 * share.y) / (share.x + share.y + share.z);
  let line = edge.a * (lines.x + lines.y + lines.z) / (share.x + share.y + share.z);
  let solid = mix(mix(fill, vec3f(0.32, 0.33, 0.36), shade), edge.rgb, line);
  return vec4f(solid, whole * select(1.0, 0.25, marked(marks, markGhost)));
}

/// The colour of a cell's number; straight alpha.
fn numberColour(
  text: u32, bits: u32, at: vec2f, em: f32, marks: u32, hue: vec4f, inked: vec4f, body: vec4f, quiet: vec4f, paper: vec4f,
  atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  let bare = marked(marks, markBare);
  var colour = inked.rgb;
  if (marked(marks, markLost)) { colour = body.rgb; }
  if (isNaN(bits) || isInfinite(bits)) { colour = paper.rgb; }
  if (bare) { colour = select(hue.rgb, quiet.rgb, (bits & 0x7fffffffu) == 0u); }
  if (marked(marks, markDead | markPadding)) { colour = quiet.rgb; }
  let shown = textCoverage(text, bare, at, em, atlas, atlasSampler);
  return vec4f(colour, shown * select(1.0, 0.35, marked(marks, markGhost)));
}

fn plateFragment(
  part: u32, local: vec2f, extent: vec4f, plane: vec2f, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, raised: vec4f, ink: vec4f, edge: vec4f, hatch: vec4f, blocked: vec4f, blockedSoft: vec4f, minus: vec4f,
  plus: vec4f, text: u32, em: f32, inked: vec4f, body: vec4f, quiet: vec4f, atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  let scale = pixelsPerUnit(local);
  let inks = Inks(canvas.rgb, raised.rgb, ink.rgb, edge, hatch, blocked.rgb, blockedSoft.rgb, hue.rgb, minus.rgb, plus.rgb);
  let plate = plateColour(local, scale, extent, plane, fill, bits, progress, marks, screen.z, inks);
  let number = numberColour(text, bits, local, em, marks, hue, inked, body, quiet, canvas, atlas, atlasSampler);
  return select(plate, number, part == 1u);
}

/// The winner's marks are a function of their own: few blocks have winners, and the others need not pay for them.
fn crownFragment(
  below: vec4f, part: u32, local: vec2f, extent: vec4f, marks: u32, screen: vec4f, hue: vec4f, ink: vec4f,
) -> vec4f {
  return select(crowned(below, local, pixelsPerUnit(local), extent, marks, screen.z, hue.rgb, ink.rgb), below, part == 1u);
}

fn voxelFragment(
  part: u32, local: vec2f, eye: vec3f, ray: vec3f, half: f32, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, ink: vec4f, edge: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f, text: u32, em: f32, inked: vec4f, body: vec4f, quiet: vec4f, atlas: texture_2d<f32>, atlasSampler: sampler,
) -> vec4f {
  if (part == 1u) { return numberColour(text, bits, local, em, marks, hue, inked, body, quiet, canvas, atlas, atlasSampler); }
  return voxelColour(
    eye, ray, half, fill, bits, progress, marks, screen.z, ink, canvas, edge, blockedSoft, minus, plus,
  );
}
