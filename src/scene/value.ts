/** The value map on the page's side: the very mixing of `shaders/scene-colour.wgsl`, for legends and tests. */
import type { Rgba, Theme } from "./theme";

export type Lab = readonly [number, number, number];

const decode = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const encode = (x: number): number => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

/** sRGB as OKLab (Ottosson 2020). */
export function labOf([red, green, blue]: Rgba): Lab {
  const [r, g, b] = [decode(red), decode(green), decode(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const clip = (x: number): number => encode(Math.min(1, Math.max(0, x)));

/** OKLab as sRGB, clipped. */
export function srgbOf([lightness, a, b]: Lab): Rgba {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    1,
  ];
}

/** Where a value stands between the ends of its scale, −1 to 1; a scale that ends at 0 counts as 1. */
export function valueShare(value: number, end: number, colour: "linear" | "symlog"): number {
  const share = Math.min(1, Math.max(-1, value / (end || 1)));
  return colour === "linear" ? share : (Math.sign(share) * Math.log(1 + 99 * Math.abs(share))) / Math.log(100);
}

/** The colour of a share, −1 to 1. */
export function valueColour(theme: Theme, share: number): Rgba {
  const zero = labOf(theme["value-zero"]);
  const end = labOf(theme[share < 0 ? "value-minus-5" : "value-plus-5"]);
  const mix = (axis: 0 | 1 | 2): number => zero[axis] + (end[axis] - zero[axis]) * Math.abs(share);
  return srgbOf([mix(0), mix(1), mix(2)]);
}
