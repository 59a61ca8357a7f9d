/**
 * Printing formulas as WGSL: whole loops run on the GPU without anyone stating the network or the optimizer again. The text
 * uses the functions of `shaders/math.wgsl` and `shaders/rules.wgsl`.
 */
import type { Cell, Formula } from "./formula";
import { straighten, StraightError, type Instruction } from "./straight";

/** Statements that compute some formulas, and the expression that each of them then is. */
export interface Printed {
  readonly statements: string;
  readonly results: readonly string[];
}

/** Prints formulas as WGSL; `name` says what a cell is called there. Throws StraightError for what has no WGSL. */
export function printWgsl(formulas: readonly Formula[], name: (cell: Cell) => string, indent = "  "): Printed {
  const line = straighten(formulas);
  const names: string[] = [];
  const statements: string[] = [];
  line.instructions.forEach((instruction, at) => {
    const text = expression(instruction, names, name);
    if (instruction.kind === "step") statements.push(`${indent}let v${at} = ${text};`);
    names.push(instruction.kind === "step" ? `v${at}` : text);
  });
  return { statements: statements.join("\n"), results: line.results.map((at) => names[at]) };
}

function expression(instruction: Instruction, names: readonly string[], name: (cell: Cell) => string): string {
  if (instruction.kind === "cell") return name(instruction);
  if (instruction.kind === "constant") return literal(instruction.value);
  const { rule, args } = instruction;
  if (!rule.wgsl) throw new StraightError(`wgsl: the rule ${rule.name} has no WGSL; one with \`wgsl\` would fit`);
  return rule.wgsl(args.map((arg) => names[arg]));
}

/** A number as WGSL writes it: in parentheses where it begins with a sign. Throws StraightError. */
function literal(value: number): string {
  if (!Number.isFinite(Math.fround(value)))
    throw new StraightError(`wgsl: the constant ${value}; a number that a float32 holds would fit`);
  return value < 0 || Object.is(value, -0) ? `(-${-value}f)` : `${value}f`;
}
