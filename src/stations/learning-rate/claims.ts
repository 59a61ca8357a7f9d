/** What the recitation asserts about the learning rate, asked of the current knobs. */
import { subscript } from "../../core/numeral";
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { plain } from "./knobs";
import type { Model } from "./model";
import { atRate, recited, tooLarge } from "./rates";
import { source, stabilityClaims, stepText } from "./stability";
import { cellsAt } from "./stage";
import { factor } from "./theory";
import { steppedIn } from "./words";

const plainStep = `Plain SGD on the whole batch: ${stepText("sgd")}`;

export function claims(m: Model): readonly Claim[] {
  return [...recited.map((rate, column) => row(m, rate, column)), outcome(m), ...stabilityClaims(m)];
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

const firstWeights = [1, 2, 3].map((t) => ({ name: `w${subscript(t)}`, tex: `w_${t}` }));

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
    ...(!single && { asks: { kind: "numbers", called: firstWeights } }),
    given: `${plainStep} It starts from $w_0$, at the curvature $\\lambda$.`,
    needs: ["w0", "curvature"],
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
    answer: (results) => judged(shares(m, results)),
    asks: { kind: "choice", options },
    given: "Gradient descent on the whole batch, at a rate beyond what is stable.",
    needs: [],
    slide: "B: divergence or oscillation",
    source,
    shows: { step: m.run.landed, cells: [], knobs: { ...plain, lr: 2.1, curvature: 1, w0: 1 } },
  };
}

/**
 * What the first steps of that run leave of its start. The question is about the rate: a start in the minimum leaves
 * nothing to tell, and then theory says what any other start would come to.
 */
function shares(m: Model, results: Results): readonly number[] {
  const path = [0, 1, 2, 3].map((t) => atRate(m.rates, results, tooLarge, t));
  if (path[0] !== 0) return path;
  const { curvature } = steppedIn(m, results);
  return path.map((_, t) => factor({ rate: results.value(m.rates.rates, tooLarge), curvature }) ** t);
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
