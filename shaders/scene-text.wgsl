// Packed glyphs (see numeral.wgsl) laid out on one line, read from a signed distance atlas. `glyphAdvances`, in em, first
// of the wider then of the narrower row, stands in code that atlas.ts writes, with atlasTile, atlasEm and atlasReach.

fn glyphAt(text: u32, place: u32) -> u32 { return (text >> (5u * place)) & 31u; }

fn glyphCount(text: u32) -> u32 { return (36u - countLeadingZeros(text)) / 5u; }

/// Narrower figures from five glyphs on.
fn glyphRow(text: u32) -> u32 { return select(0u, 1u, glyphCount(text) >= 5u); }

/// Six glyphs are set smaller.
fn textScale(text: u32) -> f32 { return select(1.0, 0.3 / 0.34, glyphCount(text) >= 6u); }

fn advanceOf(glyph: u32, row: u32) -> f32 { return glyphAdvances[row * glyphsInAtlas + glyph - 1u]; }

const prefixGlyph = 18u;
const prefixGap = 0.18;

/// In em.
fn textWidth(text: u32, prefixed: bool) -> f32 {
  let row = glyphRow(text);
  var width = select(0.0, advanceOf(prefixGlyph, row) + prefixGap, prefixed);
  for (var place = 0u; place < glyphCount(text); place++) { width += advanceOf(glyphAt(text, place), row); }
  return width;
}

fn glyphCoverage(glyph: u32, row: u32, x: f32, y: f32, em: f32, atlas: texture_2d<f32>, atlasSampler: sampler) -> f32 {
  let texel = vec2f(x, -y) / em * atlasEm + vec2f(atlasReach, 0.5 * atlasTile.y);
  let inside = clamp(texel, vec2f(0.5), atlasTile - 0.5);
  let corner = vec2f(f32(glyph - 1u), f32(row)) * atlasTile;
  let size = vec2f(textureDimensions(atlas));
  let field = textureSampleLevel(atlas, atlasSampler, (corner + inside) / size, 0.0).r;
  return clamp(0.5 + (field - 0.5) * 2.0 * atlasReach * em / atlasEm, 0.0, 1.0);
}

/// How much of a pixel the text covers, `at` from the text's centre in pixels, y up; `em` in pixels.
fn textCoverage(text: u32, prefixed: bool, at: vec2f, em: f32, atlas: texture_2d<f32>, atlasSampler: sampler) -> f32 {
  let row = glyphRow(text);
  var x = at.x + 0.5 * em * textWidth(text, prefixed);
  var glyph = select(glyphAt(text, 0u), prefixGlyph, prefixed);
  var next = select(1u, 0u, prefixed);
  var advance = advanceOf(max(glyph, 1u), row) * em;
  while (x >= advance && next <= glyphCount(text)) {
    x -= advance + select(0.0, prefixGap * em, glyph == prefixGlyph);
    glyph = select(0u, glyphAt(text, next), next < glyphCount(text));
    advance = advanceOf(max(glyph, 1u), row) * em;
    next += 1u;
  }
  return select(0.0, glyphCoverage(max(glyph, 1u), row, x, at.y, em, atlas, atlasSampler), glyph > 0u);
}
