/** Rules that decide and pass on: a floor below which a number is replaced, and whether a number lies between two others. */
import { apply, type Apply, type Formula } from "./formula";
import { called, type Rule } from "./rule";

/** x where x > t, else v; NaN stays. At t and below nothing passes back to x, as in PyTorch. */
const thresholdRule: Rule = {
  name: "threshold",
  value: ([x, t, v]) => (x <= t ? v : x),
  partials: ([x, t]) => (x <= t ? ["blocked", "blocked", 1] : [1, "blocked", 0]),
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called("threshold", "\\mathrm{threshold}", args),
  writePartial: (i, args) => (i === 2 ? undefined : called("threshold′", "\\mathrm{threshold}'", args)),
  closed: [1],
  kink: ([x, t], nearby) => Math.abs(x - t) <= nearby,
};

/** A rule that is 1 where `holds` and 0 elsewhere. Nothing ever passes back. */
const interval = (name: string, holds: (x: number, low: number, high: number) => boolean): Rule => ({
  name,
  value: ([x, low, high]) => (holds(x, low, high) ? 1 : 0),
  partials: () => ["blocked", "blocked", "blocked"],
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called(name, `\\mathrm{${name}}`, args),
  writePartial: () => undefined,
  closed: [0, 1, 2],
  kink: ([x, low, high], nearby) => Math.min(Math.abs(x - low), Math.abs(x - high)) <= nearby,
});

const withinRule = interval("within", (x, low, high) => x >= low && x < high);
const throughoutRule = interval("throughout", (x, low, high) => x >= low && x <= high);

/** x where x > t, else v. */
export const threshold = (x: Formula, t: Formula, v: Formula): Apply => apply(thresholdRule, x, t, v);
/** 1 where low ≤ x < high, else 0. */
export const within = (x: Formula, low: Formula, high: Formula): Apply => apply(withinRule, x, low, high);
/** 1 where low ≤ x ≤ high, else 0. */
export const throughout = (x: Formula, low: Formula, high: Formula): Apply => apply(throughoutRule, x, low, high);
