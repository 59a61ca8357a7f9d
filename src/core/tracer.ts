/**
 * The forward pass: it evaluates a formula and keeps every intermediate value once, with a bound on what a float evaluation
 * may be off by.
 */
import { sharedOf, type Apply, type Formula, type Over } from "./formula";
import { infinitiesOf, none, overflow, together } from "./overflow";
import { longestPart } from "./parts";
import { flushed, type Precision } from "./precision";
import { roundoffOf } from "./rule";
import type { Doubt, Read, SharedTraces, Trace } from "./trace";
import { through, wandering } from "./uncertainty";
import { rivalsOf, winnerOf } from "./winner";
import type { Work } from "./work";

/** What a sum comes to after some of its terms. */
interface Sum {
  readonly args: Trace[];
  value: number;
  size: number;
  error: number;
  peak: number;
}
const noTerms = (): Sum => ({ args: [], value: 0, size: 0, error: 0, peak: 0 });

/** Evaluates formulas from the values that `read` gives, with the rounding and the doubt that gather on the way. */
export class Tracer {
  readonly read: Read;
  readonly precision: Precision;
  readonly traces: SharedTraces;
  readonly doubt: Doubt | undefined;

  constructor(read: Read, precision: Precision, traces: SharedTraces, doubt?: Doubt) {
    this.read = read;
    this.precision = precision;
    this.traces = traces;
    this.doubt = doubt;
  }

  /** Evaluates a formula; what is shared and known already is not evaluated again. */
  trace(formula: Formula): Trace {
    const key = sharedOf(formula)?.key;
    const known = key === undefined ? undefined : this.traces.get(key);
    if (known) return known;
    const made = this.#make(formula);
    if (key !== undefined) this.traces.set(key, made);
    return made;
  }

  #make(formula: Formula): Trace {
    switch (formula.kind) {
      case "cell": {
        const value = this.read(formula.input, formula.at);
        const doubt = this.doubt?.(formula.input, formula.at) ?? 0;
        const error = flushed(value, this.precision) + doubt;
        return { formula, value, error, peak: Math.abs(value), infinities: none, args: [] };
      }
      case "constant": {
        const { value } = formula;
        const exact = this.precision.unit < 2 ** -50 || Math.fround(value) === value;
        return {
          formula,
          value,
          error: exact ? 0 : Math.abs(value) * this.precision.unit,
          peak: Math.abs(value),
          infinities: none,
          args: [],
        };
      }
      case "apply":
        return this.#apply(formula);
      case "over":
        return this.#over(formula);
    }
  }

  #apply(formula: Apply): Trace {
    const args = formula.args.map((arg) => this.trace(arg));
    const x = args.map((arg) => arg.value);
    const value = formula.rule.value(x);
    const partials = formula.rule.partials(x, value);
    const own = roundoffOf(formula.rule, x, value, this.precision.textbook ?? false);
    const inherited = this.doubt
      ? wandering(formula, args, value, partials)
      : args.reduce((e, arg, i) => e + through(arg.error, partials[i]), 0);
    const size = Math.max(own, Math.abs(value));
    const { off, infinities } = overflow(formula.rule, args, value, infinitiesOf(value, size, this.precision.largest));
    return {
      formula,
      value,
      error: errorOf(value, inherited + off + this.#rounding(own)),
      peak: Math.max(size, ...args.map((a) => a.peak)),
      infinities,
      args,
    };
  }

  /** A rounding of `own` units; a result that is exact by the rule stays exact. */
  #rounding(own: number): number {
    return own === 0 ? 0 : own * this.precision.unit + this.precision.smallest;
  }

  /** The same in turns: a long sum is laid down after every so many terms. */
  *tracing(formula: Formula): Work<Trace> {
    if (formula.kind !== "over" || formula.reduce !== "sum" || formula.shared) return this.trace(formula);
    const sum = noTerms();
    for (let from = 0; from < formula.n; from += longestPart) {
      this.#add(sum, formula, from, Math.min(from + longestPart, formula.n));
      if (from + longestPart < formula.n) yield;
    }
    return this.#summed(formula, sum);
  }

  #add(sum: Sum, { body }: Over, from: number, until: number): void {
    let { value, size, error, peak } = sum;
    for (let k = from; k < until; k++) {
      const arg = this.trace(body(k));
      sum.args.push(arg);
      value += arg.value;
      size += Math.abs(arg.value);
      error += arg.error;
      if (!(arg.peak <= peak)) peak = Math.max(peak, arg.peak);
    }
    Object.assign(sum, { value, size, error, peak });
  }

  #summed(formula: Over, { args, value, size, error, peak }: Sum): Trace {
    const { unit, smallest, largest } = this.precision;
    const own = formula.n < 2 ? 0 : (formula.n - 1) * (size + error) * unit + formula.n * smallest;
    const infinities = size > largest ? infinitiesOf(value, size, largest) : together(args);
    return { formula, value, error: errorOf(value, error + own), peak: Math.max(peak, size), infinities, args };
  }

  #over(formula: Over): Trace {
    const { n, body, reduce } = formula;
    if (reduce === "sum") {
      const sum = noTerms();
      this.#add(sum, formula, 0, n);
      return this.#summed(formula, sum);
    }
    if (reduce === "largest" || "place" in reduce) {
      const args = Array.from({ length: n }, (_, k) => this.trace(body(k)));
      const win = winnerOf(args.map((arg) => arg.value));
      if (reduce !== "largest") {
        const value = reduce.place(win);
        const rivals = this.doubt ? rivalsOf(args, win) : [];
        const error = rivals.reduce((most, k) => Math.max(most, Math.abs(reduce.place(k) - value)), 0);
        return { formula, value, error, peak: value, infinities: none, args };
      }
      const error = args.reduce((most, arg) => Math.max(most, arg.error), 0);
      const { value, peak } = args[win];
      return { formula, value, error, peak, infinities: together(args), args };
    }
    const index = this.trace(reduce.index);
    const inside = Number.isInteger(index.value) && index.value >= 0 && index.value < n;
    if (!inside) return { formula, value: Number.NaN, error: 0, peak: 0, infinities: none, args: [] };
    const chosen = this.trace(body(index.value));
    // Where another candidate may be meant, nothing can be said.
    const error = this.doubt && index.error >= 0.5 ? Infinity : chosen.error;
    const { value, peak, infinities } = chosen;
    return { formula, value, error, peak, infinities, args: [chosen] };
  }
}

/** Infinities are exact: what is finite does not move them. */
const errorOf = (value: number, error: number): number => (Math.abs(value) === Infinity ? 0 : error);
