/** The words of the picture: letters on their cells, entries beside their ids, and what each part is. */
import { format } from "../../core/numeral";
import { isEnd } from "../../ops/symbols";
import type { Label, Now, Vector } from "../../story/picture";
import { decodedAt, idAt, placeAt, rowAt, wide, type Geometry } from "./geometry";
import { reached } from "./parts";
import { isUsed, momentsOf } from "./plan";
import { face, visible } from "./wording";

/** Below this many pixels a unit the cells' own numbers are too small, and words stand in for them. */
export const written = 23;

export function labels(g: Geometry): Label[] {
  return [...heads(g), ...letters(g), ...spelledLetters(g), ...entries(g), ...small(g), ...stopped(g)];
}

const head = (text: string, x: number, y: number, more: Partial<Label> = {}): Label => ({
  id: `head ${text}`,
  at: [x, y, 0],
  anchor: "left",
  kind: "note",
  text,
  ...more,
});

function heads(g: Geometry): Label[] {
  const { heads: at, across, strip } = g;
  const left = across.table - wide.width / 2;
  return [
    head("vocabulary", left, at.top),
    head("match", across.candidate, at.top, { anchor: "centre" }),
    head("text", -0.5, at.top),
    head("ids", -0.5, at.ids),
    ...(g.m.main.tokens ? [head("what the ids spell", -0.5, at.decoded)] : []),
    head("how long each entry matches, at every place of the text", strip.left, at.strip, { least: written }),
    head("matches of every entry at every place", strip.left, at.strip, { most: written }),
  ];
}

// ── letters ─────────────────────────────────────────────────────────────────

/** A letter on its cell: in small pictures one that is no wider than the cell. */
const letter = (id: string, at: Vector, text: Label["text"], hue?: Label["hue"]): Label[] => [
  { id, at, anchor: "centre", kind: "count", text, least: written, ...(hue && { hue }) },
  { id: `small ${id}`, at, anchor: "centre", kind: "strong", text, most: written, ...(hue && { hue }) },
];

const isSpace = (symbol: string): boolean => /^\s$/u.test(symbol);

/** The text; what stands for a space is quiet. */
const letters = (g: Geometry): Label[] =>
  Array.from(g.m.main.plan.text).flatMap((symbol, place) =>
    letter(`letter ${place}`, placeAt(g, place), face(symbol), isSpace(symbol) ? "text-quiet" : undefined),
  );

/** What the ids spell, read from the numbers. */
function spelledLetters(g: Geometry): Label[] {
  const { main, decoding } = g.m;
  const { tokens } = main;
  if (!tokens || !decoding) return [];
  const n = main.text.shape[0];
  return [...Array.from({ length: n }).keys()].flatMap((place) =>
    letter(`spelled ${place}`, decodedAt(g, place), (now) => {
      const symbol = now.results.value(tokens.decoded, place);
      if (now.progress(decoding) * n < place + 0.9 || !Number.isFinite(symbol) || isEnd(symbol)) return undefined;
      return face(String.fromCodePoint(symbol));
    }),
  );
}

// ── the vocabulary ──────────────────────────────────────────────────────────

/** Whether an entry matches in the step that the scan stands in. */
function isCandidate(g: Geometry, row: number, now: Now): boolean {
  const { step } = reached(g.m, now);
  const { candidates, plan } = g.m.main;
  return step !== undefined && now.results.value(candidates, step * plan.entries.length + row) > 0;
}

function entries(g: Geometry): Label[] {
  const { plan } = g.m.main;
  return plan.entries.map((entry, row) => ({
    id: `entry ${row}`,
    at: [g.across.entry, rowAt(g, row), 0],
    anchor: "left",
    kind: "note",
    text: `“${visible(entry.text)}”`,
    hue: isUsed(plan, entry) ? "data" : "blocked",
    lit: (now) => isCandidate(g, row, now),
  }));
}

const word = (id: string, at: Vector, text: Label["text"]): Label => ({
  id: `small ${id}`,
  at,
  anchor: "centre",
  kind: "axis",
  most: written,
  hue: "text",
  text,
});

/** The numbers of small pictures, as words. */
function small(g: Geometry): Label[] {
  const { tokens, plan } = g.m.main;
  return [
    ...plan.entries.map(({ id }, row) => word(`entry ${row}`, [g.across.table, rowAt(g, row), 0], String(id))),
    ...plan.entries.map((_, row) =>
      word(`candidate ${row}`, [g.across.candidate, rowAt(g, row), 0], (now) => candidateText(g, row, now)),
    ),
    ...plan.tokens.map((_, token) =>
      word(`id ${token}`, idAt(g, token), (now) =>
        tokens && reached(g.m, now).taken > token ? format(now.results.value(tokens.ids, token)) : undefined,
      ),
    ),
  ];
}

/** What stands in an entry's cell: the moment that is over last has written it. */
function candidateText(g: Geometry, row: number, now: Now): string | undefined {
  const { candidates, plan } = g.m.main;
  const { moments } = reached(g.m, now);
  if (moments === 0 || !now.results.ready) return undefined;
  const step = momentsOf(plan)[moments - 1];
  return format(now.results.value(candidates, step * plan.entries.length + row));
}

// ── where nothing matches ───────────────────────────────────────────────────

function stopped(g: Geometry): Label[] {
  const { plan } = g.m.main;
  const { stop, tokens } = plan;
  if (stop === undefined) return [];
  return [
    {
      id: "stopped",
      at: [g.m.columns - 0.5, g.heads.top, 0],
      anchor: "right",
      kind: "tag",
      text: `nothing matches at place ${stop + 1}`,
      shown: (now) => reached(g.m, now).step === tokens.length,
    },
  ];
}
