/** What the recitation asserts about the learning rate, asked of the current knobs. */
import type { Claim } from "../../story/claim";
import type { Knobs } from "../../story/station";
import type { Model } from "./model";
import { atRate, recited, tooLarge } from "./rates";
import { cellsAt } from "./stage";
import { bound, boundTex, factor, fateOf, fates } from "./theory";
import { settledValue, steppedIn } from "./words";

const source = "Midterm review recitation, warm-up 1";
const setting = "$L(w) = \\tfrac12\\lambda w^2$; one step is $w \\leftarrow w - \\eta\\,\\lambda w$.";

/** The knobs at which plain SGD runs on the parabola for all to see. */
export const plain: Knobs = { show: "parabola", optimizer: "sgd", noisy: false, steps: 10 };

export function claims(m: Model): readonly Claim[] {
  return [
    ...recited.map((rate, column) => row(m, rate, column)),
    outcome(m),
    ...stability(m),
    ...(m.setting.optimizer === "sgd" ? [multiplier(m)] : []),
    ...(fateOf({ optimizer: m.setting.optimizer, rate: 1, curvature: 1, momentum: 0.5 }) ? [fate(m)] : []),
    inBowl(m),
  ];
}

/** The ids of the claims on the recitation's table. */
export const rowIds: readonly string[] = recited.map((rate) => `rate-${rate}`);

const slides: Readonly<Record<number, number | readonly number[]>> = {
  0.1: [0.9, 0.81, 0.729],
  1: 0,
  1.5: [-0.5, 0.25, -0.125],
  2: [-1, 1, -1],
  2.1: [-1.1, 1.21, -1.331],
};

/** w after the first steps at one of the recitation's rates. */
function row(m: Model, rate: number, column: number): Claim {
  const slide = slides[rate];
  const single = typeof slide === "number";
  const moments = single ? [0] : [0, 1, 2].filter((t) => t < m.setting.steps);
  return {
    id: `rate-${rate}`,
    prompt: single ? `$\\eta = ${rate}$: $w_1$` : `$\\eta = ${rate}$: $w_1, w_2, w_3$`,
    answer: (results) =>
      single ? atRate(m.rates, results, column, 1) : [1, 2, 3].map((t) => atRate(m.rates, results, column, t)),
    given: `${setting} Start from $w_0$ at the curvature $\\lambda$ that the sliders say.`,
    slide,
    source,
    shows: {
      step: m.run.landed,
      cells: moments.flatMap((t) => cellsAt(m.run.after, t)),
      knobs: { ...plain, lr: rate },
    },
  };
}

// ── the multiple choice ─────────────────────────────────────────────────────

const options = [
  "A: very slow convergence",
  "B: divergence or oscillation",
  "C: convergence to the minimum",
  "D: a gradient of exactly 0 at each step",
  "E: none of these",
] as const;

/** What happens at a rate that is too large, read off a run at 1.05 times the largest stable one. */
function outcome(m: Model): Claim {
  return {
    id: "too-large",
    prompt: "A rate that is too large: the likely outcome",
    answer: (results) => judged([0, 1, 2, 3].map((t) => atRate(m.rates, results, tooLarge, t))),
    asks: { kind: "choice", options },
    given: "Gradient descent on the whole batch, at a rate beyond what is stable.",
    slide: "B: divergence or oscillation",
    source,
    shows: { step: m.run.landed, cells: [], knobs: { ...plain, lr: 2.1, curvature: 1 } },
  };
}

/** Which of the options some numbers of w are. */
function judged(path: readonly number[]): (typeof options)[number] {
  const [first, last] = [path[0], path[path.length - 1]];
  if (path.slice(1).every((w) => w === 0)) return options[3];
  const swings = path.slice(1).every((w, i) => w * path[i] < 0);
  if (swings || Math.abs(last) > Math.abs(first)) return options[1];
  if (Math.abs(last) >= Math.abs(first)) return options[4];
  return Math.abs(last) > Math.abs(first) / 2 ? options[0] : options[2];
}

// ── what theory says ────────────────────────────────────────────────────────

/** The rate that the run must stay below, for the optimizers that have one. */
function stability(m: Model): readonly Claim[] {
  const { optimizer } = m.setting;
  if (optimizer === "rmsprop" || optimizer === "adam") return [];
  return [
    {
      id: "bound",
      prompt: `Stable below $\\eta = ${boundTex[optimizer]}$`,
      answer: (results) => bound(steppedIn(m, results))!,
      given: setting,
      // The slide speaks of plain SGD.
      ...(optimizer === "sgd" && { slide: 2 }),
      source,
      shows: { step: m.run.landed, cells: [] },
    },
  ];
}

const multiplier = (m: Model): Claim => ({
  id: "factor",
  prompt: "Each step multiplies $w$ by $1 - \\eta\\lambda$",
  answer: (results) => factor(steppedIn(m, results)),
  given: setting,
  source,
  shows: { step: m.run.landed, cells: [] },
});

const fate = (m: Model): Claim => ({
  id: "fate",
  prompt: "What happens at the rate that is set",
  answer: (results) => fateOf(steppedIn(m, results)) ?? "",
  asks: { kind: "choice", options: fates },
  given: setting,
  source: "computed here",
  shows: { step: m.run.landed, cells: [] },
});

/** The steepest direction decides: the smaller of the two bounds. */
const inBowl = (m: Model): Claim => ({
  id: "bound-bowl",
  prompt: "SGD in the bowl is stable below $\\eta = 2/\\lambda_{\\max}$",
  answer: (results) => Math.min(...[0, 1].map((at) => settledValue(results, m.bounds, at))),
  given: "The bowl curves by $\\lambda$ along $w$ and by $\\lambda'$ along $w'$.",
  source,
  shows: { step: m.run.landed, cells: [], knobs: { ...plain, show: "bowl" } },
});
