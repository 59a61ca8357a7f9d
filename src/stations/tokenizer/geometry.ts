/** Where everything of station 10 stands: the vocabulary left; the text, the ids and what they spell right; all matches below. */
import type { Place, Vector } from "../../story/picture";
import { idPitch, type Model } from "./model";

/** A cell that holds a number of the vocabulary or an id: wide enough for three digits. */
export const wide = { width: 1.38, height: 0.86, pitch: idPitch };
/** From one line of text to the next: a street for flows lies between. */
const linePitch = 1.25;
const idLinePitch = 1.1;

export interface Geometry {
  readonly m: Model;
  /** Lines of text, and ids in a line. */
  readonly lines: number;
  readonly idsPerLine: number;
  /** Heights: of the words above each part, and of its first row. */
  readonly heads: Heights;
  readonly rows: Heights;
  /** Across: ids of entries, their texts, how long they match, and the two streets between the vocabulary and the text. */
  readonly across: {
    readonly table: number;
    readonly entry: number;
    readonly candidate: number;
    readonly inbound: number;
    readonly outbound: number;
  };
  /** The strip of all matches: its left edge, and how far its columns and rows are apart. */
  readonly strip: { readonly left: number; readonly place: number; readonly row: number };
}
interface Heights {
  readonly top: number;
  readonly ids: number;
  readonly decoded: number;
  readonly strip: number;
}

/** Room for an entry's letters and its quotation marks. */
const letters = 0.46;
/** Between the vocabulary and the text. */
const gap = 1.1;
/** From the last row above a heading to it, and from it to the first row below: room for its words in small pictures too. */
const over = 1.4;
const under = 1.05;
/** How high the strip of all matches is, and a row of it at most. */
const strip = { height: 2.4, row: 0.5 };

export function geometry(m: Model): Geometry {
  const { text } = m.main;
  const across = columnsOf(m);
  const left = across.table - wide.width / 2;
  const lines = text.shape[0] / m.columns;
  const idsPerLine = Math.floor(m.columns / wide.pitch);
  const entries = m.main.plan.entries.length;
  const row = Math.min(strip.row, strip.height / entries);
  const heads = headsOf(m, lines, Math.max(1, Math.ceil(m.main.plan.tokens.length / idsPerLine)));
  return {
    m,
    lines,
    idsPerLine,
    heads,
    rows: {
      top: 0,
      ids: heads.ids - under,
      decoded: heads.decoded - under,
      strip: heads.strip - under + 0.45 - row / 2,
    },
    across,
    strip: { left, place: (m.columns - 0.5 - left) / text.shape[0], row },
  };
}

function columnsOf({ main }: Model): Geometry["across"] {
  const edge = -0.5 - gap;
  const candidate = edge - wide.width / 2;
  const entry = candidate - wide.width / 2 - 0.3 - Math.max(2.8, letters * (main.entries.shape[1] + 2));
  return {
    table: entry - 0.35 - wide.width / 2,
    entry,
    candidate,
    inbound: edge + 0.62 * gap,
    outbound: edge + 0.34 * gap,
  };
}

function headsOf(m: Model, lines: number, idLines: number): Heights {
  const ids = -(lines - 1) * linePitch - over;
  const decoded = ids - under - (idLines - 1) * idLinePitch - over;
  const right = m.main.tokens ? decoded - under - (lines - 1) * linePitch : ids - under;
  const left = 1 - m.main.plan.entries.length;
  return { top: under, ids, decoded, strip: Math.min(left, right) - over };
}

/** The centre of a place of the text. */
export const placeAt = ({ m }: Geometry, place: number): Vector => [
  place % m.columns,
  -Math.floor(place / m.columns) * linePitch,
  0,
];

/** The same in what the ids spell. */
export const decodedAt = (g: Geometry, place: number): Vector => {
  const [x, y] = placeAt(g, place);
  return [x, g.rows.decoded + y, 0];
};

/** Lines of text as a block's place. */
export const linesPlace = (g: Geometry, top: number): Place => ({
  origin: [0, top, 0],
  extents: [g.lines, g.m.columns],
  pitch: [
    [0, -linePitch, 0],
    [1, 0, 0],
  ],
});

/** The street below the line of a place. */
export const streetBelow = (g: Geometry, place: number): number => placeAt(g, place)[1] - linePitch / 2;

/** The height of an entry's row. */
export const rowAt = (g: Geometry, row: number): number => g.rows.top - row;

/** The centre of a token's id. */
export const idAt = (g: Geometry, token: number): Vector => [
  -0.5 + wide.width / 2 + (token % g.idsPerLine) * wide.pitch,
  g.rows.ids - Math.floor(token / g.idsPerLine) * idLinePitch,
  0,
];

/** The centre of a place's column in the strip of all matches. */
export const stripAt = ({ strip: { left, place, row }, rows, m }: Geometry, at: number): Vector => [
  left + (at + 0.5) * place,
  rows.strip - ((m.main.plan.entries.length - 1) / 2) * row,
  0,
];

/** A token's stretches of text, one per line that it reaches: from the first place to the last. */
export function stretches(g: Geometry, start: number, length: number): readonly (readonly [number, number])[] {
  const { columns } = g.m;
  const end = start + length - 1;
  const firstLine = Math.floor(start / columns);
  return Array.from({ length: Math.floor(end / columns) - firstLine + 1 }, (_, i) => {
    const line = (firstLine + i) * columns;
    return [Math.max(start, line), Math.min(end, line + columns - 1)] as const;
  });
}
