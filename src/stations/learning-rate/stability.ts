/** What theory says of a rate, asked of the current knobs: where it stops being stable, and what becomes of w. */
import type { Claim } from "../../story/claim";
import type { Knobs } from "../../story/station";
import { carries, plain, reaches } from "./knobs";
import type { Model } from "./model";
import { bound, boundTex, factor, fates, type Stepped } from "./theory";
import { fateIn, steppedIn } from "./words";

/** Where the recitation says it. */
export const source = "Midterm review recitation, warm-up 1";

/** The optimizers whose rate has a bound. */
type Bounded = "sgd" | "momentum" | "nesterov";

/** What one step does, as PyTorch writes it. */
const stepOf: Readonly<Record<Bounded, string>> = {
  sgd: "one step is $w \\leftarrow w - \\eta\\,\\lambda w$",
  momentum: "one step is $b \\leftarrow \\mu b + \\lambda w$, then $w \\leftarrow w - \\eta b$; $b$ begins at 0",
  nesterov:
    "one step is $b \\leftarrow \\mu b + \\lambda w$, then $w \\leftarrow w - \\eta(\\lambda w + \\mu b)$; $b$ begins at 0",
};
/** The loss and the step of an optimizer. */
export const stepText = (optimizer: Bounded): string => `$L(w) = \\tfrac12\\lambda w^2$; ${stepOf[optimizer]}.`;

/** All of them that mean something for the optimizer. */
export function stabilityClaims(m: Model): readonly Claim[] {
  const { optimizer } = m.setting;
  if (optimizer === "rmsprop" || optimizer === "adam") return [inBowl(m)];
  return [stability(m, optimizer), ...(optimizer === "sgd" ? [multiplier(m)] : []), fate(m, optimizer), inBowl(m)];
}

/** The rate that the run must stay below, for the optimizers that have one. */
const stability = (m: Model, optimizer: Bounded): Claim => ({
  id: "bound",
  prompt: `Stable below $\\eta = ${boundTex[optimizer]}$`,
  answer: (results) => bound(steppedIn(m, results))!,
  given: stepText(optimizer),
  needs: ["curvature", ...(carries(optimizer) ? ["momentum"] : [])],
  // The slide speaks of plain SGD.
  ...(optimizer === "sgd" && { slide: 2 }),
  source,
  shows: {
    step: m.run.landed,
    cells: [],
    knobs: (current) => ({
      show: "parabola",
      noisy: false,
      w0: current["w0"] || 1,
      lr: beyond(bound(steppedBy(current, optimizer))!),
    }),
  },
});

const steppedBy = (knobs: Knobs, optimizer: Bounded, curvature = "curvature"): Omit<Stepped, "rate"> => ({
  optimizer,
  curvature: Number(knobs[curvature]),
  momentum: Number(knobs["momentum"]),
});

/** A rate 5 % beyond a bound, where the slider goes as far: there it is seen to be one. */
const beyond = (limit: number): number => Math.min(reaches.lr[1], Number((1.05 * limit).toPrecision(3)));

const onAverage = ({ noise }: Model, said: string): string =>
  noise ? `On average over batches: ${said[0].toLowerCase()}${said.slice(1)}` : said;

const multiplier = (m: Model): Claim => ({
  id: "factor",
  prompt: onAverage(m, "Each step multiplies $w$ by $1 - \\eta\\lambda$"),
  answer: (results) => factor(steppedIn(m, results)),
  given: stepText("sgd"),
  needs: ["lr", "curvature"],
  source,
  shows: { step: m.run.landed, cells: [], knobs: { show: "parabola" } },
});

const fate = (m: Model, optimizer: Bounded): Claim => ({
  id: "fate",
  prompt: onAverage(m, "What happens at the rate that is set"),
  answer: (results) => fateIn(m, results) ?? "",
  asks: { kind: "choice", options: fates },
  given: stepText(optimizer),
  needs: ["lr", "w0", "curvature", ...(carries(optimizer) ? ["momentum"] : [])],
  source: "computed here",
  shows: { step: m.run.landed, cells: [], knobs: { show: "parabola" } },
});

/** The steepest direction decides: the smaller of the two bounds. */
const inBowl = (m: Model): Claim => ({
  id: "bound-bowl",
  prompt: "SGD in the bowl is stable below $\\eta = 2/\\lambda_{\\max}$",
  answer: (results) => Math.min(...[0, 1].map((at) => results.value(m.bounds, at))),
  given:
    "The bowl $L(w, w') = \\tfrac12\\lambda w^2 + \\tfrac12\\lambda' w'^2$ curves by $\\lambda$ along $w$ and by $\\lambda'$ along $w'$.",
  needs: ["curvature", "second"],
  source,
  shows: {
    step: m.run.landed,
    cells: [],
    knobs: (current) => ({
      ...plain,
      show: "bowl",
      w0: current["w0"] || 1,
      w0second: current["w0second"] || 1,
      lr: beyond(Math.min(...["curvature", "second"].map((name) => bound(steppedBy(current, "sgd", name))!))),
    }),
  },
});
