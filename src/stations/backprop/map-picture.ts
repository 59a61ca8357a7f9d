/** The map of outcomes: a large square, its axes, and a mark where the present numbers lie. */
import { format } from "../../core/numeral";
import { outcomeNames } from "../../ops/outcomes/outcome";
import { atOnce } from "../../story/act";
import { plate } from "../../story/layout";
import type { Block, Frame, Label, Line, Now, Picture, Trace, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import type { Model } from "./model";
import { outcomeAt, placeOf, type OutcomeMap } from "./outcomes";

/** World units along each side. */
const side = 9;
const half = side / 2;

const names = { w1: "w_1", w2: "w_2", lr: "\\eta" } as const;
/** Where the axes have ticks, as shares of their length: their ends may move, so their texts follow. */
const ticks = [0, 0.25, 0.5, 0.75, 1];
const along = (share: number): number => -half + side * share;

/** The picture of a map; the network has none of its own there. */
export function mapPicture(m: Model, map: OutcomeMap): Picture {
  return {
    blocks: [field(map)],
    lines: [...outline(), ...tickLines(), ...(m.biased ? [] : zeroLines(map))],
    boxes: [],
    labels: [...tickLabels(map), ...axisNames(map), ...hints()],
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
    body: plate(pitch),
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
  const at = (name: string) => ({ tensor: m.outcomes.settings, first: placeOf(name), stride: 1 });
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

const tickLines = (): Line[] =>
  ticks.flatMap((share) => [
    line([
      [along(share), -half, 0],
      [along(share), -half - tickLength, 0],
    ]),
    line([
      [-half, along(share), 0],
      [-half - tickLength, along(share), 0],
    ]),
  ]);

/** Where a weight changes its sign, its neuron changes between alive and dead: half way, as weights run as far down as up. */
function zeroLines({ against }: OutcomeMap): Line[] {
  const quiet = { dash: "dotted", width: 1, token: "text-quiet" } as const;
  const across = (points: readonly Vector[]): Line => line(points, quiet);
  const upright: readonly Vector[] = [
    [0, -half, 0],
    [0, half, 0],
  ];
  const level: readonly Vector[] = [
    [-half, 0, 0],
    [half, 0, 0],
  ];
  return (against === "lr" ? [upright] : [upright, level]).map(across);
}

/** What stands at a share of an axis, whose ends are limits `from` and the next. */
const tickText =
  ({ limits }: OutcomeMap, from: 0 | 2, share: number) =>
  ({ results }: Now): string | undefined => {
    if (!results.ready) return undefined;
    const [least, most] = [from, from + 1].map((at) => results.value(limits, at));
    return format(least + share * (most - least));
  };

const tickLabels = (map: OutcomeMap): Label[] =>
  ticks.flatMap((share): Label[] => [
    {
      id: `across ${share}`,
      at: [along(share), -half - 2 * tickLength, 0],
      anchor: "top",
      kind: "axis",
      text: tickText(map, 0, share),
    },
    {
      id: `up ${share}`,
      at: [-half - 2 * tickLength, along(share), 0],
      anchor: "right",
      kind: "axis",
      text: tickText(map, 2, share),
    },
  ]);

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

/** What a pixel is and does, above the map. */
const hint = (id: string, text: string, more: Partial<Label>): Label => ({
  id,
  at: [0, half, 0],
  anchor: "bottom",
  offset: [0, -12],
  kind: "note",
  text,
  ...more,
});

/** In two sentences, or in one where the map fills a phone. */
const hints = (): Label[] => [
  hint("what a pixel is", "Each pixel is a training of 200 steps. Choose one to start from there.", { least: roomy }),
  hint("what a pixel is, in short", "Each pixel trains for 200 steps: choose one.", { most: roomy }),
];

/** From this many pixels a unit on both sentences stand beside each other. */
const roomy = 44;

/** What is played on a map: all its trainings at once. */
export function mapPhases(m: Model, map: OutcomeMap): readonly Phase[] {
  const act = atOnce({
    step: m.writer(map.outcome),
    unit: "map",
    writes: () => [],
    say: (_, now) => ({
      main: "Every pixel is trained for 200 steps from its own start, all of them at once.",
      quiet: `The dot is the present start: ${outcomeAt(m.outcomes.present, 0, now.results) ?? "…"}.`,
    }),
  });
  return [{ name: "outcomes", current: "data", acts: [act] }];
}
