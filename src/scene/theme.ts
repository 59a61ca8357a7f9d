/** The tokens as numbers. The page resolves them, so that the scene never has to know light from dark. */
export type Rgba = readonly [number, number, number, number];

/** The colours of classes, in their order. */
export const outcomeTokens = ["outcome-0", "outcome-1", "outcome-2", "outcome-3", "outcome-4", "outcome-5"] as const;

const names = [
  "surface-canvas",
  "surface-raised",
  "text",
  "text-body",
  "text-quiet",
  "line",
  "line-control",
  "data",
  "gradient",
  "blocked",
  "blocked-soft",
  "value-minus-5",
  "value-zero",
  "value-plus-5",
  "value-ink",
  "value-edge",
  "value-hatch",
  ...outcomeTokens,
] as const;
export type ThemeToken = (typeof names)[number];

/** Colours by token, sRGB with alpha, 0 to 1. */
export type Theme = Readonly<Record<ThemeToken, Rgba>>;

/** Resolves the tokens where an element stands: `light-dark()` is a colour only once it is computed. */
export function readTheme(root: HTMLElement): Theme {
  const probe = document.createElement("span");
  probe.hidden = true;
  root.append(probe);
  const read = (name: ThemeToken): Rgba => {
    probe.style.color = `var(--${name})`;
    return parseColour(getComputedStyle(probe).color);
  };
  const theme = Object.fromEntries(names.map((name) => [name, read(name)])) as Record<ThemeToken, Rgba>;
  probe.remove();
  return theme;
}

/** The computed forms `rgb(r, g, b)`, `rgba(r, g, b, a)` and `color(srgb r g b / a)`. */
export function parseColour(text: string): Rgba {
  const [r, g, b, a = 1] = Array.from(text.matchAll(/[\d.]+(?:e-?\d+)?/g), ([digits]) => Number(digits));
  if (b === undefined) throw new Error(`readTheme: "${text}" is no colour; rgb(…) or color(srgb …) would be one`);
  const end = text.startsWith("color") ? 1 : 255;
  return [r / end, g / end, b / end, a];
}
