/** What station 4 tells beside the picture. */
import type { Results } from "../../story/results";
import type { Passage, Plot } from "../../story/station";
import { convolutionWeights, denseWeights, wholeOf, type Whole } from "./counts";
import type { Model } from "./model";
import { convolutionSide, lengthText, sideOf } from "./zoom";

export const passages = (m: Model): readonly Passage[] => [
  {
    kind: "text",
    text: "A layer that turns one image into another can join every cell with every cell. Or it can slide one small window over the image and use it everywhere. Both are linear; they differ in how many numbers have to be learned.",
  },
  {
    kind: "formula",
    tex: "n_{\\mathrm{conv}} = k^2\\, C_{\\mathrm{in}} C_{\\mathrm{out}}",
  },
  {
    kind: "formula",
    tex: "n_{\\mathrm{dense}} = (HW)^2\\, C_{\\mathrm{in}} C_{\\mathrm{out}}",
  },
  { kind: "claims", ids: ["conv", "conv-bias", "dense", "ratio"] },
  {
    kind: "comparison",
    title: "To get a feeling for it",
    text: "A weight on one square millimetre of paper, and on four bytes of memory.",
    columns: ["", "as a square", "in memory"],
    rows: (results) => feeling(m, results),
  },
  { kind: "presets", title: "Other sizes", presets },
  { kind: "plot", plot: growth(m) },
  {
    kind: "text",
    text: "How can so few be enough? A convolution is a dense layer too, one with rules. Written out as a matrix, each output has a row. Pixels outside of its window have a 0 there, whatever the weights: that is locality. The entries left hold the same few weights again and again: that is sharing. Point at a weight to see all its places.",
  },
  { kind: "claims", ids: ["reason", "matrix-shape", "not-always-zero", "always-zero", "repeats", "same-outputs"] },
  {
    kind: "note",
    title: "Nobody drew this matrix",
    text: "It is the convolution's Jacobian by its input, made row by row by the kernel of the backward pass: each output sends back a single 1.",
  },
  {
    kind: "try",
    text: "Drag the height and the width from 8 to 1024: the convolution's count never moves, and the other needs look after look.",
  },
];

const bytes = (weights: bigint): string => {
  const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  const count = Number(weights * 4n);
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  return `${Number((count / 1000 ** unit).toPrecision(3))} ${units[unit]}`;
};

function feeling(m: Model, results: Results): readonly (readonly string[])[] {
  if (!results.ready) return [];
  const whole = wholeOf(m.counts, results);
  return [
    ["convolution", lengthText(convolutionSide(m.counts, results)), bytes(convolutionWeights(whole))],
    ["dense map", lengthText(sideOf(m.counts, results, 0)), bytes(denseWeights(whole))],
  ];
}

const presets = [
  {
    id: "recitation",
    label: "The recitation: 3 × 3, 64 channels, 224 × 224",
    knobs: { kernel: 3, inputs: 64, outputs: 64, height: 224, width: 224 },
  },
  {
    id: "digit",
    label: "A first layer for digits: 28 × 28, one channel to 32",
    knobs: { kernel: 3, inputs: 1, outputs: 32, height: 28, width: 28 },
    outcome: "Even here the dense map has 19 668 992 weights, the convolution 288.",
  },
  {
    id: "largest",
    label: "As large as it gets: 1024 × 1024, 1024 channels",
    knobs: { kernel: 3, inputs: 1024, outputs: 1024, height: 1024, width: 1024 },
    outcome: "2⁶⁰ weights: more than a float64 can count one by one.",
  },
] as const;

const sides = [8, 16, 32, 64, 128, 224, 256, 384, 512, 640, 768, 896, 1024];

/** Both counts against the side of a square image, as powers of ten. */
const growth = ({ counts }: Model): Plot => ({
  title: "Weights against the side of the image, as powers of ten",
  across: "height and width",
  curves(results) {
    const log = (count: (whole: Whole) => bigint): number[] =>
      sides.map((side) => {
        if (!results.ready) return Number.NaN;
        const square = BigInt(side);
        return Math.log10(Number(count({ ...wholeOf(counts, results), height: square, width: square })));
      });
    return {
      x: sides,
      lines: [
        { name: "convolution", y: log(convolutionWeights) },
        { name: "dense map", y: log(denseWeights) },
      ],
    };
  },
});
