/** The picture of station 1: a ball on the parabola or in the bowl with its steps, and the numbers of the steps below. */
import { plate } from "../../story/layout";
import type { Block, Picture, Trace } from "../../story/picture";
import type { Tensor } from "../../core/graph";
import { axisLine, axisNames, frameAround, headline, headroom, ticksAcross, ticksUp } from "./axes";
import { contours, grid, type Bowl, type Parabola } from "./curves";
import { mapPicture } from "./map-picture";
import type { Model } from "./model";
import { floor, frameOf, height, width } from "./stage";
import { stripBlocks, stripLabels } from "./strip";
import { factorShort, steppedIn, verdict } from "./words";

/** What the view knob asks for. */
export function picture(m: Model): Picture {
  switch (m.view.kind) {
    case "parabola":
      return onParabola(m, m.view.curves);
    case "bowl":
      return inBowl(m, m.view.curves);
    case "map":
      return mapPicture(m, m.view.map);
  }
}

const legend: Picture["legend"] = ["data", "negative", "gradient", "negative gradient"];

// ── the parabola ────────────────────────────────────────────────────────────

/** Where the loss is 0, as a share of the frame's height. */
const ground = floor / (1 + floor);

function onParabola(m: Model, curves: Parabola): Picture {
  const { limits } = curves;
  const curve: Trace = {
    id: "parabola",
    x: { tensor: curves.x, first: 0, stride: 1 },
    y: { tensor: curves.y, first: 0, stride: 1 },
    points: curves.points,
    frame: frameOf(limits),
    drawn: "line",
    token: "line-control",
    width: 2,
  };
  return {
    blocks: stripBlocks(m),
    traces: [curve, ...walk(m, limits, [m.run.path, 0, 1], [m.run.losses, 0, 1])],
    lines: [axisLine("across", ground), axisLine("up", 0.5)],
    boxes: [frameAround(), headroom],
    labels: [
      ...stripLabels(m),
      ...ticksAcross(limits, [0, 0.25, 0.5, 0.75, 1]),
      ...ticksUp(limits, [ground, ground + (1 - ground) / 2]),
      ...axisNames("w", "L", 0.97),
      ...headline(
        ({ results }) => verdict(m, results).formula,
        ({ results }) => verdict(m, results).words,
        ({ results }) => shortly(m, results),
      ),
    ],
    opening: { kind: "flat" },
    legend,
  };
}

const shortly = (m: Model, results: Parameters<typeof verdict>[1]): string =>
  m.setting.optimizer === "sgd" ? `$${factorShort(steppedIn(m, results))}$` : verdict(m, results).formula;

type Column = readonly [tensor: Tensor, first: number, stride: number];

/** The steps, where they landed as dots, and the ball. */
function walk(m: Model, limits: Tensor, x: Column, y: Column, drawn: Trace["drawn"] = "steps"): Trace[] {
  const run = ([tensor, first, stride]: Column): Trace["x"] => ({ tensor, first, stride });
  const along = {
    x: run(x),
    y: run(y),
    points: m.setting.steps + 1,
    frame: frameOf(limits),
    arrival: m.run.landed,
  };
  return [
    { ...along, id: "steps", drawn, token: "gradient", width: 2 },
    { ...along, id: "landings", drawn: "dots", token: "data", width: 8 },
    { ...along, id: "ball", drawn: "ball", token: "data", width: 18 },
  ];
}

// ── the bowl ────────────────────────────────────────────────────────────────

/** The height of the bowl as colour, behind everything. */
function surfaceBlock(tensor: Tensor): Block {
  const [right, down] = [width / grid.columns, height / grid.rows];
  return {
    id: "surface",
    tensors: [tensor],
    place: {
      origin: [right / 2, height - down / 2, -0.1],
      pitch: [
        [0, -down, 0],
        [right, 0, 0],
      ],
    },
    body: plate(right, down),
    group: "outputs",
  };
}

function inBowl(m: Model, curves: Bowl): Picture {
  const { limits, points } = curves;
  const contour = (row: number): Trace => ({
    id: `contour ${row}`,
    x: { tensor: curves.x, first: row * points, stride: 1 },
    y: { tensor: curves.y, first: row * points, stride: 1 },
    points,
    frame: frameOf(limits),
    drawn: "line",
    token: "line-control",
    width: 1.5,
  });
  return {
    blocks: [surfaceBlock(curves.sheet), ...stripBlocks(m)],
    traces: [
      ...Array.from({ length: contours }, (_, row) => contour(row)),
      ...walk(m, limits, [m.run.path, 1, 2], [m.run.path, 0, 2], "line"),
    ],
    lines: [axisLine("across", 0.5), axisLine("up", 0.5)],
    boxes: [frameAround(), headroom],
    labels: [
      ...stripLabels(m),
      ...ticksAcross(limits, [0, 0.25, 0.5, 0.75, 1]),
      ...ticksUp(limits, [0.25, 0.5, 0.75]),
      ...axisNames("w'", "w", 0.97),
      ...headline(
        ({ results }) => verdict(m, results).formula,
        ({ results }) => verdict(m, results).words,
        ({ results }) => verdict(m, results).formula,
      ),
    ],
    opening: { kind: "flat" },
    legend,
  };
}
