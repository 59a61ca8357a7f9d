/** How much a state n steps back still matters: curves over the distance, and the Jacobian at the distance that is reached. */
import { precise } from "../../core/numeral";
import type { Step } from "../../core/tape";
import { sheet } from "../../story/layout";
import type { Block, Label, Line, Now, Picture, Trace, Vector } from "../../story/picture";
import { curvesOf, type Curve } from "./far-curves";
import { decades, frameOf, heightOf, size } from "./far-places";
import type { Model } from "./model";

/** The step that the curves play by: it reads the radius alone, as some of what is asked about them does. */
export const curveStep = (m: Model): Step => m.writer(m.distances.powers);

/** How many steps back the picture has come. */
export function reached(m: Model, { act }: Now): number {
  return act?.step === curveStep(m) ? act.moment + 1 : m.distance;
}

/** A size in three digits, which is what a curve is read to. */
export const short = (norm: number): string =>
  norm > 0 && Number.isFinite(norm) && (norm < 1e-3 || norm >= 1e5)
    ? norm.toExponential(2).replace("e+", "e").replace("e-", "e−")
    : precise(Number(norm.toPrecision(3)), 9);

export function farPicture(m: Model): Picture {
  return {
    blocks: [jacobian(m)],
    traces: curvesOf(m).flatMap((curve) => traces(m, curve)),
    lines: [...decades.map(lineAt), ...curvesOf(m).map((curve, i) => sample(curve, keyAt(i)))],
    boxes: [{ centre: [size.width / 2, size.height / 2, 0], ...size, radius: 2, stroke: "line", strokeWidth: 1 }],
    labels: [...key(m), ...ticks(m), jacobianName(m)],
    opening: { kind: "flat" },
    legend: [],
  };
}

function traces(m: Model, { id, tensor, token, width, dash }: Curve): Trace[] {
  const { across, limits } = m.given;
  const along = {
    x: { tensor: across, first: 0, stride: 1 },
    y: { tensor, first: 0, stride: 1 },
    points: tensor.shape[0],
    frame: frameOf(limits),
    token,
    arrival: curveStep(m),
  };
  const line: Trace = { ...along, id, drawn: "line", width, ...(dash && { dash }) };
  return dash ? [line] : [line, { ...along, id: `${id}, reached`, drawn: "ball", width: 12 }];
}

const lineAt = (power: number): Line => ({
  points: [
    [0, heightOf(power), 0],
    [size.width, heightOf(power), 0],
  ],
  token: "line",
  width: power === 0 ? 2 : 1,
});

// ── the key ─────────────────────────────────────────────────────────────────

const keyRow = 0.95;
/** Curves of the network stand in the first column, of the LSTM in the second. */
const perColumn = 3;
const keyTop = size.height + 0.75 + (perColumn - 1) * keyRow;
const keyColumn = 6.6;

const keyAt = (i: number): Vector => [Math.floor(i / perColumn) * keyColumn, keyTop - (i % perColumn) * keyRow, 0];

const sample = ({ token, width, dash }: Curve, [x, y]: Vector): Line => ({
  points: [
    [x, y, 0],
    [x + 1, y, 0],
  ],
  token,
  width,
  ...(dash && { dash }),
});

/** From so many pixels a unit on the key has room for numbers. */
const roomy = 28;

const key = (m: Model): Label[] =>
  curvesOf(m).flatMap(({ id, name, brief, tensor }, i): Label[] => {
    const [x, y] = keyAt(i);
    const entry = { at: [x + 1.25, y, 0], anchor: "left", kind: "note" } as const;
    return [
      {
        ...entry,
        id: `key ${id}`,
        least: roomy,
        text: (now) => `${name} ${valueAt(now, tensor, reached(m, now))}`,
      },
      { ...entry, id: `key ${id}, brief`, most: roomy, text: brief },
    ];
  });

/** The LSTM's first cell state is that of step 1, so that its farthest distance is one step shorter. */
function valueAt({ results }: Now, tensor: Curve["tensor"], n: number): string {
  if (!results.ready) return "…";
  return short(results.value(tensor, Math.min(n, tensor.shape[0] - 1)));
}

// ── the Jacobian ────────────────────────────────────────────────────────────

const square = 2.4;

function jacobian(m: Model): Block {
  const { farthest, earlier } = m.distances;
  const pitch = square / m.cells;
  return sheet(
    {
      id: "jacobian",
      tensor: farthest,
      origin: [size.width - square + pitch / 2, keyTop + 0.4 - pitch / 2, 0],
      pitch,
      group: "gradients",
      current: "gradient",
    },
    { edged: true, series: { tensor: earlier, step: curveStep(m) } },
  );
}

const jacobianName = (m: Model): Label => ({
  id: "name jacobian",
  at: [size.width - square / 2, keyTop + 0.5, 0],
  anchor: "bottom",
  kind: "tensor",
  text: (now) => `$\\partial h_{${m.distance}}/\\partial h_{${m.distance - reached(m, now)}}$`,
});

// ── the axes ────────────────────────────────────────────────────────────────

/** So many steps lie between two numbers below the frame. */
const tickEvery = (distance: number): number => (distance > 25 ? 10 : 5);

function ticks({ distance }: Model): Label[] {
  const every = tickEvery(distance);
  const steps = Array.from({ length: Math.floor(distance / every) + 1 }, (_, i) => i * every);
  return [
    ...decades.map((power): Label => ({
      id: `up ${power}`,
      at: [-0.25, heightOf(power), 0],
      anchor: "right",
      kind: "axis",
      text: power === 0 ? "1" : `$10^{${power}}$`,
    })),
    ...steps.map((n): Label => ({
      id: `across ${n}`,
      at: [(n / distance) * size.width, -0.35, 0],
      anchor: "centre",
      kind: "axis",
      text: String(n),
    })),
    { id: "name across", at: [size.width / 2, -0.75, 0], anchor: "top", kind: "note", text: "steps back, $n$" },
  ];
}
