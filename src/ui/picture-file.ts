/** A picture from a file, as grey values: read by the browser, cut square around its middle, scaled to the cells of a knob. */
import { ownImage } from "../story/image";
import { quote, type Reading } from "./knob";

/** Larger files are not read: no picture of some thousand cells needs them. */
const mostBytes = 20 * 2 ** 20;
/** Pixels along a side that a canvas can be trusted with. */
const mostPixels = 8192;

/** The value of an image knob for a file, or a sentence on why it is refused. */
export async function readPicture(file: File, side: number): Promise<Reading<string>> {
  const name = quote(file.name);
  if (file.size > mostBytes)
    return { problem: `${name} has ${Math.ceil(file.size / 2 ** 20)} MB; a picture of at most 20 MB would fit` };
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return { problem: `${name} is no picture that this browser reads; a PNG, JPEG or WebP would fit` };
  const { width, height } = bitmap;
  const large = Math.max(width, height) > mostPixels;
  const value = large ? undefined : ownImage(greysOf(scaled(bitmap, side)));
  bitmap.close();
  if (value === undefined)
    return { problem: `${name} is ${width} × ${height} pixels; at most ${mostPixels} along a side would fit` };
  return { value };
}

/** The middle square of a picture, as colours of side × side pixels; what is transparent stands on white. */
function scaled(bitmap: ImageBitmap, side: number): Uint8ClampedArray {
  const { x, y, length } = middleSquare(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "white";
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, x, y, length, length, 0, 0, side, side);
  return context.getImageData(0, 0, side, side).data;
}

/** The largest square around the middle. */
export function middleSquare(
  width: number,
  height: number,
): { readonly x: number; readonly y: number; readonly length: number } {
  const length = Math.min(width, height);
  return { x: Math.floor((width - length) / 2), y: Math.floor((height - length) / 2), length };
}

/** How bright each pixel looks, from 0 to 255, by the weights of Rec. 601. */
export const greysOf = (colours: Uint8ClampedArray): Uint8Array =>
  Uint8Array.from({ length: colours.length / 4 }, (_, at) => {
    const [red, green, blue] = colours.subarray(4 * at, 4 * at + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
