/** Cells with numbers as text: `A:0:2.5;B:3:nan`. */
import type { Edits } from "../story/station";
import { parse } from "../core/numeral";

/** A number that reads back as itself, −0 and NaN included. */
export const numberText = (value: number): string => {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
};

/** A name with the three signs that part cells written out. */
const escape = (name: string): string => name.replaceAll(/[%:;]/g, (sign) => encodeURIComponent(sign));

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const writePin = ({ tensor, at }: { readonly tensor: string; readonly at: number }): string =>
  `${escape(tensor)}:${at}`;

export const writeCells = (edits: Edits): string =>
  Object.entries(edits)
    .flatMap(([tensor, cells]) =>
      Object.entries(cells).map(([at, value]) => `${writePin({ tensor, at: Number(at) })}:${numberText(value)}`),
    )
    .join(";");

/** `A:3`; undefined where it is malformed. */
export function readPin(text: string): { tensor: string; at: number } | undefined {
  const [name, position, ...rest] = text.split(":");
  const tensor = unescape(name ?? "");
  if (!tensor || rest.length > 0 || !/^\d{1,9}$/.test(position ?? "")) return undefined;
  return { tensor, at: Number(position) };
}

/** `A:3:2.5`; undefined where it is malformed. */
export function readCell(text: string): { tensor: string; at: number; value: number } | undefined {
  const cut = text.lastIndexOf(":");
  const pin = readPin(text.slice(0, Math.max(0, cut)));
  const value = parse(text.slice(cut + 1));
  return pin && value !== undefined ? { ...pin, value } : undefined;
}
