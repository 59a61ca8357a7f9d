/** What station 8 tells beside the picture. */
import { format, grouped } from "../../core/numeral";
import { unread, type Axis } from "../../ops/window";
import type { Results } from "../../story/results";
import type { Passage, Preset } from "../../story/station";
import { claims } from "./claims";
import { windowName } from "./batch";
import { anyReachesOut, matrixText, positionsText, ties } from "./findings";
import { isConstant } from "./linear";
import type { Model } from "./model";

export function passages(m: Model): readonly Passage[] {
  const known = new Set(claims(m).map(({ id }) => id));
  const told = (...ids: readonly string[]): Passage => ({ kind: "claims", ids: ids.filter((id) => known.has(id)) });
  return [
    { kind: "text", text: m.pool === "max" ? routerText(m) : meanText(m) },
    { kind: "text", text: m.pool === "max" ? backText : meanBackText },
    told("output", "winners", "not-zero", "gradient", "ties"),
    ...(m.batch > 1 ? [{ kind: "text", text: batchText(m) } as const, told("crossing", "blocks")] : []),
    ...(m.pool === "max" ? tiePassages(m) : []),
    { kind: "text", text: linearText(m) },
    told("same-output", "selection", "same-gradient"),
    { kind: "text", text: "How many windows fit? The division is rounded down:" },
    ...extentFormulas(m),
    { kind: "text", text: restText(m) },
    told("output-shape"),
    { kind: "presets", title: "Settings to look at", presets },
    ...shiftPassages(m),
    told("shift"),
    ...(m.pool === "max"
      ? [
          {
            kind: "text",
            text: "The mean decides nothing. Every cell of a window takes part, and every one is given the same share back:",
          } as const,
        ]
      : []),
    told("share"),
    { kind: "try", text: tryText(m) },
  ];
}

function routerText(m: Model): string {
  const { kernel } = m;
  const others = kernel * kernel - 1;
  if (others === 0) return "A window of a single cell has nothing to choose: every number goes through as it is.";
  return `Each ${kernel} × ${kernel} window is a switch. The largest number goes through, ${anyReachesOut(m) ? "the others" : `the other ${grouped(others)}`} are dropped. What must be kept for the way back is not the number but where it stood: the mask.`;
}

const backText =
  "Backward the switches stand as they stood. The gradient of an output goes whole to the cell that won. A cell that lost could change a little without changing anything, so it is given 0. A cell that won several windows is given the sum.";

const meanText = ({ kernel }: Model): string =>
  `Each ${kernel} × ${kernel} window lets its mean through. Nobody wins: every cell goes in with the same weight, and nothing needs to be remembered.`;

const meanBackText =
  "Backward the gradient of an output is shared out evenly over its window. Where windows overlap, a cell is given the sum of its shares.";

/** What a batch means here: samples beside each other that never meet. */
function batchText({ batch }: Model): string {
  return `A batch never mixes samples. All ${batch} are pooled at once, each on its own: what one sample sends back never reaches another. So the Jacobian falls apart into blocks on its diagonal, one for each sample, and is 0 everywhere else. Indices count from 0 in each sample, as in PyTorch. In the picture forward, backward and the moved samples take turns.`;
}

/** What the gradient is as a sum: a transposed convolution, or a selection turned round. */
function linearText(m: Model): string {
  const { batch, pool, kernel } = m;
  if (pool === "max")
    return `As long as the winners stay, ${batch > 1 ? "each sample's $O$ is a matrix of its own" : "$O$ is a matrix"} times $I$: each row has a single 1, in the winner's column, and 0 elsewhere. It is no convolution, since the numbers in $I$ decide where the 1 stands. Backward that selection is turned round: its transpose, times $dO$.`;
  if (isConstant(m))
    return `The mean is a convolution: its filter holds ${kernel === 1 ? "1" : `1/${kernel * kernel}`} everywhere, and nobody learns it. So the gradient is that convolution transposed: each number of $dO$ is spread over its window, times the same constant.`;
  return "Where the padding is not counted, windows at the edge divide by less. No single filter fits them all: the gradient is a transposed convolution of $dO$ only after each of its numbers has been divided by its own window's count.";
}

/** Rows and columns are one formula where they are the same. */
function extentFormulas({ rows, columns, height, width, outputRows, outputColumns }: Model): Passage[] {
  if (height === width) return [{ kind: "formula", tex: extentTex("H_{out} = W_{out}", rows, outputRows) }];
  return [
    { kind: "formula", tex: extentTex("H_{out}", rows, outputRows) },
    { kind: "formula", tex: extentTex("W_{out}", columns, outputColumns) },
  ];
}

/** ⌊(H + 2P − K) / S⌋ + 1 with the numbers put in, and the division before the floor is taken. */
function extentTex(name: string, { extent, kernel, stride, padding }: Axis, out: number): string {
  const thousandths = ((extent + 2 * padding - kernel) * 1000) / stride;
  const digits = `${Math.floor(thousandths) / 1000}${Number.isInteger(thousandths) ? "" : "\\ldots"}`;
  const division = `\\lfloor ${digits} \\rfloor`;
  const fraction = `\\left\\lfloor \\frac{${extent} + 2 \\cdot ${padding} - ${kernel}}{${stride}} \\right\\rfloor`;
  return `\\begin{aligned} ${name} &= ${fraction} + 1 \\\\ &= ${division} + 1 = ${out} \\end{aligned}`;
}

/** More rows or columns than this are told as a count. */
const mostNamed = 8;

/** "row 4", "columns 2, 5 and 8", "54 of 64 rows"; nothing where there is none. */
function linesText(word: string, axis: Axis): readonly string[] {
  const lines = unread(axis);
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`${word} ${lines[0]}`];
  if (lines.length > mostNamed) return [`${lines.length} of ${axis.extent} ${word}s`];
  return [`${word}s ${lines.slice(0, -1).join(", ")} and ${lines[lines.length - 1]}`];
}

/** Which rows and columns no window reads: between windows, or after the last one. What lies in the padding is none of them. */
function restText({ rows, columns }: Model): string {
  const left = [...linesText("row", rows), ...linesText("column", columns)].join(", or ");
  return left === "" ? "Here every cell of $I$ is read." : `Here no window reads ${left}.`;
}

// ── ties ────────────────────────────────────────────────────────────────────

const mostTies = 6;

function tiePassages(m: Model): Passage[] {
  return [
    {
      kind: "note",
      title: "A tie is settled by a rule, not by mathematics",
      text: "Where the largest number stands in a window twice, the first in row-major order wins, as in PyTorch. Any other choice would be as good a gradient.",
    },
    {
      kind: "comparison",
      title: "Ties now",
      text: "Where that decides now:",
      columns: ["window", "number", "won: flat", "as large"],
      rows: (results) => tieRows(m, results),
    },
  ];
}

function tieRows(m: Model, results: Results): readonly (readonly string[])[] {
  if (!results.ready) return [["…", "…", "…", "…"]];
  const all = ties(m, results);
  if (all.length === 0) return [["no tie now", "", "", ""]];
  const rows = all
    .slice(0, mostTies)
    .map(({ window, value, winner, others }) => [
      windowName(m, window).replace("window ", ""),
      format(value),
      String(winner),
      positionsText(others),
    ]);
  return all.length > mostTies ? [...rows, [`and ${all.length - mostTies} more`, "", "", ""]] : rows;
}

// ── settings ────────────────────────────────────────────────────────────────

const setting = (height: number, kernel_size: number, stride: number, padding: number, pool = "max") => ({
  height,
  width: height,
  kernel_size,
  stride,
  padding,
  pool,
});

const presets: readonly Preset[] = [
  {
    id: "recitation",
    label: "the recitation",
    outcome: "4 × 4, windows of 2 × 2 that neither overlap nor leave a rest.",
    knobs: { ...setting(4, 2, 2, 0), batch: 1, count_include_pad: true, seed: 1, upstream: "ones" },
    recited: true,
  },
  {
    id: "overlapping",
    label: "overlapping windows",
    outcome: "3 × 3 at stride 1: a cell can win several windows, and its gradients add up.",
    knobs: setting(5, 3, 1, 0),
  },
  {
    id: "resnet",
    label: "after the ResNet stem",
    outcome: "3 × 3, stride 2, padding 1: the size is halved. Nothing in the padding can win.",
    knobs: setting(6, 3, 2, 1),
  },
  {
    id: "average",
    label: "the mean instead",
    outcome: "Every cell takes part: each is given a quarter of its window's gradient.",
    knobs: setting(4, 2, 2, 0, "average"),
  },
  {
    id: "batch",
    label: "two samples at once",
    outcome: "A batch of two: the same windows in both, and nothing goes from one to the other.",
    knobs: { ...setting(4, 2, 2, 0), batch: 2 },
  },
];

// ── one pixel on ────────────────────────────────────────────────────────────

function shiftPassages(m: Model): Passage[] {
  const compared: Passage[] =
    m.windows * m.batch <= 16
      ? [
          {
            kind: "comparison",
            title: "One pixel on",
            text: "Both outputs, row by row:",
            columns: ["", "output"],
            rows: (results) => Array.from({ length: m.batch }, (_, sample) => shiftRows(m, sample, results)).flat(),
          },
        ]
      : [];
  return [
    {
      kind: "text",
      text: "What if everything moves a little? The third part pools $I$ again, moved right by one pixel, and outlines the outputs that are not what they were.",
    },
    ...compared,
  ];
}

/** A sample's output before and after. */
function shiftRows(m: Model, sample: number, results: Results): readonly (readonly string[])[] {
  const name = m.batch > 1 ? `sample ${sample}` : "I";
  const text = (tensor: Model["O"]): string => (results.ready ? matrixText(tensor, sample, results) : "…");
  return [
    [name, text(m.O)],
    [`${name}, one pixel on`, text(m.movedO)],
  ];
}

function tryText(m: Model): string {
  if (m.batch > 1)
    return "Change a cell of one sample until it wins its window, and watch the others: nothing in them moves.";
  if (m.pool === "max")
    return "Raise a cell that lost, a little at a time. Nothing happens, until it is the largest: then the whole gradient moves over to it at once.";
  const lost = m.countsPadding && anyReachesOut(m);
  return lost
    ? "Switch to the largest and back. With the mean, shares that fall on the padding reach no cell; with the largest nothing is lost, since the padding cannot win."
    : "Switch to the largest and back. The sum of all gradients stays the same; what changes is who is given them.";
}
