/** The glyphs that numbers on cells are made of: their codes are those of `shaders/numeral.wgsl`. */

/** Glyph `code` is character code − 1; 0 stands for none. */
export const glyphs = "0123456789−.eNa∞+·";
const glyphBits = 5;

/** The text that the shader packed. */
export function unpack(packed: number): string {
  let text = "";
  for (let rest = packed; rest > 0; rest >>>= glyphBits) text += glyphs[(rest & 31) - 1] ?? "?";
  return text;
}
