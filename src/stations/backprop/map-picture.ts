/** The map of outcomes: a large square, its axes, and a mark where the present numbers lie. */
import { format } from "../../core/numeral";
import { outcomeNames } from "../../ops/outcomes/outcome";
import type { Act, Block, Frame, Label, Line, Picture, Trace, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import type { Model } from "./model";
import { ends, outcomeAt, placeOf, type OutcomeMap } from "./outcomes";

/** World units along each side. */
const side = 9;
const half = side / 2;

const names = { w1: "w_1", w2: "w_2", lr: "\\eta" } as const;
const ticks = { w1: [-3, -2, -1, 0, 1, 2, 3], w2: [-3, -2, -1, 0, 1, 2, 3], lr: [0, 0.05, 0.1, 0.15, 0.2] } as const;

/** Where a number lies along an axis. */
const along = (axis: keyof typeof ticks, value: number): number => {
  const [from, to] = ends[axis];
  return -half + (side * (value - from)) / (to - from);
};

/** The picture of a map; the network has none of its own there. */
export function mapPicture(m: Model, map: OutcomeMap): Picture {
  return {
    blocks: [field(map)],
    lines: [...outline(), ...tickLines(map), ...zeroLines(map)],
    boxes: [],
    labels: [...tickLabels(map), ...axisNames(map), hint()],
    traces: marks(m, map),
    outcomes: outcomeNames,
    opening: { kind: "flat" },
    legend: [],
  };
}

/** The pixels, row 0 on top. */
function field({ pixels, outcome }: OutcomeMap): Block {
  const pitch = side / pixels;
  return {
    id: "outcome map",
    tensors: [outcome],
    place: {
      origin: [-half + pitch / 2, half - pitch / 2, 0],
      pitch: [
        [0, -pitch, 0],
        [pitch, 0, 0],
      ],
    },
    body: { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: pitch, height: pitch },
    group: "outcomes",
  };
}

const frameOf = (map: OutcomeMap): Frame => ({
  left: -half,
  bottom: -half,
  width: side,
  height: side,
  limits: map.limits,
});

/** The present numbers: a dot with a rim, so that it is seen on any class. */
function marks(m: Model, map: OutcomeMap): Trace[] {
  const at = (name: string) => ({ tensor: m.outcomes!.settings, first: placeOf(name), stride: 1 });
  const dot = (id: string, token: Trace["token"], width: number): Trace => ({
    id,
    x: at("w1"),
    y: at(map.against),
    points: 1,
    frame: frameOf(map),
    drawn: "dots",
    token,
    width,
  });
  return [dot("rim of the present start", "surface-canvas", 18), dot("present start", "text", 12)];
}

const line = (points: readonly Vector[], more: Partial<Line> = {}): Line => ({
  points,
  token: "line-control",
  width: 1.5,
  ...more,
});

const outline = (): Line[] => [
  line([
    [-half, -half, 0],
    [half, -half, 0],
    [half, half, 0],
    [-half, half, 0],
    [-half, -half, 0],
  ]),
];

const tickLength = 0.14;

const tickLines = ({ against }: OutcomeMap): Line[] => [
  ...ticks.w1.map((value) =>
    line([
      [along("w1", value), -half, 0],
      [along("w1", value), -half - tickLength, 0],
    ]),
  ),
  ...ticks[against].map((value) =>
    line([
      [-half, along(against, value), 0],
      [-half - tickLength, along(against, value), 0],
    ]),
  ),
];

/** Where a weight changes its sign, its neuron changes between alive and dead. */
function zeroLines({ against }: OutcomeMap): Line[] {
  const quiet = { dash: "dotted", width: 1, token: "text-quiet" } as const;
  const upright = line(
    [
      [along("w1", 0), -half, 0],
      [along("w1", 0), half, 0],
    ],
    quiet,
  );
  if (against === "lr") return [upright];
  const level = line(
    [
      [-half, along("w2", 0), 0],
      [half, along("w2", 0), 0],
    ],
    quiet,
  );
  return [upright, level];
}

const tickLabel = (id: string, at: Vector, anchor: Label["anchor"], value: number): Label => ({
  id: `${id} ${value}`,
  at,
  anchor,
  kind: "axis",
  text: format(value),
});

const tickLabels = ({ against }: OutcomeMap): Label[] => [
  ...ticks.w1.map((value) => tickLabel("w1", [along("w1", value), -half - 2 * tickLength, 0], "top", value)),
  ...ticks[against].map((value) =>
    tickLabel(against, [-half - 2 * tickLength, along(against, value), 0], "right", value),
  ),
];

/** The names stand beyond the numbers, which are as large on a phone as elsewhere. */
const axisNames = ({ against }: OutcomeMap): Label[] => [
  {
    id: "w1",
    at: [0, -half - 2 * tickLength, 0],
    anchor: "top",
    offset: [0, 18],
    kind: "tensor",
    text: `$${names.w1}$`,
  },
  {
    id: against,
    at: [-half - 2 * tickLength, 0, 0],
    anchor: "right",
    offset: [-34, 0],
    kind: "tensor",
    text: `$${names[against]}$`,
  },
];

const hint = (): Label => ({
  id: "what a pixel is",
  at: [0, half + 0.5, 0],
  anchor: "centre",
  kind: "note",
  text: "Each pixel is a training of 200 steps. Click one to start from there.",
  least: 34,
});

/** What is played on a map: all its trainings at once. */
export function mapPhases(m: Model, map: OutcomeMap): readonly Phase[] {
  const act: Act = {
    step: m.writer(map.outcome),
    current: "data",
    iteration: 0,
    moments: 1,
    micros: 1,
    unit: "map",
    flows: () => [],
    lit: () => [],
    writes: () => [],
    say: (_, now) => ({
      main: "Every pixel is trained for 200 steps from its own start, all of them at once.",
      quiet: `The dot is the present start: ${outcomeAt(m.outcomes!.present, 0, now.results) ?? "…"}.`,
    }),
  };
  return [{ name: "outcomes", current: "data", acts: [act] }];
}
