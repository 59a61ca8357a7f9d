/** The pictures of the table: which rows the tokens pick, and what comes back to them. */
import type { Tensor } from "../../core/graph";
import type { Block, Box, Fate, Label, Line, Picture, Vector } from "../../story/picture";
import { frameOf, isPlaced, pick, type Frame } from "./frame";
import type { Model } from "./model";
import { rowCells } from "./parts";
import { blockOn, rows } from "./plan";
import { visible } from "./sentence";

/** Ids pick rows of the table, and the sinusoidal encoding, which is added or only looked at. */
export function inputPicture(m: Model): Picture {
  const f = frameOf(m);
  const end = (isPlaced(m) ? f.sum : f.encoding) + f.dim * f.wide;
  return {
    blocks: [idBlock(m, f), ...inputBlocks(m, f)],
    lines: picks(m, f),
    boxes: dogBoxes(m, f, end),
    labels: [...words(m, f), ...inputHeadings(m, f), ...waves(m, f)],
    opening: { kind: "flat" },
    fates: () => unread(m),
    legend: ["data", "negative", "unread"],
  };
}

/** Every row of the table gathers what its tokens send back. */
export function learningPicture(m: Model): Picture {
  const f = frameOf(m, true);
  const dX = m.gradient(m.current.written.x);
  const half = (f.dim * f.wide) / 2;
  const dE = m.gradient(m.table);
  const gradients = { group: "gradients", current: "gradient" } as const;
  const arrives = (tensor: Tensor): Partial<Block> => ({ arrivals: [{ step: m.writer(tensor), moment: [1, 0] }] });
  return {
    blocks: [
      idBlock(m, f),
      blockOn(rows(f.table, f.wide, f.top), dE, { id: "dE", ...gradients, ...arrives(dE) }),
      blockOn(rows(f.tokens, f.wide), dX, { id: "dX", ...gradients, ...arrives(dX) }),
    ],
    lines: picks(m, f),
    boxes: dogBoxes(m, f, f.tokens + f.dim * f.wide),
    labels: [
      ...words(m, f),
      ...over(f.table + half, f.top, "table $dE$", "$dE$"),
      ...over(f.tokens + half, 0, "tokens $dX$", "$dX$"),
    ],
    opening: { kind: "flat" },
    legend: ["gradient", "negative gradient"],
  };
}

// ── blocks ──────────────────────────────────────────────────────────────────

const idBlock = (m: Model, f: Frame): Block => ({
  ...rows(f.ids, 1),
  id: "ids",
  tensors: [m.ids],
  place: { origin: [f.ids + 0.5, 0, 0], pitch: [[0, -1, 0]] },
  group: "positions",
});

function inputBlocks(m: Model, f: Frame): Block[] {
  const { x } = m.current.written;
  const values = { group: "values", current: "data" } as const;
  const arrived = (id: string, left: number, pitch: number, tensor: Tensor): Block =>
    blockOn(rows(left, pitch), tensor, {
      id,
      ...values,
      arrivals: [{ step: m.writer(tensor), moment: [1, 0] }],
    });
  return [
    blockOn(rows(f.table, f.narrow, f.top), m.table, { id: "E", ...values }),
    arrived("T", f.tokens, f.narrow, m.tokens),
    blockOn(rows(f.encoding, f.wide), m.encoding, { id: "P", ...values }),
    ...(isPlaced(m) ? [arrived("X", f.sum, f.wide, x)] : []),
  ];
}

/** The outline around the row of each dog, from its word to the last column. */
const dogBoxes = (m: Model, f: Frame, end: number): Box[] =>
  m.sentence.dogs.map((token) => ({
    centre: [(f.words + end) / 2, -token, 0],
    width: end - f.words + 0.16,
    height: 1.02,
    radius: 6,
    stroke: "text",
    strokeWidth: 1.5,
  }));

/** Which row of the table each token picks; those of the dogs are stronger. */
const picks = (m: Model, f: Frame): Line[] =>
  m.sentence.ids.map((id, token) => {
    const dog = m.sentence.dogs.includes(token);
    return {
      points: pick(f, id, token).map(([x, y]): Vector => [x, y, 0]),
      token: dog ? "text" : "line-control",
      width: dog ? 1.75 : 1,
      opacity: dog ? 0.9 : 0.6,
    };
  });

/** Rows of the table that no token of the sentence picks. */
function unread(m: Model): readonly Fate[] {
  const { ids, texts } = m.sentence;
  return texts.flatMap((text, id) => {
    if (ids.includes(id)) return [];
    const because =
      text === ""
        ? "No token has the id 0."
        : `No token of the sentence is “${visible(text)}”: nothing reads row ${id}.`;
    return rowCells(m.table, id).map((cell): Fate => ({ cell, state: "unread", because }));
  });
}

// ── words ───────────────────────────────────────────────────────────────────

/** From this many pixels a unit on, the dogs are named. */
const roomy = 9;
/** From this many on, every token is, and names are words. */
const wordy = 18;

/** The word beside a row. */
const row = (id: string, x: number, y: number, anchor: "left" | "right", text: string, strong: boolean): Label => ({
  id,
  at: [x, y, 0],
  anchor,
  kind: strong ? "strong" : "note",
  least: strong ? roomy : wordy,
  text,
});

function words(m: Model, f: Frame): Label[] {
  const { ids: picked, texts, dogs } = m.sentence;
  return [
    ...texts.map((text, id) =>
      row(`row ${id}`, f.table - 0.3, f.top - id, "right", text === "" ? "0" : `${visible(text)}  ${id}`, false),
    ),
    ...picked.map((id, token) =>
      row(`token ${token}`, f.words + 0.15, -token, "left", visible(texts[id]), dogs.includes(token)),
    ),
  ];
}

/** A name over a column: words where there is room for them, else its letter. */
const over = (centre: number, top: number, text: string, short: string): Label[] =>
  [{ kind: "note", text, least: wordy } as const, { kind: "axis", text: short, most: wordy } as const].map((label) => ({
    id: `${short} ${label.kind}`,
    at: [centre, top + 0.86, 0],
    anchor: "centre",
    ...label,
  }));

/** A sign before a column, on the line of the names. */
const before = (left: number, text: string): Label => ({
  id: `sign ${text}`,
  at: [left - 0.48, 0.86, 0],
  anchor: "centre",
  kind: "strong",
  least: wordy,
  text,
});

function inputHeadings(m: Model, f: Frame): Label[] {
  const placed = isPlaced(m);
  const [narrow, wide] = [f.narrow, f.wide].map((pitch) => (f.dim * pitch) / 2);
  return [
    ...over(f.table + narrow, f.top, "table $E$", "$E$"),
    ...over(f.tokens + narrow, 0, placed ? "tokens $T$" : "tokens $X$", placed ? "$T$" : "$X$"),
    ...over(f.encoding + wide, 0, placed ? "positions $P$" : "$P$, not added", "$P$"),
    ...(placed ? [...over(f.sum + wide, 0, "input $X$", "$X$"), before(f.encoding, "+"), before(f.sum, "=")] : []),
  ];
}

/** What each column of the encoding is. */
const waves = (m: Model, f: Frame): Label[] =>
  f.dim > 4
    ? []
    : Array.from({ length: m.settings.dim }, (_, column) => ({
        id: `wave ${column}`,
        at: [f.encoding + (column + 0.5) * f.wide, -(m.length - 0.5) - 0.12, 0],
        anchor: "top",
        kind: "axis",
        least: wordy,
        text: column % 2 === 0 ? "sin" : "cos",
      }));
