/** What the recitation asserts about Q3 c, asked of the current knobs. */
import type { Tensor } from "../../core/graph";
import { shapeText, size } from "../../core/shape";
import { allCells } from "../../story/act";
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { allWindows, inBatch, inAllSamples, sampleHolding } from "./batch";
import { changed, leastAndMostDivisor, mostRead, notZero, ties } from "./findings";
import type { Model } from "./model";
import { holdsRecitation, isRecited, sendsOnes } from "./recitation";
import { isRemembered } from "./remembered";

const source = "Midterm review recitation, question 3 c";

const values = (tensor: Tensor, results: Results): number[] =>
  allCells(tensor).map(({ at }) => results.value(tensor, at));

/** The windows, in a sentence. */
function windowText({ batch, kernel, stride, padding, pool }: Model): string {
  const around = padding > 0 ? `, padding ${padding}` : "";
  const samples = batch > 1 ? `${batch} samples, each pooled on its own. ` : "";
  return `${samples}Windows of ${kernel} × ${kernel}, stride ${stride}${around}; the ${pool === "max" ? "largest number" : "mean"} of each is kept.`;
}

export function claims(m: Model): readonly Claim[] {
  return [
    ...outputClaims(m),
    ...winnerClaims(m),
    ...gradientClaims(m),
    ...batchClaims(m),
    ...linearClaims(m),
    shareClaim(m),
    shiftClaim(m),
  ];
}

/** The slide tells of one pool on one input: with another pool it says nothing, with another input nothing of these numbers. */
const slides = (m: Model, said: Pick<Claim, "slide" | "erratum">, holds = holdsRecitation): Partial<Claim> =>
  isRecited(m) ? { ...said, slideHolds: (results) => results.ready && holds(m, results) } : {};

function outputClaims(m: Model): Claim[] {
  const shows = { step: m.forward, cells: allCells(m.O) };
  return [
    {
      id: "output-shape",
      prompt: m.batch > 1 ? "Size of each sample's output" : "Size of the output",
      answer: () => `${m.outputRows} × ${m.outputColumns}`,
      asks: { kind: "shape" },
      given: windowText(m),
      ...(isRecited(m) && { slide: "2 × 2" }),
      source,
      shows,
    },
    ...(m.windows * m.batch <= mostRead
      ? [
          {
            id: "output",
            prompt: m.batch > 1 ? "Output, sample by sample, row by row" : "Output, row by row",
            answer: (results) => values(m.O, results),
            given: windowText(m),
            ...slides(m, { slide: [2, 2, 2, 2] }),
            source,
            shows,
          } satisfies Claim,
        ]
      : []),
  ];
}

/** Who won, and where that had to be settled by a rule: only the largest has winners. */
function winnerClaims(m: Model): Claim[] {
  const { indices } = m;
  if (!indices) return [];
  const winners: Claim = {
    id: "winners",
    prompt: `Cells of $I$ that win, by their flat position${m.batch > 1 ? " in the whole batch" : ""}`,
    answer: (results) => allWindows(m).map((window) => inBatch(m, window, results.value(indices, window))),
    asks: { kind: "cells", of: m.I },
    given: `${windowText(m)} A cell that wins several windows is marked once; of equal numbers the first, row by row, wins.${beginText(m)}`,
    ...slides(m, { slide: [4, 2, 9, 11] }),
    source,
    shows: { step: m.forward, cells: isRemembered(m) ? allCells(indices) : [] },
  };
  const tied: Claim = {
    id: "ties",
    prompt: `Windows with a tie${inAllSamples(m)}`,
    answer: (results) => ties(m, results).length,
    given: windowText(m),
    ...slides(m, { slide: 1 }),
    source,
    shows: { step: m.forward, cells: [] },
  };
  return m.windows * m.batch <= mostRead ? [winners, tied] : [tied];
}

/** How positions go on from sample to sample. */
const beginText = ({ batch, cells }: Model): string =>
  batch > 1
    ? ` Positions go on from sample to sample: sample 1 begins at ${cells}. PyTorch's indices begin at 0 in each.`
    : "";

/** That samples never meet: what one sends back stays in it, and the Jacobian has a block for each. */
function batchClaims(m: Model): Claim[] {
  const { alone, batch, cells, windows, dI, I, O } = m;
  if (!alone) return [];
  const outside = allCells(dI).filter(({ at }) => sampleHolding(m, at) > 0);
  const own = allCells(dI).filter(({ at }) => sampleHolding(m, at) === 0);
  const jacobian = shapeText([size(O.shape), size(I.shape)]);
  return [
    {
      id: "crossing",
      prompt: "If only sample 0 sends back its $dO$: cells of the other samples that are given anything",
      answer: (results) => outside.filter(({ at }) => results.value(alone.dI, at) !== 0).length,
      given: windowText(m),
      source,
      // Where all that sample 0 sends back arrives.
      shows: { step: m.backward, cells: own },
    },
    {
      id: "blocks",
      prompt: `Of the ${jacobian} numbers of the Jacobian, those that lie in the blocks of the ${batch} samples`,
      answer: () => batch * windows * cells,
      given: `Each sample has ${cells} cells and ${windows} ${windows === 1 ? "window" : "windows"}; its block has a row for each of its outputs and a column for each of its cells.`,
      source,
      shows: { step: m.backward, cells: allCells(dI) },
    },
  ];
}

function gradientClaims(m: Model): Claim[] {
  const cells = size(m.I.shape);
  const shows: Claim["shows"] = { step: m.backward, cells: allCells(m.dI) };
  return [
    {
      id: "not-zero",
      prompt: `Of the ${cells} cells of $dI$, those that are not 0`,
      answer: (results) => notZero(m.dI, results),
      given: windowText(m),
      ...slides(m, { slide: 4 }, (of, results) => holdsRecitation(of, results) && sendsOnes(of, results)),
      source,
      shows,
    },
    ...(cells <= mostRead
      ? [
          {
            id: "gradient",
            prompt: "$dI$ where every output sends back a 1",
            answer: (results) => values(m.mask, results),
            given: windowText(m),
            ...slides(m, { slide: [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0] }),
            source,
            shows: { ...shows, knobs: { upstream: "ones" } },
          } satisfies Claim,
        ]
      : []),
  ];
}

/** The gradient against the sum that it is, and for the largest the matrix behind that. */
function linearClaims(m: Model): Claim[] {
  const { linear, O, dI, forward, backward, windows, cells } = m;
  if (!linear) return [];
  const difference = (id: string, prompt: string, tensor: Tensor, other: Tensor, step: typeof forward): Claim => ({
    id,
    prompt,
    answer: (results) => mostApart(values(tensor, results), values(other, results)),
    asks: "never",
    source,
    shows: { step, cells: allCells(tensor) },
  });
  if (linear.O)
    return [
      difference("same-output", "Largest difference between $O$ and that convolution of $I$", O, linear.O, forward),
      difference(
        "same-gradient",
        "Largest difference between $dI$ and that convolution transposed",
        dI,
        linear.dI,
        backward,
      ),
    ];
  return [
    {
      id: "selection",
      prompt:
        m.batch > 1 ? "Size of the matrix that selects a sample's $O$" : "Size of the matrix that selects $O$ from $I$",
      answer: () => `${windows} × ${cells}`,
      asks: { kind: "shape" },
      given: `${windowText(m)} $I$ and $O$ are written as columns, row after row.`,
      source,
      shows: { step: forward, cells: allCells(O) },
    },
    difference(
      "same-gradient",
      "Largest difference between $dI$ and the transposed matrix times $dO$",
      dI,
      linear.dI,
      backward,
    ),
  ];
}

/** How far apart two lists of numbers are; NaN where one of them is. */
const mostApart = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((most, x, at) => Math.max(most, Math.abs(x - other[at])), 0);

/** The part of a window's gradient that one of its cells is given where the mean is taken; windows at the edge may have others. */
function shareClaim(m: Model): Claim {
  return {
    id: "share",
    prompt: "With the mean, each cell of a window is given this share",
    answer: () => {
      const [least, most] = leastAndMostDivisor(m);
      return least === most ? 1 / least : `1/${most} to 1/${least}`;
    },
    given: `Windows of ${m.kernel} × ${m.kernel}. The share is of the gradient that arrives at the window's output.`,
    source,
    shows: { step: m.backward, cells: allCells(m.dI), knobs: { pool: "average" } },
  };
}

function shiftClaim(m: Model): Claim {
  return {
    id: "shift",
    prompt: `Outputs that change when $I$ moves by one pixel${inAllSamples(m)}`,
    answer: (results) => changed(m, results).length,
    given: `${windowText(m)} $I$ moves one pixel to the right, and zeros come in on the left.`,
    source,
    ...slides(m, {
      slide: 0,
      erratum:
        "The slide says that nearby shifts of the input produce the same output. That is a tendency, not a rule: what moves over the edge of a window belongs to another, and zeros come in at the side.",
    }),
    shows: { step: m.movedStep, cells: allCells(m.movedO) },
  };
}
