// Curves and points whose coordinates are cells of tensors, in a frame that stands for a range of numbers. Points go by
// their share of the frame, across and up; what is drawn of them is laid out in device pixels.
//
// `base`, `across` and `up` take a share to pixels, the third coordinate being the depth; `cells` is the first cell and the
// stride of both coordinates; `axes` says which axis is logarithmic, then which coordinates are whole numbers; `style` is
// the width in CSS pixels, the dashes, whether a ball hops, and how high the frame is for its width; `time` the number of
// points, how many steps from the first are done, and how much smaller discs and heads are in a small picture.

/// Straight pieces of an arc between two points, and one instance more for its head.
const arcPieces = 12u;
/// Slack for points on an edge of the frame, as a share of it.
const onEdge = 1e-4;
/// A point farther out than this many frames is drawn nearer, on the same line: a rasteriser knows no more.
const farthest = 1e4;
/// An arc that leaves the frame is as long as this many frames.
const farthestStep = 4.0;

// ── where points stand ──────────────────────────────────────────────────────

fn pointOf(instance: u32) -> f32 { return f32(instance); }
fn arcOf(instance: u32) -> f32 { return f32(instance / (arcPieces + 1u)); }
fn presentPoint(time: vec4f) -> f32 { return floor(time.y); }

fn acrossSlot(point: f32, offset: f32, cells: vec4f, time: vec4f) -> u32 {
  return u32(cells.x + cells.y * clamp(point + offset, 0.0, time.x - 1.0));
}
fn upSlot(point: f32, offset: f32, cells: vec4f, time: vec4f) -> u32 {
  return u32(cells.z + cells.w * clamp(point + offset, 0.0, time.x - 1.0));
}

fn isFinite(bits: u32) -> bool { return (bits & 0x7f800000u) != 0x7f800000u; }

/// Whether a number has a place on an axis: a logarithm knows only those above 0.
fn isPlaced(bits: u32, logarithmic: bool) -> bool {
  return isFinite(bits) && (!logarithmic || (bits < 0x80000000u && bits >= 0x00800000u));
}

/// A number as an axis counts it; halves, so that no difference of finite numbers is infinite.
fn counted(bits: u32, logarithmic: bool) -> f32 {
  let number = bitcast<f32>(select(0x3f800000u, bits, isPlaced(bits, logarithmic)));
  return select(0.5 * number, log(abs(number)), logarithmic);
}

/// Where both axes begin, and how far they go; a length of 0 for one without places.
fn scaleOf(left: u32, right: u32, bottom: u32, top: u32, axes: vec4f) -> vec4f {
  let logarithmic = axes.xy > vec2f(0.5);
  let start = vec2f(counted(left, logarithmic.x), counted(bottom, logarithmic.y));
  let way = vec2f(counted(right, logarithmic.x), counted(top, logarithmic.y)) - start;
  let known = vec2<bool>(
    isPlaced(left, logarithmic.x) && isPlaced(right, logarithmic.x),
    isPlaced(bottom, logarithmic.y) && isPlaced(top, logarithmic.y),
  );
  return vec4f(start, select(vec2f(0.0), way, known));
}

fn asFloat(bits: u32, whole: bool) -> u32 { return select(bits, bitcast<u32>(f32(bitcast<i32>(bits))), whole); }

/// A point as shares of the frame, across and up; then 1 where there is such a point.
fn tracedAt(point: f32, offset: f32, x: u32, y: u32, scale: vec4f, axes: vec4f, time: vec4f) -> vec4f {
  let number = point + offset;
  let logarithmic = axes.xy > vec2f(0.5);
  let bits = vec2u(asFloat(x, axes.z > 0.5), asFloat(y, axes.w > 0.5));
  let way = vec2f(counted(bits.x, logarithmic.x), counted(bits.y, logarithmic.y)) - scale.xy;
  let isFar = abs(way) * 1e-12 > abs(scale.zw);
  let safe = select(scale.zw, vec2f(1.0), isFar | (scale.zw == vec2f(0.0)));
  let share = select(way / safe, 1e12 * sign(way) * sign(scale.zw), isFar);
  let known = isPlaced(bits.x, logarithmic.x) && isPlaced(bits.y, logarithmic.y) && all(scale.zw != vec2f(0.0));
  return vec4f(share, select(0.0, 1.0, known && number >= 0.0 && number < time.x), 0.0);
}

// ── what is drawn of them ───────────────────────────────────────────────────

fn pixelAt(share: vec2f, base: vec4f, across: vec4f, up: vec4f) -> vec2f {
  let place = base.xyz + share.x * across.xyz + share.y * up.xyz;
  return place.xy / place.z;
}

/// The part of a way that lies in the frame, as shares of it; empty where the first is larger.
fn framedPart(a: vec2f, b: vec2f) -> vec2f {
  let way = b - a;
  let still = abs(way) < vec2f(1e-9);
  let safe = select(way, vec2f(1.0), still);
  let low = (vec2f(-onEdge) - a) / safe;
  let high = (vec2f(1.0 + onEdge) - a) / safe;
  let outside = abs(a - 0.5) > vec2f(0.5 + onEdge);
  let enters = select(min(low, high), select(vec2f(0.0), vec2f(2.0), outside), still);
  let leaves = select(max(low, high), vec2f(1.0), still);
  return vec2f(max(0.0, max(enters.x, enters.y)), min(1.0, min(leaves.x, leaves.y)));
}

fn isFramed(share: vec2f) -> bool { return all(abs(share - 0.5) <= vec2f(0.5 + onEdge)); }

/// From `a` towards `b`, no farther than so many frames.
fn within(a: vec2f, b: vec2f, most: f32) -> vec2f {
  let way = b - a;
  return a + way * min(1.0, most / max(max(abs(way.x), abs(way.y)), 1e-9));
}

fn directed(way: vec2f) -> vec2f {
  let size = length(way);
  return select(vec2f(0.0), way / max(size, 1e-12), size > 1e-6);
}

/// The line that two pieces share at a joint, by its normal; none where one has no length or turns back.
fn jointOf(before: vec2f, after: vec2f, isShared: bool) -> vec2f {
  let known = dot(before, before) > 0.5 && dot(after, after) > 0.5 && dot(before, after) > -0.9;
  return select(vec2f(0.0), before + after, known && isShared);
}

/// A piece is its ends in pixels, the normals of its joints there, then half its width, its distance along the path, 1 for
/// a head, and whether it is drawn.
fn pieceOf(a: vec2f, b: vec2f, joints: vec4f, half: f32, walked: f32, head: bool, shown: bool) -> mat4x4f {
  return mat4x4f(vec4f(a, b), joints, vec4f(half, walked, select(0.0, 1.0, head), select(0.0, 1.0, shown)), vec4f(0.0));
}

fn linePiece(
  point: f32, p0: vec4f, p1: vec4f, p2: vec4f, p3: vec4f, walked: f32, base: vec4f, across: vec4f, up: vec4f, style: vec4f,
  time: vec4f, screen: vec4f,
) -> mat4x4f {
  // Ends that lie far out are drawn nearer to where the way passes the frame.
  let course = p2.xy - p1.xy;
  let passes = clamp(dot(vec2f(0.5) - p1.xy, course) / max(dot(course, course), 1e-12), 0.0, 1.0);
  let middle = mix(p1.xy, p2.xy, passes);
  let a = within(middle, p1.xy, farthest);
  let b = within(middle, p2.xy, farthest);
  let grown = clamp(time.y - point, 0.0, 1.0);
  let part = framedPart(a, b);
  let end = min(part.y, grown);
  let near = pixelAt(mix(a, b, part.x), base, across, up);
  let far = pixelAt(mix(a, b, end), base, across, up);
  let way = directed(far - near);
  let before = directed(near - pixelAt(within(p1.xy, p0.xy, 1.0), base, across, up));
  let after = directed(pixelAt(within(p2.xy, p3.xy, 1.0), base, across, up) - far);
  let joints = vec4f(
    jointOf(before, way, part.x == 0.0 && p0.z > 0.5),
    jointOf(way, after, end == 1.0 && p3.z > 0.5 && time.y > point + 1.0),
  );
  let shown = p1.z > 0.5 && p2.z > 0.5 && grown > 0.0 && part.x <= end;
  return pieceOf(near, far, joints, 0.5 * style.x * screen.z, walked, false, shown);
}

/// How long the part of a way is that lies in the frame: what dashes are counted by.
fn stretchOf(a: vec4f, b: vec4f, base: vec4f, across: vec4f, up: vec4f) -> f32 {
  let part = framedPart(a.xy, b.xy);
  let size = length(pixelAt(mix(a.xy, b.xy, part.y), base, across, up) - pixelAt(mix(a.xy, b.xy, part.x), base, across, up));
  return select(0.0, size, a.z > 0.5 && b.z > 0.5 && part.x < part.y);
}

/// The middle control point of an arc, bent upwards in the frame; `height` is the frame's for a width of 1.
fn arcControl(a: vec2f, b: vec2f, height: f32) -> vec2f {
  let metric = vec2f(1.0, height);
  let way = (b - a) * metric;
  let left = vec2f(-way.y, way.x);
  let above = directed(select(left, -left, left.y < 0.0));
  return 0.5 * (a + b) + min(0.34 * length(way), 0.22) * above / metric;
}

fn arcAt(a: vec2f, c: vec2f, b: vec2f, t: f32) -> vec2f { return mix(mix(a, c, t), mix(c, b, t), t); }

fn stepsPiece(
  instance: u32, point: f32, p1: vec4f, p2: vec4f, base: vec4f, across: vec4f, up: vec4f, style: vec4f, time: vec4f, screen: vec4f,
) -> mat4x4f {
  let ratio = screen.z * time.z;
  let a = p1.xy;
  let b = within(a, p2.xy, farthestStep);
  let size = length(pixelAt(b, base, across, up) - pixelAt(a, base, across, up));
  let c = arcControl(a, b, style.w);
  // It leaves its point with a little air, and its head stops before the next.
  let grown = clamp(time.y - point, 0.0, 1.0);
  let start = min(0.2, 5.0 * ratio / size);
  let tip = mix(start, 1.0 - min(0.2, 6.0 * ratio / size), grown);
  let half = 0.5 * style.x * screen.z;
  let radius = min(half + 2.6 * ratio, 0.16 * size);
  let last = max(start, tip - 1.9 * radius / size);
  let number = instance % (arcPieces + 1u);
  let isHead = number == arcPieces;
  let share = (last - start) / f32(arcPieces);
  let t = select(start + share * f32(number), tip - 0.02, isHead);
  let next = select(t + share, tip, isHead);
  let s = arcAt(a, c, b, t);
  let e = arcAt(a, c, b, next);
  let part = select(framedPart(s, e), vec2f(0.0, select(-1.0, 1.0, isFramed(e))), isHead);
  let near = pixelAt(mix(s, e, part.x), base, across, up);
  let far = pixelAt(mix(s, e, part.y), base, across, up);
  let way = directed(far - near);
  let before = directed(near - pixelAt(arcAt(a, c, b, t - share), base, across, up));
  let after = directed(pixelAt(arcAt(a, c, b, next + share), base, across, up) - far);
  let joints = vec4f(
    jointOf(before, way, number > 0u && part.x == 0.0), jointOf(way, after, number < arcPieces - 1u && part.y == 1.0),
  );
  let shown = p1.z > 0.5 && p2.z > 0.5 && grown > 0.0 && part.x <= part.y && size > 4.0 * ratio &&
    all(abs(a - 0.5) <= vec2f(farthestStep));
  let centre = far - 1.35 * radius * way;
  return pieceOf(
    select(near, centre, isHead), select(far, centre + way, isHead), select(joints, vec4f(0.0), isHead),
    select(half, radius, isHead), t * size, isHead, shown,
  );
}

fn discAt(at: vec2f, half: f32, shown: bool) -> mat4x4f {
  return pieceOf(at, at + vec2f(1.0, 0.0), vec4f(0.0), half, 0.0, true, shown);
}

fn dotsPiece(
  point: f32, p1: vec4f, base: vec4f, across: vec4f, up: vec4f, style: vec4f, time: vec4f, screen: vec4f,
) -> mat4x4f {
  let shown = p1.z > 0.5 && point <= time.y && isFramed(p1.xy);
  return discAt(pixelAt(select(vec2f(0.5), p1.xy, shown), base, across, up), 0.5 * style.x * time.z * screen.z, shown);
}

/// The present point on its way to the next: straight, or along the arc that `steps` draws.
fn ballPiece(
  p1: vec4f, p2: vec4f, base: vec4f, across: vec4f, up: vec4f, style: vec4f, time: vec4f, screen: vec4f,
) -> mat4x4f {
  let share = select(0.0, fract(time.y), p2.z > 0.5);
  let b = within(p1.xy, p2.xy, farthestStep);
  let hop = arcAt(p1.xy, arcControl(p1.xy, b, style.w), b, share);
  let at = select(mix(p1.xy, b, share), hop, style.z > 0.5 && share > 0.0);
  let shown = p1.z > 0.5 && isFramed(at);
  return discAt(pixelAt(select(vec2f(0.5), at, shown), base, across, up), 0.5 * style.x * time.z * screen.z, shown);
}

fn columnOf(piece: mat4x4f, column: u32) -> vec4f { return piece[column]; }

/// A corner of the quad around a piece.
fn traceClip(vertex: u32, ends: vec4f, piece: vec4f, screen: vec4f) -> vec4f {
  let corner = cellCorner(vertex);
  let size = length(ends.zw - ends.xy);
  let along = select(vec2f(1.0, 0.0), (ends.zw - ends.xy) / max(size, 1e-6), size > 1e-6);
  let reach = 1.8 * piece.x + 2.0 * screen.z + 1.0;
  let at = ends.xy + along * select(-reach, size + reach, corner.x > 0.0) + reach * corner.y * vec2f(along.y, -along.x);
  let clip = vec2f(2.0 * at.x / screen.x - 1.0, 1.0 - 2.0 * at.y / screen.y);
  return vec4f(select(vec2f(-2.0), clip, piece.w > 0.5), 0.5, 1.0);
}

// ── what it looks like ──────────────────────────────────────────────────────

/// How much of a pixel a stroke covers; it ends where the next piece begins, at the line of their joint.
fn strokeShare(at: vec2f, ends: vec4f, joints: vec4f, half: f32) -> f32 {
  let isMine = dot(at - ends.xy, joints.xy) >= 0.0 && (all(joints.zw == vec2f(0.0)) || dot(at - ends.zw, joints.zw) < 0.0);
  return select(0.0, coverage(segmentDistance(at, ends.xy, ends.zw) - half), isMine);
}

fn dashShare(at: vec2f, ends: vec4f, walked: f32, dash: f32, ratio: f32) -> f32 {
  let s = walked + dot(at - ends.xy, directed(ends.zw - ends.xy));
  let dashes = select(dashAlong(s, 1.6 * ratio, 2.6 * ratio), dashAlong(s, 5.0 * ratio, 4.0 * ratio), dash < 1.5);
  return select(1.0, dashes, dash > 0.5);
}

fn lineFragment(at: vec2f, ends: vec4f, joints: vec4f, piece: vec4f, colour: vec4f) -> vec4f {
  return vec4f(colour.rgb, colour.a * strokeShare(at, ends, joints, piece.x));
}

fn dashedFragment(at: vec2f, ends: vec4f, joints: vec4f, piece: vec4f, style: vec4f, colour: vec4f, screen: vec4f) -> vec4f {
  let dash = dashShare(at, ends, piece.y, style.y, screen.z);
  return vec4f(colour.rgb, colour.a * dash * strokeShare(at, ends, joints, piece.x));
}

fn stepsFragment(at: vec2f, ends: vec4f, joints: vec4f, piece: vec4f, style: vec4f, colour: vec4f, screen: vec4f) -> vec4f {
  let forward = ends.zw - ends.xy;
  let away = at - ends.xy;
  let head = coverage(arrowDistance(vec2f(dot(away, forward), dot(away, vec2f(forward.y, -forward.x))), piece.x));
  let stroke = strokeShare(at, ends, joints, piece.x) * dashShare(at, ends, piece.y, style.y, screen.z);
  return vec4f(colour.rgb, colour.a * select(stroke, head, piece.z > 0.5));
}

/// On a halo of canvas, so that it stands off the lines under it.
fn discFragment(at: vec2f, ends: vec4f, piece: vec4f, colour: vec4f, canvas: vec4f, screen: vec4f) -> vec4f {
  let distance = length(at - ends.xy) - piece.x;
  return vec4f(mix(canvas.rgb, colour.rgb, coverage(distance)), coverage(distance - 1.5 * screen.z));
}
