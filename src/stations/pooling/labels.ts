/** The words of station 8: names, indices and flat positions. */
import { cellShare, nameLabel, plus } from "../../story/layout";
import type { Label, Now, Shown, Vector } from "../../story/picture";
import { shapeText } from "../../core/shape";
import type { Step } from "../../core/tape";
import { inBatch, sampleOf } from "./batch";
import { changed, isAmong, ties, winners } from "./findings";
import { cellAt, outputAt, type Geometry, type Lane } from "./geometry";
import { windowAt, type Model } from "./model";
import { isRemembered } from "./remembered";
import { chosen, roomy, tieLabels } from "./tied";
import { isBack, isForward, isMoved, lanesOf, lowerLane } from "./turns";

const half = cellShare / 2;

/** The words of all samples: names stand beside the whole batch. */
export function labels(places: readonly Geometry[]): Label[] {
  const [first] = places;
  return [
    ...sides(places),
    ...outputNames(first),
    ...places.flatMap((g) => [...sampleName(g), ...changedCount(g), ...indices(g), ...positions(g), ...tieLabels(g)]),
  ];
}

// ── names ───────────────────────────────────────────────────────────────────

/** What stands left of a pair: which way it runs, the name, and in a few words what happens. */
function sides(places: readonly Geometry[]): Label[] {
  const { m } = places[0];
  const max = m.pool === "max";
  return [
    ...beside(places, "forward", max ? ["each window's", "largest goes on"] : ["each window's", "mean goes on"]),
    ...beside(
      places,
      "backward",
      max ? ["only the winner", "is given anything"] : ["every cell is", "given its share"],
    ),
    ...beside(places, "one pixel on", ["moved right,", "zeros come in"]),
  ];
}

const currentOf = { forward: "data", backward: "gradient", "one pixel on": "data" } as const;

function beside(places: readonly Geometry[], title: keyof typeof currentOf, words: readonly string[]): Label[] {
  const [g] = places;
  const { m } = g;
  const tensor = { forward: m.I, backward: m.dI, "one pixel on": m.moved }[title];
  const shown: Shown = { forward: isForward(m), backward: isBack(m), "one pixel on": isMoved(m) }[title];
  const lane = title === "forward" ? "above" : lowerLane(m);
  const [top, bottom] = [cellAt(g, lane, 0, 0)[1], cellAt(places[places.length - 1], lane, m.height - 1, 0)[1]];
  const at: Vector = [g.left - 0.6 * g.relief, (top + bottom) / 2, 0];
  const across = m.batch > 1 ? acrossSamples : acrossOne;
  const text = (id: string, y: number, kind: Label["kind"], written: string): Label => ({
    id: `${title} ${id}`,
    at,
    anchor: "left",
    offset: [across, y],
    kind,
    least: roomy,
    text: written,
    shown,
    ...(kind === "strong" && { hue: currentOf[title] }),
  });
  const close = m.batch > 1 ? sampleEdge(g) : near(g, at);
  return [
    text("title", -38, "strong", title),
    { ...nameLabel(tensor, at, "left", currentOf[title], [across, -8], shown), least: roomy },
    closeName(m, {
      ...nameLabel(tensor, close, "right", currentOf[title], [0, m.batch > 1 ? -20 : 0], shown),
      most: roomy,
    }),
    ...words.map((word, i) => text(`words ${i}`, 21 + 20 * i, "note", word)),
    ...(m.batch > 1 ? [{ ...text("shape", 64, "note", shapeText(tensor.shape)), most: terse }] : []),
  ];
}
/** In pictures smaller than this many pixels a unit a name stands without its shape. */
const terse = 42.5;
/** From the left edge of I to where its words begin; between them the samples are named. */
const acrossOne = -142;
const acrossSamples = -228;
/** Where only the name has room, it stands close to I; above the name of the first sample of several. */
const near = ({ left, relief }: Geometry, [, y]: Vector): Vector => [left - 0.3 * relief, y, 0];

/** The middle of a sample's left edge. */
const sampleEdge = (g: Geometry): Vector => [
  g.left - 0.2 * g.relief,
  (cellAt(g, "above", 0, 0)[1] + cellAt(g, "above", g.m.height - 1, 0)[1]) / 2,
  0,
];

/** Where samples stand less than this many pixels apart, they are not named. */
const leastApart = 20;

/** Which sample of several this is, left of its rows. */
function sampleName(g: Geometry): Label[] {
  const { m, sample } = g;
  if (m.batch === 1) return [];
  const label = (id: string, x: number, seen: Pick<Label, "least" | "most">): Label => ({
    id: `sample ${sample}, ${id}`,
    at: sampleEdge(g),
    anchor: "right",
    offset: [x, 0],
    kind: "axis",
    text: `sample ${sample}`,
    ...seen,
  });
  return [
    label("beside its rows", -22, { least: roomy }),
    label("close", 0, { least: leastApart / g.drop, most: roomy }),
  ];
}

/** Where only names have room, the shapes of a batch, which are long, leave theirs to the picture. */
function closeName({ batch }: Model, name: Label): Label {
  const { aside, ...bare } = name;
  return aside === undefined || batch === 1 ? name : bare;
}

/** A name with its shape, and without it in small pictures. */
const bySize = (m: Model, name: Label): readonly Label[] =>
  m.batch === 1
    ? [name]
    : [
        { ...name, least: terse },
        { ...closeName(m, name), id: `${name.id}, alone`, most: terse },
      ];

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
  const name = (lane: Lane, tensor: Model["O"], hue: "data" | "gradient", shown: Shown): readonly Label[] =>
    bySize(m, nameLabel(tensor, at(lane), "left", hue, [0, 0], shown));
  return [
    ...name("above", m.O, "data", isForward(m)),
    ...name(lowerLane(m), m.dO, "gradient", isBack(m)),
    ...name(lowerLane(m), m.movedO, "data", isMoved(m)),
  ];
}

/** How many outputs of a sample are not what they were, under the name of the moved ones. */
function changedCount(g: Geometry): Label[] {
  const { m, output, sample } = g;
  const middle = outputAt(g, lowerLane(m), (m.outputRows - 1) / 2, m.outputColumns - 1);
  return [
    {
      id: `changed ${sample}`,
      at: plus(middle, [half * output.pitch + 0.42 * g.relief, -0.5 * g.relief, 0]),
      anchor: "left",
      kind: "note",
      least: roomy,
      text: (now) => changedText(g, now),
    },
  ];
}

function changedText({ m, sample }: Geometry, now: Now): string | undefined {
  if (!isMoved(m)(now) || now.progress(m.movedStep) < 1 || !now.results.ready) return undefined;
  const n = changed(m, now.results).filter((window) => sampleOf(m, window) === sample).length;
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
    id: `${axis} ${i} ${lane} ${g.sample}`,
    at: axis === "row" ? rowMark(g, lane, i) : columnMark(g, lane, i),
    anchor: axis === "row" ? "right" : "centre",
    kind: "axis",
    least: roomy,
    text: String(i),
    hue: "data",
    lit: (now) => isRead(m, lane, axis, i, now),
  });
  return lanesOf(m).flatMap((lane) => [
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
  if (!act || act.step === m.backward || laneRead(m, act.step) !== lane) return false;
  const [r, c] = windowAt(m, act.moment);
  const first = (axis === "row" ? r : c) * m.stride - m.padding;
  return first <= i && i < first + m.kernel;
}

const laneRead = (m: Model, step: Step): Lane => (step === m.forward ? "above" : lowerLane(m));

/** With more cells than this flat positions would be the picture. */
const mostPositions = 64;

/** The flat position of each winner, and of each cell that was as large, in the cell's lower right corner. */
function positions(g: Geometry): Label[] {
  const { m, sample } = g;
  if (!m.indices || m.cells * m.batch > mostPositions) return [];
  return Array.from({ length: m.cells }, (_, at): Label => ({
    id: `flat ${at} ${sample}`,
    at: plus(cellAt(g, "above", Math.floor(at / m.width), at % m.width), [half - 0.07, -half + 0.16, 0]),
    anchor: "right",
    kind: "axis",
    hue: "text",
    least: 36,
    text: (now) => (isTold(m, sample * m.cells + at, now) ? String(at) : undefined),
    shown: (now) => m.batch === 1 || !isMoved(m)(now),
  }));
}

/** Where dI has taken the place of I, a cell that was as large tells nothing any more. */
function isTold(m: Model, at: number, now: Now): boolean {
  if (!now.results.ready) return false;
  const done = chosen(m, now);
  return winners(m, done, now.results).has(at) || (isForward(m)(now) && isTied(m, at, done, now));
}

const isTied = (m: Model, at: number, done: number, { results }: Now): boolean =>
  ties(m, results).some(
    ({ window, others }) => isAmong(m, window, done) && others.some((flat) => inBatch(m, window, flat) === at),
  );
