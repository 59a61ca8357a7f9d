/** The words of station 8: names, indices, flat positions, and the sentence that settles a tie. */
import { cellShare, nameLabel, plus } from "../../story/layout";
import type { Box, Label, Now, Shown, Vector } from "../../story/picture";
import { changed, ties, tieText, winners, type Tie } from "./findings";
import { cellAt, outputAt, type Geometry, type Lane } from "./geometry";
import { windowAt, type Model } from "./model";
import { isRemembered } from "./remembered";
import { isBack, isMoved } from "./turns";

const half = cellShare / 2;
/** Below this many pixels a unit only names have room. */
const roomy = 26;

export function labels(g: Geometry): Label[] {
  return [...sides(g), ...outputNames(g), ...indices(g), ...positions(g), ...tieLabels(g)];
}

// ── names ───────────────────────────────────────────────────────────────────

/** What stands left of a pair: which way it runs, the name, and in a few words what happens. */
function sides(g: Geometry): Label[] {
  const { m } = g;
  const max = m.pool === "max";
  return [
    ...beside(g, "above", "forward", max ? ["each window's", "largest goes on"] : ["each window's", "mean goes on"]),
    ...beside(
      g,
      "below",
      "backward",
      max ? ["only the winner", "is given anything"] : ["every cell is", "given its share"],
    ),
    ...beside(g, "below", "one pixel on", ["moved right,", "zeros come in"]),
  ];
}

const currentOf = { forward: "data", backward: "gradient", "one pixel on": "data" } as const;

function beside(g: Geometry, lane: Lane, title: keyof typeof currentOf, words: readonly string[]): Label[] {
  const { m } = g;
  const tensor = { forward: m.I, backward: m.dI, "one pixel on": m.moved }[title];
  const shown: Shown | undefined = title === "forward" ? undefined : title === "backward" ? isBack(m) : isMoved(m);
  const at: Vector = [g.left - 0.6 * g.relief, (cellAt(g, lane, 0, 0)[1] + cellAt(g, lane, m.height - 1, 0)[1]) / 2, 0];
  const text = (id: string, y: number, kind: Label["kind"], written: string): Label => ({
    id: `${title} ${id}`,
    at,
    anchor: "left",
    offset: [across, y],
    kind,
    least: roomy,
    text: written,
    ...(shown && { shown }),
    ...(kind === "strong" && { hue: currentOf[title] }),
  });
  return [
    text("title", -38, "strong", title),
    { ...nameLabel(tensor, at, "left", currentOf[title], [across, -8], shown), least: roomy },
    { ...nameLabel(tensor, near(g, at), "right", currentOf[title], [0, 0], shown), most: roomy },
    ...words.map((word, i) => text(`words ${i}`, 21 + 20 * i, "note", word)),
  ];
}
/** From the left edge of I to where its words begin. */
const across = -142;
/** Where only the name has room, it stands close to I. */
const near = ({ left, relief }: Geometry, [, y]: Vector): Vector => [left - 0.3 * relief, y, 0];

/** Names of the outputs, right of them; above the small sheets where there are any. */
function outputNames(g: Geometry): Label[] {
  const { m, output } = g;
  const up = isRemembered(m) ? 0.62 * g.relief : 0;
  const at = (lane: Lane): Vector =>
    plus(outputAt(g, lane, (m.outputRows - 1) / 2, m.outputColumns - 1), [
      half * output.pitch + 0.42 * g.relief,
      up,
      0,
    ]);
  const name = (lane: Lane, tensor: Model["O"], hue: "data" | "gradient", shown?: Shown): Label =>
    nameLabel(tensor, at(lane), "left", hue, [0, 0], shown);
  return [
    name("above", m.O, "data"),
    name("below", m.dO, "gradient", isBack(m)),
    name("below", m.movedO, "data", isMoved(m)),
    {
      id: "changed",
      at: plus(at("below"), [0, -up - 0.5 * g.relief, 0]),
      anchor: "left",
      kind: "note",
      least: roomy,
      text: (now) => changedText(m, now),
    },
  ];
}

function changedText(m: Model, now: Now): string | undefined {
  if (!isMoved(m)(now) || now.progress(m.movedStep) < 1 || !now.results.ready) return undefined;
  const n = changed(m, now.results).length;
  return `${n === 0 ? "none" : n} of ${m.windows} changed`;
}

// ── indices ─────────────────────────────────────────────────────────────────

/** At most about ten indices along an axis. */
const thinned = (n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => i).filter((i) => i % Math.ceil(n / 10) === 0);

/** Rows and columns of I and of what stands below it; those that the running window reads are lit. */
function indices(g: Geometry): Label[] {
  const { m } = g;
  const label = (lane: Lane, axis: "row" | "column", i: number): Label => ({
    id: `${axis} ${i} ${lane}`,
    at: axis === "row" ? rowMark(g, lane, i) : columnMark(g, lane, i),
    anchor: axis === "row" ? "right" : "centre",
    kind: "axis",
    least: roomy,
    text: String(i),
    hue: "data",
    lit: (now) => isRead(m, lane, axis, i, now),
  });
  return (["above", "below"] as const).flatMap((lane) => [
    ...thinned(m.height).map((i) => label(lane, "row", i)),
    ...thinned(m.width).map((i) => label(lane, "column", i)),
  ]);
}

const rowMark = (g: Geometry, lane: Lane, row: number): Vector => [
  g.left - 0.2 * g.relief,
  cellAt(g, lane, row, 0)[1],
  0,
];
const columnMark = (g: Geometry, lane: Lane, column: number): Vector =>
  plus(cellAt(g, lane, g.m.height - 1, column), [0, -g.foot.columns, 0]);

/** Whether the window that runs in a lane reads a row or a column. */
function isRead(m: Model, lane: Lane, axis: "row" | "column", i: number, { act }: Now): boolean {
  if (!act || act.step === m.backward || (act.step === m.forward) !== (lane === "above")) return false;
  const [r, c] = windowAt(m, act.moment);
  const first = (axis === "row" ? r : c) * m.stride - m.padding;
  return first <= i && i < first + m.kernel;
}

/** With more cells than this flat positions would be the picture. */
const mostPositions = 64;

/** The flat position of each winner, and of each cell that was as large, in the cell's lower right corner. */
function positions(g: Geometry): Label[] {
  const { m } = g;
  if (!m.indices || m.height * m.width > mostPositions) return [];
  return Array.from({ length: m.height * m.width }, (_, at): Label => ({
    id: `flat ${at}`,
    at: plus(cellAt(g, "above", Math.floor(at / m.width), at % m.width), [half - 0.07, -half + 0.16, 0]),
    anchor: "right",
    kind: "axis",
    hue: "text",
    least: 36,
    text: (now) => (isTold(m, at, now) ? String(at) : undefined),
  }));
}

/** How many windows have chosen. */
const chosen = (m: Model, now: Now): number => Math.floor(now.progress(m.forward) * m.windows + 1e-6);

function isTold(m: Model, at: number, now: Now): boolean {
  if (!now.results.ready) return false;
  const done = chosen(m, now);
  return (
    winners(m, done, now.results).has(at) ||
    ties(m, now.results).some(({ window, others }) => window < done && others.includes(at))
  );
}

// ── ties ────────────────────────────────────────────────────────────────────

/** The tie that the sentence tells: the first that has been settled. */
function told(m: Model, now: Now): Tie | undefined {
  const done = chosen(m, now);
  return ties(m, now.results).find(({ window }) => window < done);
}

/** The column of I below which the sentence begins: that of the tied cell, where nothing stands between. */
function columnOf(m: Model, tie: Tie): number {
  const at = tie.others[tie.others.length - 1];
  return Math.floor(at / m.width) === m.height - 1 ? at % m.width : -1;
}

/** From the row of the last cells down to the sentence. */
const leaderEnd = (g: Geometry, column: number): Vector => {
  const [x, y] = cellAt(g, "above", g.m.height - 1, Math.max(0, column));
  return [x - 0.3, y - g.foot.tie, 0];
};

/** With more columns than this the sentence stands below the first. */
const mostLeaders = 8;
const hasLeaders = ({ m }: Geometry): boolean => m.indices !== undefined && m.padding === 0 && m.width <= mostLeaders;

function tieLabels(g: Geometry): Label[] {
  const { m } = g;
  if (!m.indices) return [];
  const columns = hasLeaders(g) ? Array.from({ length: m.width }, (_, column) => column) : [];
  const label = (column: number): Label => ({
    id: `tie ${column}`,
    at: plus(leaderEnd(g, column), [column < 0 ? 0 : 0.35, 0, 0]),
    anchor: "left",
    kind: "note",
    hue: "text",
    least: roomy,
    text: (now) => {
      const tie = told(m, now);
      if (!tie) return undefined;
      const own = columns.includes(columnOf(m, tie)) ? columnOf(m, tie) : -1;
      return own === column ? `tie: ${tieText(tie)}${furtherTies(m, now)}` : undefined;
    },
  });
  return [-1, ...columns].map(label);
}

function furtherTies(m: Model, now: Now): string {
  const more = ties(m, now.results).filter(({ window }) => window < chosen(m, now)).length - 1;
  return more > 0 ? `; ${more} more ${more === 1 ? "window ties" : "windows tie"}` : "";
}

/** From a tied cell of the last row down to the sentence: two thin boxes, since those know when a picture is too small. */
export function tieLeaders(g: Geometry): Box[] {
  const { m } = g;
  if (!hasLeaders(g)) return [];
  const thin = 0.03;
  return Array.from({ length: m.width }, (_, column): Box[] => {
    const [x, y] = leaderEnd(g, column);
    const top = cellAt(g, "above", m.height - 1, column)[1] - half;
    const box = (centre: Vector, width: number, height: number): Box => ({
      centre,
      width,
      height,
      radius: 0,
      fill: "text",
      least: roomy,
      shown: (now) => {
        const tie = told(m, now);
        return tie !== undefined && columnOf(m, tie) === column;
      },
    });
    return [box([x, (top + y) / 2, 0], thin, top - y), box([x + 0.14, y, 0], 0.28, thin)];
  }).flat();
}
