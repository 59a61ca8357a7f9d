/** The picture of station 10. */
import type { Tensor } from "../../core/graph";
import { cellShare, plate } from "../../story/layout";
import type { Block, Body, Box, Now, Picture, Place, Vector } from "../../story/picture";
import { geometry, idAt, linesPlace, placeAt, rowAt, stretches, stripAt, wide, type Geometry } from "./geometry";
import { labels, written } from "./labels";
import type { Model } from "./model";
import { reached } from "./parts";
import { isUsed, momentsOf, startsOf } from "./plan";

export function picture(m: Model): Picture {
  const g = geometry(m);
  return {
    blocks: [...texts(g), ...vocabulary(g), ...ids(g), strip(g)],
    lines: [],
    boxes: [...tokenBoxes(g), ...setAside(g), cursor(g), ...stopBox(g)],
    labels: labels(g),
    opening: { kind: "flat" },
    legend: ["data", "winner", "lost"],
  };
}

const right: Vector = [1, 0, 0];
const down: Vector = [0, -1, 0];
const square = plate(cellShare, cellShare);
const number = plate(wide.width, wide.height);

const block = (id: string, tensor: Tensor, place: Place, body: Body, more: Partial<Block> = {}): Block => ({
  id,
  tensors: [tensor],
  place,
  body,
  group: "positions",
  current: "data",
  ...more,
});

// ── tensors ─────────────────────────────────────────────────────────────────

/** The text, and what the ids spell: letters are labels on their cells. */
function texts(g: Geometry): Block[] {
  const { main, decoding } = g.m;
  const text = block("text", main.text, linesPlace(g, 0), square, { written: Infinity });
  if (!main.tokens || !decoding) return [text];
  const n = main.text.shape[0];
  const arrival = { step: decoding, moment: [0, 0], micro: [g.m.columns, 1], micros: n };
  return [
    text,
    block("decoded", main.tokens.decoded, linesPlace(g, g.rows.decoded), square, {
      written: Infinity,
      arrivals: [arrival],
    }),
  ];
}

/** Entries by their ids, and how long each matches: while a token is looked for, and with the winner once it is found. */
function vocabulary(g: Geometry): Block[] {
  const { main, scanning } = g.m;
  const { table, candidate } = g.across;
  const top = rowAt(g, 0);
  const { candidates, winners, last } = main.played;
  const matching = (id: string, shown: (now: Now) => boolean, more: Partial<Block> = {}): Block =>
    block(id, last, { origin: [candidate, top, 0], pitch: [down] }, number, {
      group: "values",
      series: { tensor: candidates, step: scanning },
      written,
      shown,
      ...more,
    });
  return [
    block("entry ids", main.table, { origin: [table, top, 0], pitch: [down, right] }, number, { written }),
    matching("candidates", (now) => !isFound(g.m, now)),
    matching("winner", (now) => isFound(g.m, now), { won: { tensor: winners, step: scanning } }),
  ];
}

/** Whether the step that was shown last has its winner. */
const isFound = (m: Model, now: Now): boolean => {
  const { moments } = reached(m, now);
  return moments > 0 && moments % 2 === 0;
};

/** The ids in one line, or in as many as they need: then each line is a block of its own. */
const ids = (g: Geometry): Block[] =>
  g.m.idLines.map(({ tensor, first }, line) =>
    block(`ids ${line}`, tensor, { origin: idAt(g, first), pitch: [[wide.pitch, 0, 0]] }, number, {
      written,
      arrivals: [{ step: g.m.scanning, moment: [2], first: 2 * first + 1 }],
    }),
  );

/** How long each entry matches at each place of the text. */
function strip(g: Geometry): Block {
  const { main, matching } = g.m;
  const { left, place, row } = g.strip;
  return block(
    "matches",
    main.lengths,
    {
      origin: [left + place / 2, g.rows.strip, 0],
      pitch: [
        [place, 0, 0],
        [0, -row, 0],
      ],
    },
    plate(place * 0.92, row * 0.86),
    {
      group: "values",
      written: Infinity,
      arrivals: [{ step: matching, moment: [0, 0], micro: [1, 0], micros: main.text.shape[0] }],
    },
  );
}

// ── boxes ───────────────────────────────────────────────────────────────────

const around = (g: Geometry, first: number, last: number): Pick<Box, "centre" | "width" | "height" | "radius"> => {
  const [x, y] = placeAt(g, first);
  return { centre: [x + (last - first) / 2, y, 0], width: last - first + 0.96, height: 1.04, radius: 6 };
};

/** A frame around each token that the scan has taken off. */
const tokenBoxes = (g: Geometry): Box[] =>
  g.m.main.plan.tokens.flatMap(({ start, length }, token) =>
    stretches(g, start, length).map(([first, last]): Box => ({
      ...around(g, first, last),
      stroke: "data",
      strokeWidth: 2,
      shown: (now) => reached(g.m, now).taken > token,
    })),
  );

/** Where nothing matches. */
function stopBox(g: Geometry): Box[] {
  const { stop, tokens } = g.m.main.plan;
  if (stop === undefined) return [];
  const shown = (now: Now): boolean => reached(g.m, now).step === tokens.length;
  return [{ ...around(g, stop, stop), stroke: "text", strokeWidth: 3, shown }];
}

/** Rows of entries that are too long to take part. */
function setAside(g: Geometry): Box[] {
  const { plan } = g.m.main;
  const { table, candidate } = g.across;
  return plan.entries.flatMap((entry, row): Box[] =>
    isUsed(plan, entry)
      ? []
      : [
          {
            centre: [(table + candidate) / 2, rowAt(g, row), 0],
            width: candidate - table + wide.width,
            height: 0.96,
            radius: 6,
            fill: "blocked-soft",
            opacity: 0.7,
          },
        ],
  );
}

/** The column of the strip at which the scan stands. */
function cursor(g: Geometry): Box {
  const { main, scanning } = g.m;
  const starts = startsOf(main.plan);
  const moments = momentsOf(main.plan);
  return {
    centre: stripAt(g, 0),
    width: g.strip.place + 0.08,
    height: main.plan.entries.length * g.strip.row + 0.16,
    radius: 4,
    stroke: "text",
    strokeWidth: 2,
    slides: { step: scanning, centre: (moment) => stripAt(g, starts[moments[moment]]) },
  };
}
