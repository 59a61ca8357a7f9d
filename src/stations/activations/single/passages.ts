/** What station 2 tells while one function is shown. */
import { format } from "../../../core/numeral";
import type { Results } from "../../../story/results";
import type { Passage, Preset } from "../../../story/station";
import { cells, probeAt, type Single } from "./model";

export function passages(m: Single): readonly Passage[] {
  return [
    { kind: "text", text: m.about.told },
    {
      kind: "formula",
      tex: `\\begin{aligned} f(x) &= ${m.about.tex} \\\\ f'(x) &= ${m.about.slopeTex} \\end{aligned}`,
    },
    {
      kind: "text",
      text: "Forward every cell of $x$ goes through the curve on its own. Backward what arrives is multiplied by the slope at that very cell. Click a number of $x$ or $dy$ in the tables to change it.",
    },
    { kind: "claims", ids: ["values", "gradient", "slope-at-zero", "steepest"] },
    {
      kind: "text",
      text: "Two statements of the recitation's second warm-up are about these functions. Are they valid?",
    },
    { kind: "claims", ids: ["relu-definition", "leaky-definition"] },
    ...comparison(m),
    { kind: "claims", ids: ["leaky-slope", "floor-slope", "relu-slope", "relu-zero"] },
    {
      kind: "note",
      title: "At exactly 0",
      text: "A corner has no slope of its own: any number between the slopes of its two sides would do. PyTorch lets the side of $x \\le 0$ decide, so ReLU sends back 0 and leaky ReLU $\\alpha$. It is a convention; the middle cell of $x$ shows it.",
    },
    { kind: "presets", title: "Look at", presets },
    {
      kind: "try",
      text: "Drag the slope of leaky ReLU up to 0.5, where its line and the floor part ways at a glance, then down to 0: which three functions are one now?",
    },
  ];
}

/** Right and wrong, number by number. */
function comparison(m: Single): readonly Passage[] {
  return [
    {
      kind: "comparison",
      title: "A slope, not a floor",
      text: "Leaky ReLU multiplies by $\\alpha$. Written as $\\max(\\alpha, x)$ it would be a constant floor: flat, with slope 0, and no gradient would come through it at all.",
      columns: ["x", "max(αx, x)", "slope", "max(α, x)", "slope"],
      rows: (results) => Array.from({ length: cells }, (_, at) => sideBySide(m, results, at)),
    },
  ];
}

function sideBySide({ x, leaky, floor }: Single, results: Results, at: number): readonly string[] {
  const tensors = [x, leaky.cells.y, leaky.cells.slope, floor.cells.y, floor.cells.slope];
  return tensors.map((tensor) => (results.ready ? format(results.value(tensor, at)) : "…"));
}

const presets: readonly Preset[] = [
  {
    id: "recitation",
    label: "The recitation's leaky ReLU",
    knobs: { show: "function", activation: "leaky_relu", slope: 0.01 },
    recited: true,
  },
  { id: "relu", label: "ReLU, and its corner", knobs: { show: "function", activation: "relu" } },
  {
    id: "sigmoid",
    label: "Sigmoid: at most a quarter",
    knobs: { show: "function", activation: "sigmoid" },
    outcome: "Even where it is steepest it passes on no more than ¼ of a gradient.",
  },
  {
    id: "gelu",
    label: "GELU: a slope below 0",
    knobs: { show: "function", activation: "gelu" },
    outcome: "Left of its dip a larger x makes a smaller output.",
  },
  {
    id: "deep",
    label: "Twenty layers of ReLU",
    knobs: { show: "stack", activation: "relu", init: "kaiming", scale: 1 },
    outcome: "What a function does to one number matters less than what it does twenty times in a row.",
  },
];

/** A sentence on a cell: what the function made of it, or why no gradient comes. */
export function remark(m: Single, tensor: Single["x"], at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  const { chosen, floor } = m;
  const x = results.value(m.x, at);
  if (tensor === chosen.cells.dx || tensor === floor.cells.dx) {
    const slope = results.value(tensor === chosen.cells.dx ? chosen.cells.slope : floor.cells.slope, at);
    if (slope === 0) return `Nothing comes through: the slope at x = ${format(x)} is 0.`;
    return `What arrives, ${format(results.value(m.dy, at))}, times the slope ${format(slope)}.`;
  }
  if (tensor === chosen.cells.slope && x === 0)
    return `At exactly 0 PyTorch takes ${format(results.value(chosen.probe.slope, probeAt.zero))}.`;
  if (tensor === floor.cells.y && x <= results.value(m.slope, 0)) return "Held up by the floor: x itself is lost.";
  return undefined;
}
