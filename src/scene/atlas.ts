/**
 * The glyphs as a signed distance field: the edge is sharp at every size, and a figure needs one texture read. Two rows,
 * 88 % and 75 % wide. The field is an exact Euclidean distance transform (Felzenszwalb & Huttenlocher 2012) of the
 * font's own antialiased coverage.
 */
import { DataTexture, LinearFilter, RedFormat, UnsignedByteType } from "three/webgpu";
import { glyphs } from "./numbers";

const em = 64;
const reach = 10;
const tile = { width: 80, height: 80 } as const;
const rows = [
  { stretch: "semi-condensed", percent: 87.5 },
  { stretch: "condensed", percent: 75 },
] as const;
const family = '"IBM Plex Sans Variable", system-ui, sans-serif';
/** Half the height of a figure, em: numbers stand centred on it. */
const halfFigure = 0.349;
const far = 1e10;

export interface Atlas {
  readonly texture: DataTexture;
  /** WGSL that says how wide glyphs are and where they stand. */
  readonly constants: string;
}

type Pen = OffscreenCanvasRenderingContext2D;

function openPen(): Pen {
  const canvas = new OffscreenCanvas(tile.width, tile.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("atlas: this browser draws no text off screen; one with OffscreenCanvas would do");
  return pen;
}

/** Sets the face; where the canvas knows no widths, text is squeezed instead. */
function setFace(pen: Pen, row: (typeof rows)[number]): number {
  pen.font = `500 ${em}px ${family}`;
  if (!("fontStretch" in pen)) return row.percent / 100;
  pen.fontStretch = row.stretch;
  return 1;
}

function drawGlyph(pen: Pen, glyph: string, squeeze: number): Uint8ClampedArray {
  pen.clearRect(0, 0, tile.width, tile.height);
  pen.setTransform(squeeze, 0, 0, 1, reach, 0);
  pen.fillText(glyph, 0, tile.height / 2 + halfFigure * em);
  pen.resetTransform();
  return pen.getImageData(0, 0, tile.width, tile.height).data;
}

/** Squared distances along one line, in place. */
function transformLine(grid: Float64Array, offset: number, stride: number, n: number): void {
  const f = Float64Array.from({ length: n }, (_, i) => grid[offset + i * stride]);
  const parabolas = new Int32Array(n);
  const borders = new Float64Array(n + 1).fill(far);
  borders[0] = -far;
  let k = 0;
  for (let q = 1; q < n; q++) {
    const meet = (r: number): number => (f[q] - f[r] + q * q - r * r) / (2 * (q - r));
    while (k > 0 && meet(parabolas[k]) <= borders[k]) k--;
    const s = meet(parabolas[k]);
    if (s > borders[k]) k++;
    parabolas[k] = q;
    borders[k] = s;
    borders[k + 1] = far;
  }
  for (let q = 0, j = 0; q < n; q++) {
    while (borders[j + 1] < q) j++;
    grid[offset + q * stride] = f[parabolas[j]] + (q - parabolas[j]) ** 2;
  }
}

function distances(grid: Float64Array): void {
  for (let x = 0; x < tile.width; x++) transformLine(grid, x, tile.width, tile.height);
  for (let y = 0; y < tile.height; y++) transformLine(grid, y * tile.width, 1, tile.width);
}

/** 0.5 on the outline, 1 at `reach` texels inside. */
function fieldOf(image: Uint8ClampedArray): Uint8Array {
  const share = Float64Array.from({ length: tile.width * tile.height }, (_, i) => image[i * 4 + 3] / 255);
  const outside = share.map((a) => (a >= 1 ? 0 : a <= 0 ? far : Math.max(0, 0.5 - a) ** 2));
  const inside = share.map((a) => (a >= 1 ? far : a <= 0 ? 0 : Math.max(0, a - 0.5) ** 2));
  distances(outside);
  distances(inside);
  return Uint8Array.from(share, (_, i) => {
    const signed = Math.sqrt(inside[i]) - Math.sqrt(outside[i]);
    return Math.round(255 * Math.min(1, Math.max(0, 0.5 + signed / (2 * reach))));
  });
}

function place(field: Uint8Array, into: Uint8Array, width: number, column: number, row: number): void {
  for (let y = 0; y < tile.height; y++)
    into.set(
      field.subarray(y * tile.width, (y + 1) * tile.width),
      (row * tile.height + y) * width + column * tile.width,
    );
}

/** Draws the atlas once the font is there; a missing font leaves the system's. */
export async function openAtlas(): Promise<Atlas> {
  await document.fonts.load(`500 ${em}px "IBM Plex Sans Variable"`, glyphs).catch(() => []);
  const width = glyphs.length * tile.width;
  const pixels = new Uint8Array(width * rows.length * tile.height);
  const pen = openPen();
  const advances = rows.flatMap((face, row) => {
    const squeeze = setFace(pen, face);
    return Array.from(glyphs, (glyph, column) => {
      place(fieldOf(drawGlyph(pen, glyph, squeeze)), pixels, width, column, row);
      return (pen.measureText(glyph).width * squeeze) / em;
    });
  });
  const texture = new DataTexture(pixels, width, rows.length * tile.height, RedFormat, UnsignedByteType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return { texture, constants: constantsOf(advances) };
}

const constantsOf = (advances: readonly number[]): string => `
const atlasEm = ${em}.0;
const atlasReach = ${reach}.0;
const atlasTile = vec2f(${tile.width}.0, ${tile.height}.0);
const glyphsInAtlas = ${glyphs.length}u;
const glyphAdvances = array<f32, ${advances.length}>(${advances.map((advance) => advance.toFixed(5)).join(", ")});
`;
