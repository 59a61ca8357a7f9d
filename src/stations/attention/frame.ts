/** Where everything stands in the pictures of the table: its rows on the left, the tokens that pick them on the right. */
import type { Model } from "./model";

/** Where the columns begin. */
export interface Frame {
  /** From one number of a token to the next: in the table and what is picked from it, and where numbers have more digits. */
  readonly narrow: number;
  readonly wide: number;
  readonly dim: number;
  readonly table: number;
  readonly words: number;
  readonly ids: number;
  readonly tokens: number;
  readonly encoding: number;
  readonly sum: number;
  /** How far the table begins below the first token: both stand in the middle. */
  readonly top: number;
}

const crossing = 1.9;
const wordRoom = 2.3;
const idRoom = 1.4;
const between = 0.95;

/** How wide a number of the table stands, and one that was computed. */
const widths = (dim: number): readonly [narrow: number, wide: number] => (dim > 4 ? [0.46, 0.58] : [0.82, 1.1]);

/** The columns for a model; what comes back has more digits than the table. */
export function frameOf({ length, settings: { dim }, sentence }: Model, goesBack = false): Frame {
  const [, wide] = widths(dim);
  const narrow = goesBack ? wide : widths(dim)[0];
  const words = dim * narrow + crossing;
  const ids = words + wordRoom;
  const tokens = ids + idRoom;
  const encoding = tokens + dim * narrow + between;
  return {
    narrow,
    wide,
    dim,
    table: 0,
    words,
    ids,
    tokens,
    encoding,
    sum: encoding + dim * wide + between,
    top: -(length - sentence.texts.length) / 2,
  };
}

/** Whether positions are added to the tokens. */
export const isPlaced = (m: Model): boolean => m.settings.positions === "sinusoidal";

/** From a row of the table to the words of a token. */
export const pick = (f: Frame, id: number, token: number): readonly (readonly [number, number])[] => [
  [f.dim * f.narrow + 0.06, f.top - id],
  [f.words - 0.1, -token],
];
