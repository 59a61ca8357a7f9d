/** The structure of a formula: the cells that it may read, whatever their values. */
import { sharedOf, type Formula } from "./formula";

/**
 * Visits every cell that the formula may read for some values: its structure. A cell may be visited more than once; what
 * is shared is entered once.
 */
export function leaves(
  formula: Formula,
  visit: (input: number, at: number) => void,
  entered: Set<string> = new Set(),
): void {
  const key = sharedOf(formula)?.key;
  if (key !== undefined && entered.has(key)) return;
  if (key !== undefined) entered.add(key);
  switch (formula.kind) {
    case "constant":
      return;
    case "cell":
      return visit(formula.input, formula.at);
    case "apply":
      for (const arg of formula.args) leaves(arg, visit, entered);
      return;
    case "over":
      if (typeof formula.reduce === "object" && "index" in formula.reduce) leaves(formula.reduce.index, visit, entered);
      for (let k = 0; k < formula.n; k++) leaves(formula.body(k), visit, entered);
  }
}
