/** The picture of the outcome map: the pixels, the boundary that theory draws, and where the present knobs stand. */
import { format } from "../../core/numeral";
import { plate } from "../../story/layout";
import type { Block, Box, CellRef, Picture, Trace } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Knobs } from "../../story/station";
import { outcomeNames } from "../../ops/outcomes/outcome";
import { axisNames, frameAround, ticksAcross, ticksUp } from "./axes";
import { reaches, type Setting } from "./knobs";
import { settingAt, side, startsAtRest, trained, type OutcomeMap } from "./map";
import type { Model } from "./model";
import { beside, settledValue } from "./numbers";
import { bound, factor } from "./theory";
import { steppedIn } from "./words";

/** World units along each side. */
const extent = 12;
const pixel = extent / side;

const frameOf = ({ limits }: OutcomeMap): Trace["frame"] => ({
  left: 0,
  bottom: 0,
  width: extent,
  height: extent,
  limits,
});

/** The network alone can die: the classes that a quadratic knows. */
const outcomes = outcomeNames.filter((name) => name !== "dead");

export function mapPicture(m: Model, map: OutcomeMap): Picture {
  const size = { width: extent, height: extent };
  const up = m.setting.swept === "momentum" ? "\\mu" : "\\lambda";
  return {
    blocks: [pixels(map)],
    traces: [...boundaryTraces(map), ...marker(m, map)],
    lines: [],
    boxes: [frameAround(size), margin],
    labels: [
      ...ticksAcross(map.limits, [0, 0.2, 0.4, 0.6, 0.8, 1], size),
      ...ticksUp(map.limits, sharesOf(m.setting.swept), size),
      ...axisNames("\\eta", up, 0.87, size),
    ],
    outcomes,
    opening: { kind: "flat" },
    legend: [],
  };
}

/** Keeps room above the map for its caption, and below it for its numbers beside a legend of two rows. */
const margin: Box = { centre: [extent / 2, extent / 2 - 0.5, 0], width: extent, height: extent + 2.6, radius: 0 };

/** Where round numbers stand on the axis upwards. */
function sharesOf(swept: Setting["swept"]): readonly number[] {
  const [least, most] = reaches[swept];
  return rounds[swept].map((number) => (number - least) / (most - least));
}
const rounds = { curvature: [0.1, 1, 2, 3, 4], momentum: [0, 0.25, 0.5, 0.75, 0.95] } as const;

const pixels = ({ outcome }: OutcomeMap): Block => ({
  id: "outcomes",
  tensors: [outcome],
  place: {
    origin: [pixel / 2, extent - pixel / 2, 0],
    pitch: [
      [0, -pixel, 0],
      [pixel, 0, 0],
    ],
  },
  body: plate(pixel),
  group: "outcomes",
});

function boundaryTraces(map: OutcomeMap): Trace[] {
  if (!map.boundary) return [];
  const curve = {
    x: { tensor: map.boundary.rates, first: 0, stride: 1 },
    y: { tensor: map.up, first: 0, stride: 1 },
    points: side,
    frame: frameOf(map),
    drawn: "line",
  } as const;
  // Where nothing moves there is nothing to bound.
  const shown: Trace["shown"] = ({ results }) => !startsAtRest(map, results);
  return [
    { ...curve, shown, id: "boundary, its halo", token: "surface-canvas", width: 5 },
    { ...curve, shown, id: "boundary", token: "text", width: 2, dash: "dashed" },
  ];
}

/** A ring of canvas around a dot, so that it is seen on every colour. */
function marker({ setting }: Model, map: OutcomeMap): Trace[] {
  const at = {
    x: { tensor: map.settings, first: settingAt.lr, stride: 1 },
    y: { tensor: map.settings, first: settingAt[setting.swept], stride: 1 },
    points: 1,
    frame: frameOf(map),
    drawn: "dots",
  } as const;
  return [
    { ...at, id: "present knobs, their halo", token: "surface-canvas", width: 18 },
    { ...at, id: "present knobs", token: "text", width: 12 },
  ];
}

// ── a pixel ─────────────────────────────────────────────────────────────────

/** What a pixel stands for. */
function pixelOf(
  { across, up }: OutcomeMap,
  at: number,
  results: Results,
): { readonly rate: number; readonly raised: number } {
  return { rate: settledValue(results, across, at % side), raised: settledValue(results, up, Math.floor(at / side)) };
}

/** The knobs of a pixel, its own numbers and not the nearest steps of sliders, and the view that shows the run. */
export function chosen(m: Model, map: OutcomeMap, { tensor, at }: CellRef, results: Results): Knobs | undefined {
  if (tensor !== map.outcome || !results.ready) return undefined;
  const { rate, raised } = pixelOf(map, at, results);
  const { swept, optimizer } = m.setting;
  return {
    show: "parabola",
    noisy: false,
    lr: rate,
    [swept]: raised,
    ...(swept === "momentum" && optimizer === "sgd" && { optimizer: "momentum" }),
  };
}

/** What became of a pixel's training, and what theory says to it. */
export function pixelRemark(m: Model, map: OutcomeMap, at: number, results: Results): string {
  const { rate, raised } = pixelOf(map, at, results);
  const outcome = outcomeNames[results.value(map.outcome, at)] ?? "";
  if (startsAtRest(map, results)) return "It starts in the minimum and stays there: of w₀ = 0 no share can be left.";
  const measure = results.value(map.measure, at);
  const left = Number.isFinite(measure) ? `${format(measure)} of the distance is left` : "gone for good";
  return `${outcome[0].toUpperCase()}${outcome.slice(1)}: ${left} after ${trained} steps.${theory(m, rate, raised, results)}`;
}

function theory(m: Model, rate: number, raised: number, results: Results): string {
  const present = steppedIn(m, results);
  const { swept } = m.setting;
  const optimizer = swept === "momentum" && present.optimizer === "sgd" ? "momentum" : present.optimizer;
  const stepped = { ...present, optimizer, rate, [swept]: raised };
  if (optimizer === "sgd") return ` |1 − ηλ| = ${beside(1, Math.abs(factor(stepped)))}.`;
  const limit = bound(stepped);
  return limit === undefined ? "" : ` Theory calls rates below ${beside(rate, limit)} stable.`;
}
