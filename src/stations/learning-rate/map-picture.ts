/** The picture of the outcome map: the pixels, the boundary that theory draws, and where the present knobs stand. */
import { format } from "../../core/numeral";
import type { Block, CellRef, Label, Picture, Trace } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Knobs } from "../../story/station";
import { outcomeNames } from "../../ops/outcomes/outcome";
import { axisNames, frameAround, ticksAcross, ticksUp } from "./axes";
import { reaches, type Setting } from "./knobs";
import { settingAt, side, trained, type OutcomeMap } from "./map";
import type { Model } from "./model";
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
    boxes: [frameAround(size)],
    labels: [
      ...ticksAcross(map.limits, [0, 0.2, 0.4, 0.6, 0.8, 1], size),
      ...ticksUp(map.limits, sharesOf(m.setting.swept), size),
      ...axisNames("\\eta", up, 0.87, size),
      ...explanations(m, map),
    ],
    outcomes,
    opening: { kind: "flat" },
    legend: [],
  };
}

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
  body: { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: pixel, height: pixel },
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
  return [
    { ...curve, id: "boundary, its halo", token: "surface-canvas", width: 5 },
    { ...curve, id: "boundary", token: "text", width: 2, dash: "dashed" },
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

const explanations = ({ setting }: Model, { boundary }: OutcomeMap): Label[] =>
  [
    "The dot: the knobs as they are set.",
    ...(boundary ? ["Dashed: the largest rate that theory calls stable."] : []),
    setting.swept === "momentum" ? "Click a pixel to take its η and μ." : "Click a pixel to take its η and λ.",
  ].map((text, line) => ({
    id: `explanation ${line}`,
    at: [0, -1.1, 0],
    anchor: "left",
    offset: [0, 20 * line],
    kind: "note",
    least: 24,
    text,
  }));

// ── a pixel ─────────────────────────────────────────────────────────────────

/** What a pixel stands for. */
function pixelOf(
  { across, up }: OutcomeMap,
  at: number,
  results: Results,
): { readonly rate: number; readonly raised: number } {
  return { rate: results.value(across, at % side), raised: results.value(up, Math.floor(at / side)) };
}

const toStep = (x: number, step: number): number => Number((Math.round(x / step) * step).toFixed(2));

/** The knobs of a pixel, in the steps of their sliders, and the view that shows the run. */
export function chosen(m: Model, map: OutcomeMap, { tensor, at }: CellRef, results: Results): Knobs | undefined {
  if (tensor !== map.outcome || !results.ready) return undefined;
  const { rate, raised } = pixelOf(map, at, results);
  const { swept, optimizer } = m.setting;
  return {
    show: "parabola",
    noisy: false,
    lr: toStep(rate, 0.01),
    [swept]: toStep(raised, swept === "curvature" ? 0.05 : 0.01),
    ...(swept === "momentum" && optimizer === "sgd" && { optimizer: "momentum" }),
  };
}

/** What became of a pixel's training, and what theory says to it. */
export function pixelRemark(m: Model, map: OutcomeMap, at: number, results: Results): string {
  const { rate, raised } = pixelOf(map, at, results);
  const outcome = outcomeNames[results.value(map.outcome, at)] ?? "";
  const measure = results.value(map.measure, at);
  const left = Number.isFinite(measure) ? `${format(measure)} of the distance is left` : "gone for good";
  return `${outcome[0].toUpperCase()}${outcome.slice(1)}: ${left} after ${trained} steps.${theory(m, rate, raised, results)}`;
}

function theory(m: Model, rate: number, raised: number, results: Results): string {
  const present = steppedIn(m, results);
  const { swept } = m.setting;
  const optimizer = swept === "momentum" && present.optimizer === "sgd" ? "momentum" : present.optimizer;
  const stepped = { ...present, optimizer, rate, [swept]: raised };
  if (optimizer === "sgd") return ` |1 − ηλ| = ${format(Math.abs(factor(stepped)))}.`;
  const limit = bound(stepped);
  return limit === undefined ? "" : ` Theory calls rates below ${format(limit)} stable.`;
}
