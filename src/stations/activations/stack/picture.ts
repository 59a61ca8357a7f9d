/** The picture of the stack: layers from left to right, bins upwards; activations above, their gradients below. */
import type { Tensor } from "../../../core/graph";
import { format } from "../../../core/numeral";
import { plate } from "../../../story/layout";
import type { Block, Current, Label, Picture, Vector } from "../../../story/picture";
import { bins, type Course, type Stack } from "./model";

/** World units. */
const across = 12.6;
const binHeight = 0.185;
const high = bins * binHeight;
/** The bottom of the upper histograms and of the lower ones. */
const bottoms: Readonly<Record<Current, number>> = { data: 0.9, gradient: -0.6 - high };
const left = -across / 2;

const wide = ({ depth }: Stack): number => across / depth;

export const courseOf = (m: Stack, current: Current): Course => (current === "data" ? m.forward : m.backward);

/** The centre of a layer's column, by the order in which the layers come: gradients come from the right. */
const columnAt = (m: Stack, current: Current, moment: number): number => {
  const layer = current === "data" ? moment : m.depth - 1 - moment;
  return left + (layer + 0.5) * wide(m);
};

/** The way from one layer to the next, below its histograms. */
export function railPoints(m: Stack, current: Current, moment: number): readonly Vector[] {
  const y = bottoms[current] - 0.2;
  const to = columnAt(m, current, moment);
  const from = to + (current === "data" ? -wide(m) : wide(m));
  return [
    [from, y, 0],
    [to, y, 0],
  ];
}

export function picture(m: Stack): Picture {
  return {
    blocks: [block(m, "data"), block(m, "gradient")],
    lines: [],
    boxes: (["data", "gradient"] as const).map((current) => ({
      centre: [0, bottoms[current] + high / 2, 0],
      width: across + 0.12,
      height: high + 0.12,
      radius: 4,
      stroke: "line",
      strokeWidth: 1,
    })),
    labels: [...titles(m), ...edgeLabels(m, "data"), ...edgeLabels(m, "gradient"), ...layerLabels(m)],
    opening: { kind: "flat" },
    legend: ["data", "gradient"],
  };
}

/** Narrow columns touch each other, wide ones stand apart. */
const share = ({ depth }: Stack): number => (depth > 25 ? 1 : 0.92);

function block(m: Stack, current: Current): Block {
  const { counts } = courseOf(m, current);
  const step = wide(m) * (current === "data" ? 1 : -1);
  return {
    id: counts.name,
    tensors: [counts],
    place: {
      origin: [columnAt(m, current, 0), bottoms[current] + binHeight / 2, 0],
      pitch: [
        [step, 0, 0],
        [0, binHeight, 0],
      ],
    },
    body: plate(wide(m) * share(m), binHeight),
    group: "outputs",
    current,
    arrivals: [{ step: m.writer(counts), moment: [1, 0] }],
  };
}

// ── words ───────────────────────────────────────────────────────────────────

const titles = (m: Stack): readonly Label[] => [
  title("data", `activations $a$ after each ${m.about.label}`),
  drawnWith(m),
  title("gradient", "their gradients $\\partial L/\\partial a$"),
];

/** How widely the weights of every layer spread: what decides all the rest. */
const drawnWith = (m: Stack): Label => ({
  id: "drawn with",
  at: [left + across, bottoms.data + high, 0],
  anchor: "right",
  offset: [0, -13],
  kind: "note",
  least: 24,
  text: ({ results }) =>
    results.ready ? `weights: standard deviation ${format(results.value(m.deviation, 0))}` : undefined,
});

const title = (current: Current, text: string): Label => ({
  id: `title ${current}`,
  at: [left, bottoms[current] + high, 0],
  anchor: "left",
  offset: [0, -13],
  kind: "strong",
  hue: current,
  text,
});

/** Edges that are written: the outermost that are finite, and two between. */
const written = [1, 6, bins - 6, bins - 1] as const;

const edgeLabels = (m: Stack, current: Current): readonly Label[] => {
  const label = (id: string, bin: number, text: Label["text"]): Label => ({
    id: `${id} ${current}`,
    at: [left, bottoms[current] + bin * binHeight, 0],
    anchor: "right",
    offset: [-8, 0],
    kind: "axis",
    text,
  });
  return [
    label("zero", bins / 2, "0"),
    ...written.map((bin) =>
      label(`edge ${bin}`, bin, ({ results }) => (results.ready ? edgeText(results.value(m.edges, bin)) : undefined)),
    ),
  ];
};

const edgeText = (edge: number): string => (edge > 0 ? format(edge) : `−${format(-edge)}`);

/** Numbers of the layers, at most about ten of them. */
function layerLabels(m: Stack): readonly Label[] {
  const every = Math.ceil(m.depth / 10);
  const numbered = Array.from({ length: m.depth }, (_, i) => i + 1).filter((n) => n === 1 || n % every === 0);
  return [
    ...numbered.map((n): Label => ({
      id: `layer ${n}`,
      at: [left + (n - 0.5) * wide(m), bottoms.gradient - 0.2, 0],
      anchor: "centre",
      offset: [0, 14],
      kind: "axis",
      text: String(n),
    })),
    {
      id: "layers",
      at: [left, bottoms.gradient - 0.2, 0],
      anchor: "right",
      offset: [-8, 14],
      kind: "axis",
      text: "layer",
    },
  ];
}

/** What one cell of a histogram counts. */
export interface Counted {
  readonly current: Current;
  /** From 0. */
  readonly layer: number;
  readonly bin: number;
}

/** Which layer and bin a cell of the histograms is; undefined for other tensors. */
export function countedAt(m: Stack, tensor: Tensor, at: number): Counted | undefined {
  const current = (["data", "gradient"] as const).find((each) => courseOf(m, each).counts === tensor);
  if (!current) return undefined;
  const moment = Math.floor(at / bins);
  return { current, layer: current === "data" ? moment : m.depth - 1 - moment, bin: at % bins };
}
