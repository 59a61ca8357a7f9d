/** The network over its drawn steps: states from left to right, gradients from right to left, and below each step its part of the weight's gradient. */
import type { Tensor } from "../../core/graph";
import { sheet } from "../../story/layout";
import type { Block, Label, Picture, Vector } from "../../story/picture";
import {
  arriving,
  beside,
  cellAt,
  column,
  columnOf,
  columns,
  inputNames,
  inputs,
  over,
  room,
  warm,
  type Columns,
} from "./columns";
import type { Model } from "./model";

/** The rows by their place. */
export const row = { input: 0, state: 1, gradient: 2, part: 3 } as const;

/** Parts are as wide as a state is high. */
export const networkColumns = ({ cells }: Model): Columns => columns(cells, cells + 0.6, [1, cells, cells, cells]);

/** W_hh and the clipped gradient stand left of the first column. */
export const weightColumn = ({ pitch }: Columns): number => -pitch - 0.7;

/** The centre of the first cell of a square of cells × cells in a row, around the middle of a column. */
const squareAt = ({ cells, rows }: Columns, at: number, x: number): Vector => [
  x - (cells - 1) / 2,
  rows[at] + (cells - 1) / 2,
  0,
];

export function networkPicture(m: Model): Picture {
  const all = networkColumns(m);
  const left = weightColumn(all);
  return {
    blocks: [...weights(m, all), inputs(m, all), ...states(m, all)],
    lines: [],
    boxes: [room([left, all.rows[row.part], 0], [columnOf(all, m.steps), all.lowest, 0])],
    labels: labels(m, all),
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient"],
  };
}

function weights(m: Model, all: Columns): Block[] {
  const left = weightColumn(all);
  const square = (id: string, tensor: Tensor, at: number, x: number, more: Partial<Block>): Block =>
    sheet({ id, tensor, origin: squareAt(all, at, x), group: "values" }, more);
  const gradient = (id: string, tensor: Tensor, x: number): Block =>
    square(id, tensor, row.part, x, { ...warm, ...arriving(m, tensor) });
  return [
    square("W_hh", m.w_hh, row.state, left, {}),
    gradient("clipped", m.clip.clipped, left),
    gradient("total", m.total, 0),
    ...m.parts.map((part, i) => gradient(`part ${i + 1}`, part, columnOf(all, i + 1))),
  ];
}

const states = (m: Model, all: Columns): Block[] => [
  ...m.states.map((state, t) =>
    column(`h${t}`, state, cellAt(all, row.state, t, 0), t === 0 ? {} : arriving(m, state)),
  ),
  ...m.gradients.map((gradient, t) =>
    column(`∂h${t}`, gradient, cellAt(all, row.gradient, t, 0), {
      ...warm,
      ...(t < m.steps && arriving(m, gradient)),
    }),
  ),
];

// ── words ───────────────────────────────────────────────────────────────────

/** Names of gradients have room over every column from this many pixels a unit on; below, one stands before their row. */
const eachNamed = 25;
/** From here on the parts and their sum have names of their own, below it is said in fewer words what they are. */
const partsNamed = 34;
/** From here on the sum has room beside what is clipped. */
const sumNamed = 16;

function labels(m: Model, all: Columns): Label[] {
  const left = weightColumn(all);
  return [
    overSquare(all, "W_hh", row.state, left, "$W_{hh}$"),
    overSquare(all, "clipped", row.part, left, "clipped", { ...gradient, kind: "note" }),
    overSquare(all, "total", row.part, 0, "$\\partial L/\\partial W_{hh}$", { ...gradient, least: partsNamed }),
    overSquare(all, "sum", row.part, 0, "sum", { ...gradient, kind: "note", least: sumNamed, most: partsNamed }),
    ...inputNames(all, m.steps),
    ...m.states.map((_, t) => (t === 0 ? over : beside)(`h${t}`, cellAt(all, row.state, t, 0), `$h_{${t}}$`)),
    ...gradientNames(m, all),
    ...m.parts.map((_, i) =>
      beside(`part ${i + 1}`, topOf(all, row.part, columnOf(all, i + 1)), `of step ${i + 1}`, {
        kind: "note",
        least: partsNamed,
      }),
    ),
  ];
}

const gradient = { mark: "gradient" } as const;

/** The middle of the top cells of a square. */
const topOf = (all: Columns, at: number, x: number): Vector => [x, squareAt(all, at, x)[1], 0];

const overSquare = (all: Columns, id: string, at: number, x: number, text: string, more: Partial<Label> = {}): Label =>
  over(id, topOf(all, at, x), text, more);

const gradientNames = (m: Model, all: Columns): Label[] => [
  ...m.states.map((_, t) =>
    over(`∂h${t}`, cellAt(all, row.gradient, t, 0), `$\\partial L/\\partial h_{${t}}$`, {
      ...gradient,
      least: eachNamed,
    }),
  ),
  {
    id: "name ∂h",
    at: [weightColumn(all), all.rows[row.gradient], 0],
    anchor: "centre",
    kind: "tensor",
    text: "$\\partial L/\\partial h_t$",
    ...gradient,
    most: eachNamed,
  },
];
