// Rounded boxes and rings in a plane of the world.

/// `half` in pixels by the local scale; the stroke lies between `stroke.y` and `stroke.y + stroke.x` CSS pixels outside
/// the edge (negative: inside); `stroke.z` the radius, `stroke.w` 1 for dashes.
fn boxColour(local: vec2f, half: vec2f, fill: vec4f, line: vec4f, stroke: vec4f, ratio: f32) -> vec4f {
  let scale = 1.0 / max(vec2f(length(vec2f(dpdx(local.x), dpdy(local.x))), length(vec2f(dpdx(local.y), dpdy(local.y)))), vec2f(1e-9));
  let at = local * scale;
  let size = half * scale;
  let distance = roundedDistance(at, size, min(stroke.z * ratio, min(size.x, size.y)));
  let body = fill.a * coverage(distance);
  var band = coverage(distance - (stroke.x + stroke.y) * ratio) - coverage(distance - stroke.y * ratio);
  if (stroke.w > 0.5) { band *= dashed(at, size, 4.0 * ratio); }
  let over = line.a * max(band, 0.0);
  let alpha = over + body * (1.0 - over);
  return vec4f((line.rgb * over + fill.rgb * body * (1.0 - over)) / max(alpha, 1e-4), alpha);
}

/// World units from the centre to a corner of the quad, with room for the stroke.
fn boxLocal(vertex: u32, centre: vec4f, right: vec4f, up: vec4f, stroke: vec4f, matrix: mat4x4f, screen: vec4f) -> vec2f {
  let clip = matrix * vec4f(centre.xyz, 1.0);
  let margin = (max(0.0, stroke.x + stroke.y) + 2.0) * screen.z * 1.6 * clip.w / screen.w;
  return cellCorner(vertex) * (vec2f(right.w, up.w) + margin);
}

fn boxClip(local: vec2f, centre: vec4f, right: vec4f, up: vec4f, matrix: mat4x4f) -> vec4f {
  return matrix * vec4f(centre.xyz + local.x * right.xyz + local.y * up.xyz, 1.0);
}

fn boxFragment(local: vec2f, centre: vec4f, right: vec4f, up: vec4f, fill: vec4f, line: vec4f, stroke: vec4f, screen: vec4f) -> vec4f {
  return boxColour(local, vec2f(right.w, up.w), fill, line, stroke, screen.z);
}
