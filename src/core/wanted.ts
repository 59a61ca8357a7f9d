/** Pruning: where partials by some cells alone are asked for, what cannot lead to one of them is left out. */
import { sharedOf, type Formula } from "./formula";
import type { Trace } from "./trace";

/** Cells whose taps are asked for; a reverse pass then follows no path that cannot lead to one. */
export class Wanted {
  readonly has: (input: number, at: number) => boolean;
  readonly #toward = new WeakMap<Trace, readonly number[]>();
  readonly #known = new Map<string, boolean>();

  constructor(has: (input: number, at: number) => boolean) {
    this.has = has;
  }

  /** Whether a formula may read such a cell; what subformulas that are shared answer is remembered. */
  in(formula: Formula): boolean {
    const key = sharedOf(formula)?.key;
    if (key === undefined) return this.#inside(formula);
    const known = this.#known.get(key) ?? this.#inside(formula);
    this.#known.set(key, known);
    return known;
  }

  #inside(formula: Formula): boolean {
    if (formula.kind === "constant") return false;
    if (formula.kind === "cell") return this.has(formula.input, formula.at);
    if (formula.kind === "apply") return formula.args.some((arg) => this.in(arg));
    if (typeof formula.reduce === "object" && "index" in formula.reduce && this.in(formula.reduce.index)) return true;
    for (let k = 0; k < formula.n; k++) if (this.in(formula.body(k))) return true;
    return false;
  }

  /** The arguments of a trace that lead to such a cell. */
  toward(trace: Trace): readonly number[] {
    const known = this.#toward.get(trace);
    if (known) return known;
    const found = [...trace.args.keys()].filter((i) => this.#leads(trace.args[i]));
    this.#toward.set(trace, found);
    return found;
  }

  #leads(trace: Trace): boolean {
    const { formula } = trace;
    return formula.kind === "cell" ? this.has(formula.input, formula.at) : this.toward(trace).length > 0;
  }
}

/**
 * A formula with those terms of its outermost sum alone that may read a wanted cell: its partials by wanted cells are the
 * same, at a fraction of the work. Undefined where it reads none.
 */
export function bearing(formula: Formula, wanted: Wanted): Formula | undefined {
  if (formula.kind === "over" && formula.reduce === "sum" && !formula.shared) {
    const { n, body } = formula;
    const terms = Array.from({ length: n }, (_, k) => k).filter((k) => wanted.in(body(k)));
    return terms.length > 0 ? { ...formula, n: terms.length, body: (k) => body(terms[k]) } : undefined;
  }
  return wanted.in(formula) ? formula : undefined;
}
