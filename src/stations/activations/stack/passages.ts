/** What station 2 tells while the deep stack is shown. */
import type { Tensor } from "../../../core/graph";
import { format } from "../../../core/numeral";
import type { Results } from "../../../story/results";
import type { Knobs, Passage, Plot, Preset } from "../../../story/station";
import { deadIn, deadPerLayer, sizes } from "./findings";
import { batch, bins, inLayer, units, type Stack } from "./model";
import { countedAt } from "./picture";

export function passages(m: Stack): readonly Passage[] {
  return [
    {
      kind: "text",
      text: `${m.depth} layers, each a matrix of ${units} × ${units} random weights and ${m.about.label}, nothing trained yet. ${batch} random samples go in on the left. On the right random gradients of size 1 start their way back.`,
    },
    {
      kind: "text",
      text: "Every column is a histogram: how the numbers of that layer are spread. A layer that makes its numbers a little smaller makes them vanish when it is repeated; a little larger, and they explode. The draw of the weights has to keep the balance.",
    },
    { kind: "claims", ids: ["deviation", "forward-fate", "backward-fate", "forward-ratio", "backward-ratio"] },
    { kind: "plot", plot: sizePlot(m) },
    {
      kind: "text",
      text: "A unit is dead if its slope is 0 for every sample of the batch: no gradient comes through it, so its weights stand still. In a deep ReLU stack the samples become more and more alike, and more and more units are off for all of them.",
    },
    { kind: "plot", plot: deadPlot(m) },
    { kind: "claims", ids: ["dead-last", "dead-all"] },
    { kind: "presets", title: "How the weights are drawn", presets },
    {
      kind: "try",
      text: "With tanh and weights that are too large, the activations pile up at −1 and 1; before you look below: what becomes of the gradients?",
    },
  ];
}

/** Sizes differ by powers of ten. Where one is 0 or no number there is no point. */
const power = (size: number): number => (size > 0 ? Math.log10(size) : Number.NaN);

function sizePlot(m: Stack): Plot {
  return {
    title: "Mean size in each layer, as a power of ten",
    across: "layer",
    curves: (results) => ({
      x: layers(m),
      lines: [
        { name: "activations", y: sizes(m, results, m.forward.size).map(power) },
        { name: "gradients", y: sizes(m, results, m.backward.size).toReversed().map(power) },
      ],
    }),
  };
}

const deadPlot = (m: Stack): Plot => ({
  title: "Share of dead units, in %",
  across: "layer",
  curves: (results) => ({
    x: layers(m),
    lines: [{ name: "dead", y: deadPerLayer(m, results).map((n) => (100 * n) / units) }],
  }),
});

const layers = (m: Stack): readonly number[] => Array.from({ length: m.depth }, (_, i) => i + 1);

/** What its outcome was seen at. */
const setting = (activation: string, init: string, axis = "linear"): Knobs => ({
  show: "stack",
  activation,
  init,
  axis,
  scale: 1,
  depth: 20,
  seed: 1,
});

const presets: readonly Preset[] = [
  {
    id: "relu-kaiming",
    label: "ReLU, Kaiming",
    knobs: setting("relu", "kaiming"),
    outcome: "Half of the numbers are cut off, and twice the variance makes up for it on average: the sizes last.",
  },
  {
    id: "relu-xavier",
    label: "ReLU, Xavier",
    knobs: setting("relu", "xavier", "powers"),
    outcome: "Nothing makes up for what ReLU cuts off: each layer loses a factor of about √2, both ways.",
  },
  {
    id: "tanh-xavier",
    label: "tanh, Xavier",
    knobs: setting("tanh", "xavier"),
    outcome: "Made for functions like tanh: both sizes shrink, but slowly.",
  },
  {
    id: "tanh-small",
    label: "tanh, too small",
    knobs: setting("tanh", "small", "powers"),
    outcome: "Everything runs into 0, both ways.",
  },
  {
    id: "tanh-large",
    label: "tanh, too large",
    knobs: setting("tanh", "large"),
    outcome:
      "Activations saturate at −1 and 1. The slopes there are small, but the weights are so large that gradients grow.",
  },
  {
    id: "sigmoid",
    label: "Sigmoid, Xavier",
    knobs: setting("sigmoid", "xavier", "powers"),
    outcome: "Slopes of at most ¼: the gradient loses most of its size in every single layer.",
  },
  {
    id: "function",
    label: "Back to one function",
    knobs: { show: "function", activation: "leaky_relu" },
  },
];

/** A sentence on a cell: what a bin counts, or what a sum of slopes means. */
export function remark(m: Stack, tensor: Tensor, at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  const counted = countedAt(m, tensor, at);
  if (counted) {
    const { current, layer, bin } = counted;
    const what = current === "data" ? "activations" : "gradients";
    return `Of the ${inLayer} ${what} of layer ${layer + 1}, ${format(results.value(tensor, at))} ${between(m, results, bin)}.`;
  }
  if (tensor === m.open) {
    const layer = Math.floor(at / units);
    const dead = results.value(m.open, at) === 0;
    return `Unit ${at % units} of layer ${layer + 1} ${dead ? "is dead: no sample lets a gradient through" : "lets gradients through"}. Dead in this layer: ${deadIn(m, results, layer)}.`;
  }
  if (tensor === m.forward.size || tensor === m.backward.size) return sizeRemark(results.value(tensor, at));
  return undefined;
}

function sizeRemark(size: number): string | undefined {
  if (size === 0) return "0: the numbers have become smaller than float32 can hold.";
  return Number.isFinite(size) ? undefined : "The numbers have become larger than float32 can hold.";
}

function between({ edges }: Stack, results: Results, bin: number): string {
  const [low, high] = [bin, bin + 1].map((edge) => format(results.value(edges, edge)));
  if (bin === 0) return `lie below ${high}`;
  return bin === bins - 1 ? `are ${low} or more` : `lie between ${low} and ${high}`;
}
