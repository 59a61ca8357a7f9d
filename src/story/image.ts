/** The value of an image knob: the name of a built-in picture, or `own:` and the user's own grey values, a byte a cell. */

const ownPrefix = "own:";

/** The text that stands for a user's own picture: side × side grey values from 0 (black) to 255, row by row. */
export function ownImage(greys: Uint8Array): string {
  const bytes = Array.from(greys, (grey) => String.fromCharCode(grey)).join("");
  return ownPrefix + btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The grey values that a text stands for; undefined where it is no picture of that many cells along each side. */
export function readOwnImage(text: string, side: number): Uint8Array | undefined {
  if (!text.startsWith(ownPrefix)) return undefined;
  const letters = text.slice(ownPrefix.length);
  if (!/^[\w-]*$/.test(letters) || letters.length % 4 === 1) return undefined;
  const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return bytes.length === side * side ? Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)) : undefined;
}
