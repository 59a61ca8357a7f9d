/**
 * A state that a straight line moves on again and again, in float64, with bounds on what float32 may make of it.
 *
 * Adding sizes of errors step by step would tell nothing: a step w − ηλw multiplies an error by |1 − ηλ|, but the sizes of
 * its two terms by 1 + ηλ. So the errors of the state are kept together, as an ellipsoid {e : eᵀP⁻¹e ≤ 1}. A step moves it
 * by its own Jacobian J, in which terms cancel as they do in truth, and adds what the step itself may lose, a box δ:
 * P becomes (1 + c)·JPJᵀ + (1 + 1/c)·d·diag(δ²), which holds both for any c > 0 (A. B. Kurzhanski and I. Vályi, Ellipsoidal
 * Calculus for Estimation and Control, 1997). What bends a step counts in δ: each argument of a rule is moved by its error
 * either way, so that a kink within reach is felt.
 */
import type { Cell } from "./formula";
import { float32 } from "./precision";
import { roundoffOf, type Derivative } from "./rule";
import type { Step, StraightLine } from "./straight";

/** The input whose cells are the state; the cells of every other are exact. */
export const stateInput = 0;

/** The errors of a state: P, d × d, row by row. */
export type Ellipsoid = Float64Array;

/** Evaluates a straight line over a state of d numbers; its arrays are used again by every evaluation. */
export class March {
  readonly line: StraightLine;
  readonly #d: number;
  readonly #steps: readonly (Step | undefined)[];
  readonly #values: Float64Array;
  /** What rounding and bending within this evaluation add to each value. */
  readonly #lost: Float64Array;
  /** ∂value/∂state, d numbers each. */
  readonly #tangents: Float64Array;
  readonly #errors: Float64Array;
  readonly #args: readonly number[][];

  constructor(line: StraightLine, d: number) {
    const n = line.instructions.length;
    this.line = line;
    this.#d = d;
    this.#steps = line.instructions.map((each) => (each.kind === "step" ? each : undefined));
    this.#values = new Float64Array(n);
    this.#lost = new Float64Array(n);
    this.#errors = new Float64Array(n);
    this.#tangents = new Float64Array(n * d);
    this.#args = line.instructions.map((each) => (each.kind === "step" ? each.args.map(() => 0) : []));
  }

  /** The value of result number `i`. */
  value(i: number): number {
    return this.#values[this.line.results[i]];
  }
  /** What float32 may make of it, at most this far away. */
  error(i: number): number {
    return this.#errors[this.line.results[i]];
  }

  /** Evaluates from these numbers; `read` gives the cells that are not the state's. */
  run(state: ArrayLike<number>, errors: Ellipsoid, read: (cell: Cell) => number): void {
    this.line.instructions.forEach((instruction, at) => {
      if (instruction.kind === "step") return this.#step(instruction, at, errors);
      this.#values[at] = instruction.kind === "constant" ? instruction.value : this.#cell(instruction, at, state, read);
      this.#lost[at] = instruction.kind === "constant" ? constantError(instruction.value) : 0;
      this.#errors[at] = this.#lost[at] + this.#spread(at, errors);
    });
  }

  /** The errors of the first d results, which are the state after this step. */
  moved(errors: Ellipsoid): Ellipsoid {
    const d = this.#d;
    const carried = this.#carried(errors);
    const added = Float64Array.from({ length: d }, (_, i) => this.#lost[this.line.results[i]] ** 2);
    const kinds = added.filter((square) => square > 0).length;
    const [before, more] = [traceOf(carried, d), kinds * added.reduce((sum, square) => sum + square, 0)];
    const share = before === 0 || more === 0 ? 0 : Math.sqrt(more / before);
    return carried.map((value, at) => {
      const own = at % (d + 1) === 0 ? kinds * added[at / (d + 1)] : 0;
      return (1 + share) * value + (own === 0 ? 0 : (share === 0 ? 1 : 1 + 1 / share) * own);
    });
  }

  #cell(cell: Cell, at: number, state: ArrayLike<number>, read: (cell: Cell) => number): number {
    if (cell.input !== stateInput) return read(cell);
    this.#tangents[at * this.#d + cell.at] = 1;
    return state[cell.at];
  }

  /** How far the errors of the state reach along the tangent of a value: √(tᵀPt). */
  #spread(at: number, errors: Ellipsoid): number {
    const d = this.#d;
    const t = this.#tangents;
    let square = 0;
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        square += t[at * d + i] * (t[at * d + j] === 0 ? 0 : errors[i * d + j] * t[at * d + j]);
    return Math.sqrt(Math.max(0, square));
  }

  #step({ rule, args }: Step, at: number, errors: Ellipsoid): void {
    const x = this.#args[at];
    for (let i = 0; i < args.length; i++) x[i] = this.#values[args[i]];
    const value = rule.value(x);
    const partials = rule.partials(x, value);
    const own = rule.adds && this.#leavesAlone(args) ? 0 : roundoffOf(rule, x, value, false);
    this.#values[at] = value;
    this.#lost[at] = (own === 0 ? 0 : own * float32.unit + float32.smallest) + this.#inherited(args, partials, at);
    // Beyond float32's numbers, anything may come of it.
    if (Math.abs(value) > float32.largest) this.#lost[at] = Infinity;
    // A rule whose partials never change bends nothing.
    if (rule.partialRoundoff !== 0 || rule.kink) this.#lost[at] += this.#bent(at, x, value, partials);
    this.#errors[at] = this.#lost[at] + this.#spread(at, errors);
  }

  /** Whether all but one of the terms are 0 for float32 too: then the sum is that one, as it is. */
  #leavesAlone(args: readonly number[]): boolean {
    return args.filter((arg) => this.#values[arg] !== 0 || this.#errors[arg] !== 0).length <= 1;
  }

  /** Hands tangents on, and returns what the arguments have lost. */
  #inherited(args: readonly number[], partials: readonly Derivative[], at: number): number {
    const d = this.#d;
    const t = this.#tangents;
    t.fill(0, at * d, at * d + d);
    let lost = 0;
    for (let i = 0; i < args.length; i++) {
      const [arg, partial] = [args[i], partials[i]];
      if (partial === "blocked" || partial === 0) continue;
      for (let k = 0; k < d; k++) t[at * d + k] += t[arg * d + k] === 0 ? 0 : partial * t[arg * d + k];
      if (this.#lost[arg] > 0) lost += Math.abs(partial) * this.#lost[arg];
    }
    return lost;
  }

  /** What a rule adds because its arguments' errors change its partials, or carry it over a kink. */
  #bent(at: number, x: number[], value: number, partials: readonly Derivative[]): number {
    const { rule, args } = this.#steps[at]!;
    let more = 0;
    for (let j = 0; j < args.length; j++) {
      const error = this.#errors[args[j]];
      if (error === 0) continue;
      const ahead = this.#moved(at, x, value, partials, j, error);
      // Either way matters where there is a kink; without one the way back bends as much as the way ahead.
      more += rule.kink ? Math.max(ahead, this.#moved(at, x, value, partials, j, -error)) : ahead;
    }
    return more;
  }

  /** What moving argument j by so much adds to what the tangent says. */
  #moved(at: number, x: number[], value: number, partials: readonly Derivative[], j: number, by: number): number {
    const { rule, args } = this.#steps[at]!;
    const origin = x[j];
    x[j] = origin + by;
    const there = rule.value(x);
    const slopes = rule.partials(x, there);
    x[j] = origin;
    let turned = 0;
    for (let i = 0; i < args.length; i++) {
      const error = this.#errors[args[i]];
      if (error !== 0) turned += Math.abs(sizeless(slopes[i]) - sizeless(partials[i])) * error;
    }
    const beyond = rule.kink ? Math.abs(there - value) - Math.abs(sizeless(partials[j]) * by) : 0;
    return Number.isNaN(turned + beyond) ? Infinity : Math.max(turned, beyond);
  }

  /** JPJᵀ of the first d results. */
  #carried(errors: Ellipsoid): Ellipsoid {
    const d = this.#d;
    const row = (i: number, k: number): number => this.#tangents[this.line.results[i] * d + k];
    const carried = new Float64Array(d * d);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        for (let k = 0; k < d; k++)
          for (let l = 0; l < d; l++)
            if (row(i, k) !== 0 && row(j, l) !== 0) carried[i * d + j] += row(i, k) * errors[k * d + l] * row(j, l);
    return carried;
  }
}

/** A path that a decision closed passes nothing. */
const sizeless = (partial: Derivative): number => (partial === "blocked" ? 0 : partial);

/** What float32 makes of a constant. */
const constantError = (value: number): number => (Math.fround(value) === value ? 0 : Math.abs(value) * float32.unit);

const traceOf = (matrix: Ellipsoid, d: number): number => {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += matrix[i * (d + 1)];
  return sum;
};
