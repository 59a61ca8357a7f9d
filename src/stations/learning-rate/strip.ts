/** The strip under the frame: w, its gradient and the loss after each step, and how each w follows from the one before. */
import type { Tensor } from "../../core/graph";
import type { Arrival, Block, CellRef, FlowPath, Label, Vector } from "../../story/picture";
import type { Model } from "./model";
import { cellsAt, roomy, stripBlock, stripCell, stripOf, type Strip } from "./stage";

/** How many numbers w is made of. */
const extentOf = (m: Model): number => m.run.path.shape[1] ?? 1;
/** Whether the strip has rows for the gradient: where w is one number. */
const hasGradients = (m: Model): boolean => extentOf(m) === 1;

const lossRow = (m: Model): number => (hasGradients(m) ? 2 : extentOf(m));

/** The cells. What stands at the start is there at once; the rest comes with the steps. */
export function stripBlocks(m: Model): Block[] {
  const strip = stripOf(m.setting.steps);
  const { landed, after, gradients, firstLoss, lossesAfter } = m.run;
  const arriving = (tensor: Tensor, landing: number): { readonly arrivals: readonly Arrival[] } => ({
    arrivals: [{ step: landed, moment: tensor.shape.map((_, axis) => (axis === 0 ? 1 : 0)), landing }],
  });
  const data = { group: "values", current: "data" } as const;
  const outputs = { group: "outputs", current: "data" } as const;
  return [
    {
      ...stripBlock(strip, startOf(m), { row: 0, from: 0 }, { id: "w at first", ...data }),
      place: { origin: stripCell(strip, 0, 0), pitch: startOf(m).shape.map(() => [0, -strip.drop, 0] as const) },
    },
    stripBlock(strip, after, { row: 0, from: 1 }, { id: "w", ...data, ...arriving(after, 0.9) }),
    ...(hasGradients(m)
      ? [
          stripBlock(
            strip,
            gradients,
            { row: 1, from: 0 },
            { id: "gradients", group: "gradients", current: "gradient", edged: true, ...arriving(gradients, 0.15) },
          ),
        ]
      : []),
    stripBlock(strip, firstLoss, { row: lossRow(m), from: 0 }, { id: "L at first", ...outputs }),
    stripBlock(
      strip,
      lossesAfter,
      { row: lossRow(m), from: 1 },
      { id: "L", ...outputs, ...arriving(lossesAfter, 0.95) },
    ),
  ];
}

/** w₀ as it stands on the tape. */
const startOf = (m: Model): Tensor => m.run.start;

/** The cells of w after t steps, as they are drawn. */
export const weightsAt = (m: Model, t: number): readonly CellRef[] =>
  t > 0 ? cellsAt(m.run.after, t - 1) : Array.from({ length: extentOf(m) }, (_, at) => ({ tensor: startOf(m), at }));

// ── words ───────────────────────────────────────────────────────────────────

const rowNames = (m: Model): readonly string[] =>
  hasGradients(m) ? ["$w$", "$\\partial L/\\partial w$", "$L$"] : ["$w$", "$w'$", "$L$"];

/** About as many indices as have room. */
const mostIndices = 12;

export function stripLabels(m: Model): Label[] {
  const strip = stripOf(m.setting.steps);
  const rows = rowNames(m);
  const every = Math.ceil((m.setting.steps + 1) / mostIndices);
  const columns = Array.from({ length: m.setting.steps + 1 }, (_, t) => t).filter((t) => t % every === 0);
  return [
    ...rows.map((text, row): Label => ({
      id: `row ${row}`,
      at: [-0.25, stripCell(strip, row, 0)[1], 0],
      anchor: "right",
      kind: "tensor",
      text,
    })),
    ...columns.map((t): Label => indexLabel(m, strip, t)),
    {
      id: "step",
      at: [-0.25, indexHeight(strip, rows.length), 0],
      anchor: "right",
      kind: "axis",
      least: roomy,
      text: "step",
    },
  ];
}

const indexHeight = (strip: Strip, rows: number): number => stripCell(strip, rows - 1, 0)[1] - strip.pitch / 2 - 0.4;

function indexLabel(m: Model, strip: Strip, t: number): Label {
  const [x] = stripCell(strip, 0, t);
  return {
    id: `step ${t}`,
    at: [x, indexHeight(strip, rowNames(m).length), 0],
    anchor: "centre",
    kind: "axis",
    hue: "data",
    text: String(t),
    lit: ({ act }) => act?.step === m.run.landed && act.moment + 1 === t,
  };
}

// ── flows ───────────────────────────────────────────────────────────────────

/** What makes the next w: the one before it, and its gradient. */
export function stripFlows(m: Model, moment: number): FlowPath[] {
  const strip = stripOf(m.setting.steps);
  const kept = weightsAt(m, moment).map((carries, row): FlowPath => ({
    points: overTo(strip, row, moment),
    current: "data",
    carries,
    start: 0.1,
    end: 0.85,
  }));
  if (!hasGradients(m)) return kept;
  const [carries] = cellsAt(m.run.gradients, moment);
  return [...kept, { points: upTo(strip, moment), current: "gradient", carries, start: 0.2, end: 0.85 }];
}

/** From the middle of a cell to just beyond its edge. */
const edge = 0.49;

/** From a cell through the street above it into the next one of its row. */
function overTo(strip: Strip, row: number, moment: number): readonly Vector[] {
  const [x, y] = stripCell(strip, row, moment);
  const [right] = stripCell(strip, row, moment + 1);
  const [low, high] = [y + edge * strip.pitch, y + strip.drop / 2];
  return [
    [x, low, 0],
    [x, high, 0],
    [right, high, 0],
    [right, low, 0],
  ];
}

/** From a gradient through the street above it up into the next w. */
function upTo(strip: Strip, moment: number): readonly Vector[] {
  const [x, y] = stripCell(strip, 1, moment);
  const [right, above] = stripCell(strip, 0, moment + 1);
  return [
    [x, y + edge * strip.pitch, 0],
    [x, y + strip.drop / 2, 0],
    [right, y + strip.drop / 2, 0],
    [right, above - edge * strip.pitch, 0],
  ];
}
