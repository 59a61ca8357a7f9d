/**
 * A shift that cancels: what is subtracted from every number of a line to keep the arithmetic in range, and changes
 * nothing in exact arithmetic. Neither a gradient nor an error passes through it.
 */
import { apply, type Apply, type Formula } from "./formula";
import { difference, type Rule } from "./rule";

const { rule: plain } = difference({ kind: "constant", value: 0 }, { kind: "constant", value: 0 });

const shiftedRule: Rule = {
  ...plain,
  name: "shifted",
  partials: () => [1, "blocked"],
  closed: [1],
};

/** x − shift, where the result that it is part of does not depend on the shift. */
export const shifted = (x: Formula, shift: Formula): Apply => apply(shiftedRule, x, shift);
