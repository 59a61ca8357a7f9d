/** Rules that measure how far a training has come. */
import { apply, type Apply, type Formula } from "../../core/formula";
import { binding, called, divided, type Rule, type Written } from "../../core/rule";

const bars = (inside: Written): Written => ({
  ...called("abs", "", [inside]),
  tex: `\\left|${inside.tex}\\right|`,
  binds: binding.atom,
});

const absoluteRule: Rule = {
  name: "absolute",
  value: ([x]) => Math.abs(x),
  partials: ([x]) => [x < 0 ? -1 : 1],
  roundoff: () => 0,
  partialRoundoff: 0,
  write: ([x]) => bars(x),
  writePartial: () => undefined,
  kink: ([x], nearby) => Math.abs(x) <= nearby,
  wgsl: ([x]) => `abs(${x})`,
};

/** |a / b|, and 0 where a is 0, whatever b is. The division is WGSL's. */
const shareRule: Rule = {
  name: "share",
  value: ([a, b]) => (a === 0 ? 0 : Math.abs(a / b)),
  partials: ([a, b], y) => [Math.sign(a) / Math.abs(b), -y / b],
  roundoff: ([a, b], y) => (a === 0 || (Math.abs(b) >= 2 ** -126 && Math.abs(b) <= 2 ** 126) ? 2.5 * y : Infinity),
  partialRoundoff: 6,
  write: ([a, b]) => bars(divided(a, b)),
  writePartial: () => undefined,
  kink: ([a], nearby) => Math.abs(a) <= nearby,
  wgsl: ([a, b]) => `share(${a}, ${b})`,
};

/** |x| */
export const absolute = (x: Formula): Apply => apply(absoluteRule, x);
/** |a / b|, and 0 where a is 0, whatever b is. */
export const share = (a: Formula, b: Formula): Apply => apply(shareRule, a, b);
