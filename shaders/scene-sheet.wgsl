// Many cells on one surface: its fragments find their cell, and look as the cell would look if it were drawn alone.

/// From the centre of a sheet's first cell to a corner of the sheet, world units along right and up; `ends` are the
/// lower left and the upper right one.
fn sheetLocal(vertex: u32, ends: vec4f, clip: vec4f, screen: vec4f) -> vec2f {
  let air = 3.5 * screen.z * clip.w / screen.w;
  return select(ends.xy - air, ends.zw + air, cellCorner(vertex) > vec2f(0.0));
}

fn sheetWorld(local: vec2f, centre: vec4f, right: vec4f, up: vec4f) -> vec4f {
  return vec4f(centre.xyz + right.xyz * local.x + up.xyz * local.y, 1.0);
}

/// Steps along one axis to the cell at a place. `axis` is a step along right and up, one over its square, and the share
/// of a step by which the first cell's part of the sheet begins before its centre.
fn stepsAlong(place: vec2f, axis: vec4f, last: f32) -> f32 {
  return clamp(floor(dot(place, axis.xy) * axis.z + axis.w), 0.0, last);
}

/// The cell at a place of a sheet: groups first, then what lies inside them. `first` is the sheet's first cell.
fn sheetIndex(local: vec2f, first: vec4f, last: vec4f, a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4f {
  let i = stepsAlong(local, a, last.x);
  let j = stepsAlong(local - i * a.xy, b, last.y);
  let k = stepsAlong(local - i * a.xy - j * b.xy, c, last.z);
  let l = stepsAlong(local - i * a.xy - j * b.xy - k * c.xy, d, last.w);
  return first + vec4f(i, j, k, l);
}

/// How far a place of a sheet lies from the centre of its cell.
fn withinCell(local: vec2f, index: vec4f, a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec2f {
  return local - index.x * a.xy - index.y * b.xy - index.z * c.xy - index.w * d.xy;
}

/// A sheet of cells that are large enough for gaps and edges.
fn sheetFragment(
  sheet: vec2f, local: vec2f, extent: vec4f, centre: vec4f, right: vec4f, up: vec4f, clip: vec4f, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, raised: vec4f, ink: vec4f, edge: vec4f, hatch: vec4f, blocked: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f,
) -> vec4f {
  let scale = pixelsPerUnit(sheet);
  let inks = Inks(canvas.rgb, raised.rgb, ink.rgb, edge, hatch, blocked.rgb, blockedSoft.rgb, hue.rgb, minus.rgb, plus.rgb);
  let plate = plateColour(local, scale, extent, platePlane(sheet, centre, right, up, clip, screen), fill, bits, progress, marks, screen.z, inks);
  let colour = crowned(plate, local, scale, extent, marks, screen.z, hue.rgb, ink.rgb);
  let beyond = marked(marks, markSmall | markMasked) && any(abs(local) > extent.zw);
  return select(colour, vec4f(0.0), beyond);
}

/// A sheet of cells that are nothing but colour: `plateColour` as it is for small cells.
fn grainFragment(
  sheet: vec2f, local: vec2f, extent: vec4f, centre: vec4f, right: vec4f, up: vec4f, clip: vec4f, fill: vec3f, bits: u32, progress: f32, marks: u32, screen: vec4f,
  hue: vec4f, canvas: vec4f, raised: vec4f, ink: vec4f, edge: vec4f, hatch: vec4f, blocked: vec4f, blockedSoft: vec4f, minus: vec4f, plus: vec4f,
) -> vec4f {
  let whole = select(fill, raised.rgb, marked(marks, markPlain));
  let body = select(whole, mix(canvas.rgb, whole, 0.35), marked(marks, markLost));
  let scale = screen.w / clip.w;
  let inks = Inks(canvas.rgb, raised.rgb, ink.rgb, edge, hatch, blocked.rgb, blockedSoft.rgb, hue.rgb, minus.rgb, plus.rgb);
  let special = specialColour(local * scale, extent.xy * scale, bits, marked(marks, markNumberless), screen.z, inks);
  var colour = vec4f(select(body, special, isNaN(bits) || isInfinite(bits)), 1.0);
  colour = select(colour, vec4f(blockedSoft.rgb, 1.0), marked(marks, markDead));
  colour = select(colour, vec4f(0.0), progress == notYet);
  colour = select(colour, vec4f(blockedSoft.rgb, 0.6), marked(marks, markPadding));
  let lines = hatch.a * hatchCoverage(platePlane(sheet, centre, right, up, clip, screen), screen.z);
  colour = select(colour, vec4f(hatch.rgb, lines), marked(marks, markMasked));
  return vec4f(colour.rgb, select(0.0, colour.a, all(abs(local) <= extent.zw)));
}
