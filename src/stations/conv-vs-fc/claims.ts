/** What the recitation asserts about both counts, and what the small convolution adds. */
import { size } from "../../core/shape";
import { allCells, cellsAt } from "../../story/act";
import type { Claim } from "../../story/claim";
import { convolutionWeights, denseWeights, ratioOf, wholeOf } from "./counts";
import type { Model } from "./model";

import { reasons } from "./reasons";
import { repeatsOf, structureOf } from "./small";

const source = "Midterm review recitation, warm-up 3";
const computed = "computed here";

export const claims = (m: Model): readonly Claim[] => [...countClaims(m), reason(m), ...matrixClaims(m)];

/** The knobs that a convolution's weights are counted from. */
const ofConvolution = ["kernel", "inputs", "outputs"] as const;

function countClaims(m: Model): Claim[] {
  const { counts } = m;
  const dense = { step: m.writer(counts.dense), cells: cellsAt(counts.dense, [0]) };
  const convolution = { step: m.writer(counts.convolution), cells: cellsAt(counts.convolution, [0]) };
  const recited = (results: Parameters<Claim["answer"]>[0]): boolean => {
    const { kernel, inputs, outputs } = wholeOf(counts, results);
    return kernel === 3n && inputs === 64n && outputs === 64n;
  };
  return [
    {
      id: "conv",
      prompt: "Weights of the convolution",
      answer: (results) => convolutionWeights(wholeOf(counts, results)),
      needs: ofConvolution,
      slide: 36_864n,
      slideHolds: recited,
      source,
      shows: convolution,
    },
    {
      id: "conv-bias",
      prompt: "With a bias for each output channel",
      answer: (results) => {
        const whole = wholeOf(counts, results);
        return convolutionWeights(whole) + whole.outputs;
      },
      needs: ofConvolution,
      slide: 36_928n,
      slideHolds: recited,
      source,
      shows: convolution,
    },
    {
      id: "dense",
      prompt: "Weights of the dense map between the same images",
      answer: (results) => denseWeights(wholeOf(counts, results)),
      given: "The image keeps its height and width.",
      needs: ["inputs", "outputs", "height", "width"],
      slide: 10_312_216_477_696n,
      slideHolds: (results) => {
        const { height, width } = wholeOf(counts, results);
        return recited(results) && height === 224n && width === 224n;
      },
      source,
      shows: dense,
    },
    {
      id: "ratio",
      prompt: "Dense weights for each weight of the convolution",
      answer: (results) => ratioOf(wholeOf(counts, results)),
      given: "To the nearest whole number. Most factors cancel: what is left are pixels and window.",
      needs: [...ofConvolution, "height", "width"],
      source: computed,
      shows: { step: m.writer(m.zoom.limits), cells: [] },
    },
  ];
}

const letters = ["A", "B", "C", "D"];

function reason(m: Model): Claim {
  const found = reasons(m);
  return {
    id: "reason",
    prompt: "The key reason for convolutions on images",
    answer: (results) => found.find((each) => each.holds(results))?.letter ?? "none",
    asks: { kind: "choice", options: letters },
    given: found.map(({ letter, text }) => `${letter}: ${text}.`).join(" "),
    needs: [],
    slide: "B",
    source,
    shows: { step: m.writer(m.small.matrix), cells: allCells(m.small.matrix) },
  };
}

const around = (padding: number): string =>
  padding === 0
    ? "with nothing around it"
    : `with ${padding === 1 ? "one row of zeros" : `${padding} rows of zeros`} on every side`;

function matrixClaims(m: Model): Claim[] {
  const { small } = m;
  const { matrix, weight } = small;
  const structure = structureOf(small);
  const step = m.writer(matrix);
  const entries = (bit: number): readonly number[] => [...structure.keys()].filter((at) => structure[at] === bit);
  const centre = Math.floor(size(weight.shape) / 2);
  const given = `The convolution of an image of ${small.side} × ${small.side} with a window of ${small.window} × ${small.window}, ${around(small.padding)}, written as a matrix of outputs × inputs.`;
  const needs = ["side", "window", "padded"];
  const claim = (id: string, prompt: string, found: readonly number[]): Claim => ({
    id,
    prompt,
    answer: () => found.length,
    given,
    needs,
    source: computed,
    shows: { step, cells: cellsAt(matrix, found) },
  });
  return [
    {
      id: "matrix-shape",
      prompt: "Shape of the small convolution's matrix, outputs × inputs",
      answer: () => matrix.shape.join(" × "),
      asks: { kind: "shape" },
      given,
      needs,
      source: computed,
      shows: { step, cells: allCells(matrix) },
    },
    claim("not-always-zero", "Entries of the matrix that are not always 0", entries(1)),
    claim("always-zero", "Entries of the matrix that are always 0", entries(0)),
    {
      ...claim(
        "repeats",
        `Times that $w[${Math.floor(centre / small.window)}, ${centre % small.window}]$ stands in the matrix`,
        repeatsOf(small, centre),
      ),
    },
    {
      id: "same-outputs",
      prompt: "Largest difference between matrix · image and convolution",
      answer: (results) =>
        [...Array(size(small.y.shape)).keys()].reduce(
          (most, at) => Math.max(most, Math.abs(results.value(small.y, at) - results.value(small.dense, at))),
          0,
        ),
      asks: "never",
      source: computed,
      shows: { step, cells: allCells(small.y) },
    },
  ];
}
