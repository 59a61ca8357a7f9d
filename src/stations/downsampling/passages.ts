/** The lesson of station 9. */
import { grouped } from "../../core/numeral";
import type { Results } from "../../story/results";
import type { Passage, Plot, Preset } from "../../story/station";
import { gradientOf } from "./blocks";
import { fieldsOf, fieldText, learned, multiplyAdds, poolWork } from "./counts";
import type { Model } from "./model";
import type { Branch } from "./places";
import { seen, shifts } from "./sizes";
import { branchName, changeText, contrastText, countNonzero, isSame } from "./words";

export const passages = (m: Model): readonly Passage[] => [
  {
    kind: "text",
    text: "A network has to make its maps smaller. It can let a convolution step two pixels at a time, or convolve everywhere and let a pool do the halving. Both see the same image here, through the same filter.",
  },
  { kind: "claims", ids: ["ops", "learned", "learned-by-the-pool"] },
  {
    kind: "text",
    text: "The pool has nothing to learn and hardly computes. But it needs the whole map first, so the convolution before it does four times the work.",
  },
  { kind: "claims", ids: ["multiply-adds-strided", "multiply-adds-pooled", "field-A", "field-B"] },
  {
    kind: "text",
    text: "Outputs stand two pixels apart, and a wave of them needs at least four. Stripes finer than that cannot come out as they are. What does come out is a false pattern, coarser than anything in the image: aliasing. It has to be removed before pixels are left out.",
  },
  { kind: "claims", ids: ["aliasing", "stronger", "contrast-A", "contrast-B"] },
  { kind: "plot", plot: contrastPlot(m) },
  presetPassage,
  {
    kind: "text",
    text: "Now move the image, one pixel at a time, with real pixels coming in at the left. After every second pixel the output has moved by a whole cell and nothing else has changed. In between the grid reads other pixels.",
  },
  { kind: "formula", tex: changeTex },
  { kind: "plot", plot: changePlot(m) },
  { kind: "claims", ids: ["same", "steadier", "one-pixel-A", "one-pixel-B", "two-pixels-A", "two-pixels-B"] },
  {
    kind: "text",
    text: "Backward, each branch sends the same gradient home along its own ways. A window with one weight, and a largest number, leave most pixels without any; a mean reaches them all.",
  },
  { kind: "claims", ids: ["given-A", "given-B"] },
  comparison(m),
  {
    kind: "note",
    title: "What networks do",
    text: "ResNet halves its maps with strided convolutions, and keeps one pool: 3 × 3, the largest, after its 7 × 7 stem. A strided convolution can learn to blur first; nothing makes it.",
  },
  {
    kind: "try",
    text: "Choose the zone plate with the blur, then the largest instead, and look for rings that are not in the image.",
  },
];

const changeTex = "\\frac{\\lVert y(s) - \\text{moved } y(0) \\rVert}{\\lVert y(0) \\rVert}";

/** What is measured of both branches at every shift. */
const plotOf = (m: Model, title: string, of: (branch: Branch, shift: number, results: Results) => number): Plot => ({
  title,
  across: "pixels",
  curves: (results) => ({
    x: shifts,
    lines: (["A", "B"] as const).map((branch) => ({
      name: branchName(m, branch),
      y: shifts.map((shift) => of(branch, shift, results)),
    })),
  }),
});

const contrastPlot = (m: Model): Plot =>
  plotOf(m, "Contrast left, against the shift", (branch, shift, results) => results.value(m[branch].contrast, shift));

/** Where an output stays 0 nothing has changed, although 0 of 0 is no number. */
const changePlot = (m: Model): Plot =>
  plotOf(m, "Change of the output against the shift", (branch, shift, results) =>
    results.ready && isSame(m, branch, shift, results) ? 0 : results.value(m[branch].change, shift),
  );

// ── side by side ────────────────────────────────────────────────────────────

function comparison(m: Model): Passage {
  return {
    kind: "comparison",
    title: "Side by side",
    text: "Counted from the formulas, and measured on this image:",
    columns: ["", "strided", `+ ${m.pool}`],
    rows: (results) => [...counted(m), ...(results.ready ? measured(m, results) : [])],
  };
}

function counted(m: Model): string[][] {
  const { strided, convolution, pool } = m.nodes;
  const fields = fieldsOf(m);
  return [
    ["to learn", String(learned(m, strided)), String(learned(m, convolution) + learned(m, pool))],
    ["multiply-adds", grouped(multiplyAdds(strided)), grouped(multiplyAdds(convolution))],
    ["the pool adds", "nothing", poolWork(m)],
    ["looks at", fieldText(fields.A), fieldText(fields.B)],
  ];
}

const row = (name: string, of: (branch: "A" | "B") => string): string[] => [name, of("A"), of("B")];

function measured(m: Model, results: Results): string[][] {
  return [
    row("contrast left", (branch) => contrastText(m, branch, results)),
    row("change, 1 pixel", (branch) => changeText(m, branch, 1, results)),
    row("change, 2 pixels", (branch) => changeText(m, branch, 2, results)),
    row("gradient reaches", (branch) => `${countNonzero(gradientOf(m, branch), results)} of ${seen * seen}`),
  ];
}

// ── settings ────────────────────────────────────────────────────────────────

const stripes = { image: "stripes", period: 2.5, filter: "identity", pool: "max", shift: 1, upstream: "ones", seed: 1 };

const presets: readonly Preset[] = [
  {
    id: "recitation",
    label: "fine stripes, the largest",
    outcome: "Stripes of 2.5 pixels come out four times as wide above; below they come out weaker.",
    knobs: stripes,
    recited: true,
  },
  {
    id: "average",
    label: "the mean instead",
    outcome: "A mean of two pixels weakens fine stripes before they are left out: about a third is left.",
    knobs: { ...stripes, pool: "average" },
  },
  {
    id: "blur",
    label: "blur, then step",
    outcome: "Binomial weights take away nearly all that the grid cannot hold.",
    knobs: { ...stripes, pool: "blur" },
  },
  {
    id: "learned blur",
    label: "a strided convolution that blurs",
    outcome: "With smooth weights the strided convolution does what the blur does, for a fifth of the multiply-adds.",
    knobs: { ...stripes, filter: "smooth" },
  },
  {
    id: "zone plate",
    label: "zone plate",
    outcome: "Rings that grow finer outwards: where the grid is too coarse for them, false rings come out.",
    knobs: { ...stripes, image: "zone plate", period: 2 },
  },
];

const presetPassage: Passage = { kind: "presets", title: "Settings", presets };
