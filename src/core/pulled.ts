/** The reverse pass as formulas: the gradient of a formula, made of rules as the formula itself is. */
import { constant, type Cell, type Formula } from "./formula";
import { sum, type Rule } from "./rule";
import { straighten, StraightError, type Step, type StraightLine } from "./straight";

/**
 * ∂formula/∂cell for each cell, from what the rules hand back; 0 where nothing reaches it. Throws StraightError where a
 * rule on the way hands nothing back as formulas.
 */
export function pulled(formula: Formula, cells: readonly Cell[]): readonly Formula[] {
  const line = straighten([formula]);
  const arrivals = new Map<number, Formula[]>([[line.results[0], [constant(1)]]]);
  for (let at = line.results[0]; at >= 0; at--) hand(line, at, arrivals);
  return cells.map((cell) => {
    const at = line.instructions.findIndex((i) => i.kind === "cell" && i.input === cell.input && i.at === cell.at);
    return total(arrivals.get(at)) ?? constant(0);
  });
}

/** Hands what has arrived at one instruction on to what it reads. */
function hand(line: StraightLine, at: number, arrivals: Map<number, Formula[]>): void {
  const instruction = line.instructions[at];
  const up = total(arrivals.get(at));
  if (instruction.kind !== "step" || up === undefined) return;
  backThrough(instruction, up, line, at).forEach((part, i) => {
    if (part === undefined) return;
    const to = instruction.args[i];
    arrivals.set(to, [...(arrivals.get(to) ?? []), part]);
  });
}

function backThrough(
  { rule, args }: Step,
  up: Formula,
  line: StraightLine,
  at: number,
): readonly (Formula | undefined)[] {
  const inputs = args.map((arg) => line.formulas[arg]);
  if (rule.pull) return rule.pull(up, inputs, line.formulas[at]);
  if (closes(rule, inputs.length)) return [];
  throw new StraightError(
    `gradient: the rule ${rule.name} does not say what it hands back; one with \`pull\` would fit`,
  );
}

const closes = (rule: Rule, n: number): boolean =>
  Array.from({ length: n }, (_, i) => i).every((i) => rule.closed?.includes(i));

function total(parts: readonly Formula[] | undefined): Formula | undefined {
  if (!parts || parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : sum(...parts);
}
