/** The picture of station 8: the forward pair above, below it in turn the backward pair and the pair that is one pixel on. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { unread } from "../../ops/window";
import { cellShare } from "../../story/layout";
import type { Block, Box, Fate, LegendMark, Picture, Vector } from "../../story/picture";
import { paddingBlocks, unreadBrackets, unreadFates } from "../../story/sliding";
import { changed } from "./findings";
import {
  cellAt,
  groundOf,
  inputBlock,
  outputAt,
  outputBlock,
  places,
  windowCentre,
  windowSize,
  type Geometry,
  type Lane,
} from "./geometry";
import { labels } from "./labels";
import { windowAt, type Model } from "./model";
import { arriving, remembered, rememberedLabels } from "./remembered";
import { tiedCells, tieLeaders } from "./tied";
import { isBack, isForward, isMoved, lanesOf, lowerLane } from "./turns";

export function picture(m: Model): Picture {
  const all = places(m);
  const brackets = all.map((g) => unreadBrackets(groundOf(g, "above", m.I)));
  const last = all[all.length - 1];
  const words = brackets[brackets.length - 1].labels.map((label) => ({ ...label, at: belowIndices(last, label.at) }));
  const fates = unreadCells(all[0]);
  return {
    blocks: [...all.flatMap((g) => [...above(g), ...below(g)]), ...rings(all[0]), ...all.flatMap((g) => remembered(g))],
    lines: brackets.flatMap(({ lines }) => lines),
    boxes: all.flatMap((g) => [...outlines(g), ...windowBoxes(g), ...frames(g), ...changedBoxes(g), ...tieLeaders(g)]),
    labels: [...labels(all), ...all.flatMap((g) => rememberedLabels(g)), ...words],
    opening: { kind: "flat" },
    fates: (now) => [...fates, ...tiedCells(m, now)],
    legend: legend(m),
  };
}

/** Words under the sheet stand below the column indices. */
const belowIndices = (g: Geometry, [x]: Vector): Vector => [
  x,
  cellAt(g, "above", g.m.height - 1, 0)[1] - g.foot.unread,
  0,
];

// ── tensors ─────────────────────────────────────────────────────────────────

function above(g: Geometry): Block[] {
  const { m } = g;
  const won = m.pool === "max" && { won: { tensor: m.travelled?.won ?? m.mask, step: m.forward } };
  const look = { current: "data", shown: isForward(m) } as const;
  return [
    inputBlock(g, "above", m.I, { ...look, ...won }),
    outputBlock(g, "above", m.O, { ...look, ...arriving(m, m.forward) }),
  ];
}

function below(g: Geometry): Block[] {
  const { m } = g;
  const lane = lowerLane(m);
  const gradient = { group: "gradients", current: "gradient", shown: isBack(m) } as const;
  const moved = { current: "data", shown: isMoved(m) } as const;
  return [
    inputBlock(g, lane, m.dI, { ...gradient, ...gathering(g) }),
    outputBlock(g, lane, m.dO, gradient),
    inputBlock(g, lane, m.moved, {
      ...moved,
      ...(m.pool === "max" && m.movedRoutes && { won: { tensor: m.movedRoutes.won, step: m.movedStep } }),
    }),
    outputBlock(g, lane, m.movedO, { ...moved, ...arriving(m, m.movedStep) }),
  ];
}

/** How dI fills: by what each window adds; with too many windows for that, about when the last one has passed. */
function gathering({ m, apart }: Geometry): Partial<Block> {
  if (m.travelled) return { series: { tensor: m.travelled.sums, step: m.backward } };
  const row = (m.outputColumns * (m.outputRows - 1)) / Math.max(1, m.height - 1);
  const column = (m.outputColumns - 1) / Math.max(1, m.width - 1);
  const moment = apart ? [row * m.stride, row, column * m.stride, column] : [row, column];
  return { arrivals: [{ step: m.backward, moment }] };
}

/** Zeros around I: in an average they are read like any number, unless they are not counted; for a largest they are not there. Around dI nothing is kept. */
function rings(g: Geometry): Block[] {
  const { m } = g;
  const padding = m.pool === "average" && m.countsPadding ? "read" : "never wins";
  const lane = lowerLane(m);
  return [
    ...paddingBlocks(groundOf(g, "above", m.I), padding, isForward(m)),
    ...paddingBlocks(groundOf(g, lane, m.moved), padding, isMoved(m)),
    ...paddingBlocks({ ...groundOf(g, lane, m.dI), ring: m.gradientRing }, "never wins", isBack(m)),
  ];
}

// ── frames ──────────────────────────────────────────────────────────────────

/** From this many rows or columns on, cells are too small for edges of their own. */
const leastOutlined = 24;

const outline = (centre: Vector, columns: number, rows: number, pitch: number): Box => ({
  centre,
  width: columns * pitch,
  height: rows * pitch,
  radius: 2,
  stroke: "line",
  strokeWidth: 1,
});

/** The outlines of sheets whose cells have none, so that what is not computed yet is seen to be missing. */
function outlines(g: Geometry): Box[] {
  const { height, width, outputRows, outputColumns } = g.m;
  if (Math.max(height, width) < leastOutlined) return [];
  return lanesOf(g.m).flatMap((lane) => [
    outline(cellAt(g, lane, (height - 1) / 2, (width - 1) / 2), width, height, 1),
    outline(
      outputAt(g, lane, (outputRows - 1) / 2, (outputColumns - 1) / 2),
      outputColumns,
      outputRows,
      g.output.pitch,
    ),
  ]);
}

/** With more windows than this their boxes would be the picture. */
const mostBoxes = 144;

/** Windows that stand apart, as light boxes. */
function windowBoxes(g: Geometry): Box[] {
  if (!g.apart || g.m.windows > mostBoxes) return [];
  const size = windowSize(g);
  return lanesOf(g.m).flatMap((lane) =>
    Array.from({ length: g.m.windows }, (_, window): Box => ({
      centre: windowCentre(g, lane, window),
      width: size,
      height: size,
      radius: 8,
      stroke: "line",
      strokeWidth: 1.5,
    })),
  );
}

/** The frame of the window that is under way; once all are done none stands out. */
function frames(g: Geometry): Box[] {
  const { m } = g;
  const size = windowSize(g);
  const frame = (step: Step, lane: Lane, stroke: "data" | "gradient"): Box => ({
    centre: windowCentre(g, lane, 0),
    width: size,
    height: size,
    radius: g.apart ? 8 : 5,
    stroke,
    strokeWidth: 2,
    slides: { step, centre: (window) => windowCentre(g, lane, window) },
    shown: (now) => now.progress(step) < 1,
  });
  return [
    frame(m.forward, "above", "data"),
    frame(m.backward, lowerLane(m), "gradient"),
    frame(m.movedStep, lowerLane(m), "data"),
  ];
}

/** With more outputs than this those that changed are told by their count alone. */
const mostOutlined = 256;

/** Once I has moved, the outputs that are not what they were. */
function changedBoxes(g: Geometry): Box[] {
  const { m } = g;
  if (m.windows * m.batch > mostOutlined) return [];
  const size = g.output.pitch * cellShare + 0.1;
  return Array.from({ length: m.windows }, (_, window): Box => ({
    centre: outputAt(g, lowerLane(m), ...windowAt(m, window)),
    width: size,
    height: size,
    radius: 6,
    stroke: "text",
    strokeWidth: 3,
    shown: (now) =>
      isMoved(m)(now) &&
      now.progress(m.movedStep) * m.windows >= window + 1 &&
      changed(m, now.results).includes(g.sample * m.windows + window),
  }));
}

// ── what became of cells ────────────────────────────────────────────────────

const asChannel = (tensor: Tensor): Tensor => ({ ...tensor, shape: [1, ...tensor.shape] });

function unreadCells(g: Geometry): readonly Fate[] {
  const { m } = g;
  return [m.I, m.moved].flatMap((tensor) =>
    unreadFates(groundOf(g, "above", asChannel(tensor))).map((fate) => ({ ...fate, cell: { ...fate.cell, tensor } })),
  );
}

function legend(m: Model): readonly LegendMark[] {
  const hasUnread = [m.rows, m.columns].some((axis) => unread(axis).length > 0);
  return [
    "data",
    "negative",
    "gradient",
    "negative gradient",
    ...(m.pool === "max" ? (["winner", "tied", "lost"] as const) : []),
    "is zero",
    ...(m.padding > 0 ? (["padding"] as const) : []),
    ...(hasUnread ? (["unread"] as const) : []),
  ];
}
