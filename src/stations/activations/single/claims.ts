/** What the recitation asserts about the two ReLUs, and what can be asked of any of the nine functions. */
import type { Tensor } from "../../../core/graph";
import type { Answer, Ask, Claim } from "../../../story/claim";
import type { CellRef } from "../../../story/picture";
import type { Results } from "../../../story/results";
import { cells, probeAt, probes, type Single, type Variant } from "./model";

const source = "Midterm review recitation, warm-up 2";
const verdict = { kind: "choice", options: ["valid", "wrong"] } as const satisfies Ask;
const list = (tensor: Tensor): readonly CellRef[] => Array.from({ length: cells }, (_, at) => ({ tensor, at }));
const numbers = (results: Results, tensor: Tensor): readonly number[] =>
  list(tensor).map(({ at }) => results.value(tensor, at));

const isReLU = { show: "function", activation: "relu" } as const;
const isLeaky = { show: "function", activation: "leaky_relu" } as const;

export const claims = (m: Single): readonly Claim[] => [...recitation(m), ...ofTheFunction(m)];

/** Whether two functions are the same wherever they are looked at. */
const agree = (results: Results, one: Tensor, other: (at: number) => number): string =>
  probes.every((_, at) => results.value(one, at) === other(at)) ? "valid" : "wrong";

/** The slope of a function at one of the numbers that are looked at, shown at the cell of x that is like it. */
function slopeAt(
  m: Single,
  { probe, cells: { slope } }: Variant,
  at: keyof typeof probeAt,
): Pick<Claim, "answer" | "source" | "shows"> {
  const cell = { tensor: slope, at: at === "zero" ? 2 : 0 };
  return {
    answer: (results) => results.value(probe.slope, probeAt[at]),
    source,
    shows: { step: m.writer(slope), cells: [cell, { tensor: m.x, at: cell.at }] },
  };
}

function recitation(m: Single): readonly Claim[] {
  const { relu, leaky, floor } = m;
  const atSlide = (results: Results): boolean => results.value(m.slope, 0) === Math.fround(0.01);
  return [
    {
      id: "relu-definition",
      prompt: "A: $\\mathrm{ReLU}(x) = x$ if $x \\ge 0$, else 0",
      answer: (results) => agree(results, relu.probe.y, (at) => (probes[at] >= 0 ? Math.fround(probes[at]) : 0)),
      asks: verdict,
      needs: [],
      slide: "valid",
      source,
      shows: { step: m.writer(relu.cells.y), cells: list(relu.cells.y), knobs: isReLU },
    },
    {
      id: "leaky-definition",
      prompt: "B: $\\mathrm{LeakyReLU}(x) = \\max(\\alpha, x)$, with its slope $\\alpha$ as the floor",
      answer: (results) => agree(results, leaky.probe.y, (at) => results.value(floor.probe.y, at)),
      asks: verdict,
      given: "The recitation asks it of $\\alpha = 0.01$; here $\\alpha$ is the slope that is given.",
      needs: ["slope"],
      slide: "wrong",
      slideHolds: atSlide,
      source,
      shows: { step: m.writer(floor.cells.y), cells: list(floor.cells.y), knobs: isLeaky },
    },
    {
      id: "leaky-slope",
      prompt: "Slope of leaky ReLU at $x = -1$",
      ...slopeAt(m, leaky, "negative"),
      needs: ["slope"],
      slide: 0.01,
      slideHolds: atSlide,
      shows: { ...slopeAt(m, leaky, "negative").shows, knobs: isLeaky },
    },
    {
      id: "floor-slope",
      prompt: "Slope of $\\max(\\alpha, x)$ at $x = -1$",
      ...slopeAt(m, floor, "negative"),
      needs: ["slope"],
      shows: { ...slopeAt(m, floor, "negative").shows, knobs: isLeaky },
    },
    {
      id: "relu-slope",
      prompt: "Slope of ReLU at $x = -1$",
      ...slopeAt(m, relu, "negative"),
      needs: [],
      slide: 0,
      shows: { ...slopeAt(m, relu, "negative").shows, knobs: isReLU },
    },
    {
      id: "relu-zero",
      prompt: "Slope of ReLU at exactly 0",
      ...slopeAt(m, relu, "zero"),
      needs: [],
      slide: 0,
      shows: { ...slopeAt(m, relu, "zero").shows, knobs: isReLU },
    },
  ];
}

function ofTheFunction(m: Single): readonly Claim[] {
  const { about, chosen } = m;
  const asks = about.easy ? {} : ({ asks: "never" } as const);
  const needs = ["activation", ...Object.values(about.turned)];
  const holds = (id: string, prompt: string, tensor: Tensor, given: string): Claim => ({
    id,
    prompt,
    answer: (results): Answer => numbers(results, tensor),
    ...asks,
    given,
    needs,
    source: "computed here",
    shows: { step: m.writer(tensor), cells: list(tensor) },
  });
  return [
    holds("values", `$f(x)$ with $f$: ${about.label}`, chosen.cells.y, `$f(x) = ${about.tex}$`),
    holds("gradient", "$dx$: what $x$ is sent back", chosen.cells.dx, "$dx = dy \\cdot f'(x)$, cell by cell."),
    {
      id: "slope-at-zero",
      prompt: `Slope of ${about.label} at exactly 0`,
      ...slopeAt(m, chosen, "zero"),
      ...asks,
      needs,
      source: "PyTorch's convention",
    },
    {
      id: "steepest",
      prompt: `Steepest slope of ${about.label} in the picture`,
      answer: (results) => steepest(m, results),
      asks: "never",
      source: "computed here",
      shows: { step: m.writer(chosen.cells.slope), cells: [] },
    },
  ];
}

/** The largest of the slopes along the curve. */
function steepest({ chosen: { curve } }: Single, results: Results): number {
  const slopes = Array.from({ length: curve.slope.shape[0] }, (_, at) => results.value(curve.slope, at));
  return Math.max(...slopes.filter(Number.isFinite));
}
