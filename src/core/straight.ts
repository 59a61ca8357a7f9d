/**
 * Formulas as a straight line: instructions in the order in which they are evaluated, each result once, whoever reads it.
 * A line can be printed (see `wgsl`), and evaluated again and again without building anything (see `march`).
 */
import { constant, type Cell, type Constant, type Formula, type Over } from "./formula";
import { sum, type Rule } from "./rule";

/** One result: a cell, a constant, or a rule on earlier results. */
export type Instruction = Cell | Constant | Step;
/** A rule applied to the results at these positions. */
export interface Step {
  readonly kind: "step";
  readonly rule: Rule;
  readonly args: readonly number[];
}

export interface StraightLine {
  readonly instructions: readonly Instruction[];
  /** The formula that each instruction evaluates. */
  readonly formulas: readonly Formula[];
  /** Where the value of each formula that was asked for stands. */
  readonly results: readonly number[];
}

/** A formula that cannot be laid out in a line. */
export class StraightError extends Error {
  override readonly name = "StraightError";
}

/** Lays formulas out. Sums over an index are written out, so they should be short; other reductions are refused. Throws StraightError. */
export function straighten(formulas: readonly Formula[]): StraightLine {
  const layout = new Layout();
  const results = formulas.map((formula) => layout.place(formula));
  return { instructions: layout.instructions, formulas: layout.formulas, results };
}

class Layout {
  readonly instructions: Instruction[] = [];
  readonly formulas: Formula[] = [];
  readonly #places = new Map<Formula, number>();
  readonly #known = new Map<string, number>();
  readonly #rules = new Map<Rule, number>();

  /** Where the value of a formula stands; equal formulas stand at one place. */
  place(formula: Formula): number {
    const before = this.#places.get(formula);
    if (before !== undefined) return before;
    const at = formula.kind === "over" ? this.place(writtenOut(formula)) : this.#add(formula);
    this.#places.set(formula, at);
    return at;
  }

  #add(formula: Exclude<Formula, Over>): number {
    const instruction = this.#instruction(formula);
    const key = this.#keyOf(instruction);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.instructions.push(instruction) - 1;
    this.formulas.push(formula);
    this.#known.set(key, at);
    return at;
  }

  #instruction(formula: Exclude<Formula, Over>): Instruction {
    if (formula.kind !== "apply") return formula;
    return { kind: "step", rule: formula.rule, args: formula.args.map((arg) => this.place(arg)) };
  }

  #keyOf(instruction: Instruction): string {
    if (instruction.kind === "cell") return `cell ${instruction.input} ${instruction.at}`;
    if (instruction.kind === "constant") return `constant ${instruction.value}`;
    const rule = this.#rules.get(instruction.rule) ?? this.#rules.size;
    this.#rules.set(instruction.rule, rule);
    return `rule ${rule} ${instruction.args.join()}`;
  }
}

/** A sum over an index as the sum that it is. */
function writtenOut({ n, body, reduce }: Over): Formula {
  if (reduce !== "sum")
    throw new StraightError("straight line: a reduction that picks one of its terms; a sum of them would fit");
  const terms = Array.from({ length: n }, (_, k) => body(k));
  if (n === 0) return constant(0);
  return n === 1 ? terms[0] : sum(...terms);
}
