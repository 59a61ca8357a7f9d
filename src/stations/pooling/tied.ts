/** What is told of ties: the cells that were as large as a winner, and the sentence that settles the first of them. */
import { format } from "../../core/numeral";
import { cellShare, plus } from "../../story/layout";
import type { Box, Fate, Label, Now, Vector } from "../../story/picture";
import { inBatch, sampleOf, windowText } from "./batch";
import { isAmong, ties, tieText, winners, type Tie } from "./findings";
import { cellAt, type Geometry } from "./geometry";
import type { Model } from "./model";
import { isForward } from "./turns";

const half = cellShare / 2;
/** Below this many pixels a unit only names have room. */
export const roomy = 26;

/** How many windows have chosen. */
export const chosen = (m: Model, now: Now): number => Math.floor(now.progress(m.forward) * m.windows + 1e-6);

/** Cells that hold their window's largest number and won none, once their window has chosen. */
export function tiedCells(m: Model, now: Now): Fate[] {
  const { results } = now;
  const done = chosen(m, now);
  const won = winners(m, done, results);
  const over = ties(m, results).filter(({ window }) => isAmong(m, window, done));
  return over.flatMap((tie) =>
    tie.others
      .map((flat) => inBatch(m, tie.window, flat))
      .filter((at) => !won.has(at))
      .map((at): Fate => ({ cell: { tensor: m.I, at }, state: "tied", because: tiedText(m, tie) })),
  );
}

function tiedText(m: Model, { window, value, winner }: Tie): string {
  const where = m.batch > 1 ? ` in sample ${sampleOf(m, window)}` : "";
  const given = m.kernel > m.stride ? `nothing by window ${windowText(m, window)}` : "0";
  return `A tie: it holds ${format(value)} like flat ${winner}${where}. The first in row-major order wins, by convention, so this one is given ${given}.`;
}

/** The ties of a sample that have been settled. */
function settled({ m, sample }: Geometry, now: Now): readonly Tie[] {
  const done = chosen(m, now);
  return ties(m, now.results).filter(({ window }) => sampleOf(m, window) === sample && isAmong(m, window, done));
}

/** The tie that the sentence tells: the first that has been settled. */
const told = (g: Geometry, now: Now): Tie | undefined => settled(g, now).at(0);

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

/** The sentence on the first tie of a sample. */
export function tieLabels(g: Geometry): Label[] {
  const { m } = g;
  if (!m.indices) return [];
  const columns = hasLeaders(g) ? Array.from({ length: m.width }, (_, column) => column) : [];
  const label = (column: number): Label => ({
    id: `tie ${column} ${g.sample}`,
    at: plus(leaderEnd(g, column), [column < 0 ? 0 : 0.35, 0, 0]),
    anchor: "left",
    kind: "note",
    hue: "text",
    least: roomy,
    text: (now) => {
      const tie = isForward(m)(now) ? told(g, now) : undefined;
      if (!tie) return undefined;
      const own = columns.includes(columnOf(m, tie)) ? columnOf(m, tie) : -1;
      return own === column ? `tie: ${tieText(tie)}${furtherTies(g, now)}` : undefined;
    },
  });
  return [-1, ...columns].map(label);
}

function furtherTies(g: Geometry, now: Now): string {
  const more = settled(g, now).length - 1;
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
        const tie = isForward(m)(now) ? told(g, now) : undefined;
        return tie !== undefined && columnOf(m, tie) === column;
      },
    });
    return [box([x, (top + y) / 2, 0], thin, top - y), box([x + 0.14, y, 0], 0.28, thin)];
  }).flat();
}
