// Pieces of lines and flows, in device pixels. A flow is drawn in layers over all flows: halo, track, trail, head and bar,
// so that no flow's halo cuts another's track.

const layerLine = 0u;
const layerHalo = 1u;
const layerTrack = 2u;
const layerTrail = 3u;
const layerHead = 4u;
const layerHeadHalo = 5u;
const layerBar = 6u;

const trailLength = 70.0;

/// Width of a flow by its amount, area telling the size; CSS pixels.
fn flowWidth(bits: u32, end: f32) -> f32 {
  if (isNaN(bits) || isInfinite(bits)) { return 8.0; }
  return 2.0 + 6.0 * sqrt(clamp(abs(bitcast<f32>(bits)) / select(end, 1.0, end == 0.0), 0.0, 1.0));
}

fn headRadius(width: f32) -> f32 { return 0.5 * width + 3.2; }

/// Half of what a piece needs around its axis, in device pixels.
fn strokeReach(layer: u32, lineWidth: f32, width: f32, ratio: f32) -> f32 {
  if (layer == layerLine) { return 0.5 * lineWidth * ratio + 1.5; }
  if (layer == layerHead || layer == layerHeadHalo) { return (1.7 * headRadius(width) + 4.0) * ratio; }
  if (layer == layerBar) { return 16.0 * ratio; }
  return (0.5 * width + 3.5) * ratio;
}

/// Half the width of the trail at a distance behind the head, CSS pixels.
fn trailHalf(behind: f32, width: f32) -> f32 {
  return select(0.0, 0.5 * width * (1.0 - behind / trailLength), behind >= 0.0 && behind < trailLength);
}

fn arrowDistance(at: vec2f, radius: f32) -> f32 {
  let p = vec2f(at.x, abs(at.y));
  let tip = vec2f(1.35 * radius, 0.0);
  let corner = vec2f(-1.05 * radius, 1.02 * radius);
  let notch = vec2f(-0.5 * radius, 0.0);
  let a = segmentDistance(p, tip, corner);
  let b = segmentDistance(p, corner, notch);
  let u = corner - tip;
  let w = notch - corner;
  let inside = u.x * (p.y - tip.y) - u.y * (p.x - tip.x) > 0.0 && w.x * (p.y - corner.y) - w.y * (p.x - corner.x) > 0.0;
  return select(1.0, -1.0, inside) * min(a, b);
}

fn segmentDistance(p: vec2f, a: vec2f, b: vec2f) -> f32 {
  let t = clamp(dot(p - a, b - a) / max(dot(b - a, b - a), 1e-9), 0.0, 1.0);
  return length(p - a - t * (b - a));
}

fn dashAlong(s: f32, on: f32, off: f32) -> f32 {
  let period = on + off;
  return coverage(abs(fract(s / period) - 0.5) * period - 0.5 * on);
}

/// Where a flow is hollow: its number is negative.
fn isHollow(bits: u32) -> bool { return bits > 0x80000000u && !isNaN(bits); }

fn headColour(at: vec2f, width: f32, warm: bool, bits: u32, ratio: f32, hue: vec3f, canvas: vec3f, halo: bool) -> vec4f {
  let radius = headRadius(width) * ratio;
  let distance = select(length(at) - radius, arrowDistance(at, 1.12 * radius), warm);
  if (halo) { return vec4f(canvas, coverage(distance - 2.0 * ratio)); }
  let rim = edgeCoverage(distance, 2.0 * ratio) / max(coverage(distance), 1e-3);
  return vec4f(mix(hue, canvas, select(0.0, 1.0 - rim, isHollow(bits))), coverage(distance));
}

/// `span` is s at both ends, the head's s and the stop's (−1 for none), device pixels along the flow; `at` in pixels from
/// the piece's start, x along it; `piece` its length, layer, current and dash.
fn strokeColour(
  at: vec2f, piece: vec4f, span: vec4f, colour: vec4f, lineWidth: f32, amount: u32, end: f32, shut: bool, ratio: f32,
  canvas: vec4f, ink: vec4f, blocked: vec4f,
) -> vec4f {
  let layer = u32(piece.y);
  let width = flowWidth(amount, end);
  let t = clamp(at.x / max(piece.x, 1e-6), 0.0, 1.0);
  let s = mix(span.x, span.y, t);
  let away = length(at - vec2f(clamp(at.x, 0.0, piece.x), 0.0));
  if (layer == layerLine) {
    var shown = coverage(away - 0.5 * lineWidth * ratio);
    if (piece.w == 1.0) { shown *= dashAlong(s, 5.0 * ratio, 4.0 * ratio); }
    if (piece.w == 2.0) { shown *= dashAlong(s, 1.6 * ratio, 2.6 * ratio); }
    return vec4f(colour.rgb, colour.a * shown);
  }
  if (layer == layerHead || layer == layerHeadHalo) {
    // Nothing that is 0 is on its way: the track alone says that there is one.
    if ((amount & 0x7fffffffu) == 0u) { return vec4f(0.0); }
    return headColour(at, width, piece.z > 0.5, amount, ratio, colour.rgb, canvas.rgb, layer == layerHeadHalo);
  }
  if (layer == layerBar) {
    return vec4f(ink.rgb, coverage(roundedDistance(at, vec2f(2.0, 13.0) * ratio, ratio)));
  }
  let behind = shut && span.w >= 0.0 && s > span.w;
  let trail = select(trailHalf((span.z - s) / ratio, width), 0.0, (amount & 0x7fffffffu) == 0u || span.z < 0.0 || behind);
  if (layer == layerTrail) { return vec4f(colour.rgb, coverage(away - trail * ratio) * step(0.05, trail)); }
  let track = select(0.75, 0.9, behind);
  if (layer == layerHalo) { return vec4f(canvas.rgb, coverage(away - (max(track, trail) + 2.0) * ratio)); }
  let rest = mix(canvas.rgb, colour.rgb, 0.38);
  let dash = select(1.0, dashAlong(s, 4.0 * ratio, 4.0 * ratio), behind);
  return vec4f(select(rest, blocked.rgb, behind), coverage(away - track * ratio) * dash);
}

/// `when` 1 asks for an open gate, 2 for a closed one; closed is where the deciding number is 0.
fn isDrawn(when: f32, gate: u32) -> bool {
  let shut = (gate & 0x7fffffffu) == 0u;
  return when == 0.0 || (when == 1.0) != shut;
}

/// Pixels from the piece's start, x along it. `ends` are both ends in device pixels from the top left.
fn strokeLocal(vertex: u32, ends: vec4f, piece: vec4f, width: f32, amount: u32, end: u32, drawn: bool, ratio: f32) -> vec2f {
  if (!drawn) { return vec2f(0.0); }
  let reach = strokeReach(u32(piece.y), width, flowWidth(amount, bitcast<f32>(end)), ratio);
  let corner = cellCorner(vertex);
  return vec2f(select(-reach, length(ends.zw - ends.xy) + reach, corner.x > 0.0), corner.y * reach);
}

/// `along` is the direction of a piece without length: a head, a bar.
fn strokeClip(local: vec2f, ends: vec4f, along: vec2f, screen: vec4f) -> vec4f {
  let at = ends.xy + local.x * along + local.y * vec2f(along.y, -along.x);
  return vec4f(2.0 * at.x / screen.x - 1.0, 1.0 - 2.0 * at.y / screen.y, 0.5, 1.0);
}

fn pairOf(four: vec4f) -> vec2f { return four.xy; }

fn flowSlot(style: vec4f) -> u32 { return u32(style.y); }

fn gateShut(style: vec4f, gate: u32) -> bool { return style.z >= 0.0 && (gate & 0x7fffffffu) == 0u; }

fn pieceDrawn(style: vec4f, gate: u32) -> bool { return isDrawn(style.w, gate); }

fn shutNumber(style: vec4f, gate: u32) -> u32 { return select(0u, 1u, gateShut(style, gate)); }

/// Device pixels per pixel of the look: in a small picture flows are drawn smaller, which their pieces say by their width.
fn strokeRatio(piece: vec4f, style: vec4f, screen: vec4f) -> f32 {
  return select(screen.z * style.x, screen.z, u32(piece.y) == layerLine);
}

fn strokePosition(vertex: u32, ends: vec4f, piece: vec4f, style: vec4f, amount: u32, end: u32, gate: u32, screen: vec4f) -> vec2f {
  return strokeLocal(vertex, ends, piece, style.x, amount, end, pieceDrawn(style, gate), strokeRatio(piece, style, screen));
}

fn strokeFragment(
  at: vec2f, piece: vec4f, span: vec4f, colour: vec4f, style: vec4f, amount: u32, end: u32, shut: u32, screen: vec4f,
  canvas: vec4f, ink: vec4f, blocked: vec4f,
) -> vec4f {
  return strokeColour(at, piece, span, colour, style.x, amount, bitcast<f32>(end), shut == 1u, strokeRatio(piece, style, screen), canvas, ink, blocked);
}

fn endOf(piece: vec4f, values: u32, gradients: u32) -> u32 { return select(values, gradients, piece.z > 0.5); }
