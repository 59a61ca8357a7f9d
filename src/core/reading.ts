/**
 * Reading a formula: its value, its taps with their partials, its leaves, and the rounding that a float evaluation may
 * show. A forward trace keeps every intermediate value once; a reverse pass over it gives the partials.
 */
import type { Apply, Cell, Formula, Over, Shared } from "./formula";
import type { Derivative } from "./rule";

/** The arithmetic that a bound is derived for. */
export interface Precision {
  /** Largest relative error of one rounding. */
  readonly unit: number;
  /** Below this size a result may be flushed to 0. */
  readonly smallest: number;
  readonly largest: number;
}
/** WGSL's f32: a correctly rounded result may be either neighbour, so one rounding errs by up to 2⁻²³. */
export const float32: Precision = { unit: 2 ** -23, smallest: 2 ** -126, largest: (2 - 2 ** -23) * 2 ** 127 };
/** JavaScript's numbers. */
export const float64: Precision = { unit: 2 ** -53, smallest: 2 ** -1022, largest: Number.MAX_VALUE };

/** What is lost of a number that the arithmetic may take for 0 because it is subnormal. */
export const flushed = (value: number, { smallest }: Precision): number =>
  Math.abs(value) < smallest ? Math.abs(value) : 0;

/** Reads the value of cell `at` of input `input`. */
export type Read = (input: number, at: number) => number;

/** One dependency of a cell: how strongly an input cell moves it. */
export interface Tap {
  readonly input: number;
  readonly at: number;
  /** ∂cell/∂input[at]; 0 where a decision closed the path. */
  readonly partial: number;
  /** The partial's size before its terms cancelled: what its rounding error is proportional to. */
  readonly scale: number;
  /** Absolute bound on the error of the partial in float arithmetic. */
  readonly slack: number;
  /** Whether every path was closed by a decision (z < 0, not the largest, not picked): nothing passes, not even NaN. */
  readonly blocked: boolean;
}

/** What one evaluation of a formula tells. */
export interface Reading {
  readonly value: number;
  /** Every input cell that it depends on, once each. */
  readonly taps: readonly Tap[];
  /** First-order bound on the error of a float evaluation from the same inputs. */
  readonly roundoff: number;
  /** The largest size that an intermediate may reach: beyond the arithmetic's range, ∞ is an honest answer. */
  readonly peak: number;
}

/** An evaluated formula: one of these per node. */
interface Trace {
  readonly formula: Formula;
  readonly value: number;
  readonly error: number;
  readonly peak: number;
  readonly args: readonly Trace[];
}

/** Subformulas that cells of one step share, evaluated once. Make a new one for each step and each set of values. */
export class SharedTraces {
  readonly #known = new Map<string, Trace>();
  readonly #order = new Map<Trace, number>();

  get(key: string): Trace | undefined {
    return this.#known.get(key);
  }
  set(key: string, trace: Trace): void {
    this.#known.set(key, trace);
    this.#order.set(trace, this.#order.size);
  }
  /** Of some shared traces the one that was finished last: no other of them can be a part of it that still has to hear. */
  last(some: Iterable<Trace>): Trace | undefined {
    let found: Trace | undefined;
    for (const trace of some) if (!found || this.#at(trace) > this.#at(found)) found = trace;
    return found;
  }

  #at(trace: Trace): number {
    return this.#order.get(trace) ?? -1;
  }
}

const sharedOf = (formula: Formula): Shared | undefined =>
  formula.kind === "apply" || formula.kind === "over" ? formula.shared : undefined;

/** The position of the largest: of equals the first; NaN wins, of several the last. So PyTorch's pooling has it. */
export function winnerOf(values: readonly number[]): number {
  let win = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[win] || Number.isNaN(values[i])) win = i;
  return win;
}

class Tracer {
  readonly read: Read;
  readonly precision: Precision;
  readonly traces: SharedTraces;

  constructor(read: Read, precision: Precision, traces: SharedTraces) {
    this.read = read;
    this.precision = precision;
    this.traces = traces;
  }

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
        return { formula, value, error: flushed(value, this.precision), peak: Math.abs(value), args: [] };
      }
      case "constant": {
        const { value } = formula;
        const exact = this.precision.unit < 2 ** -50 || Math.fround(value) === value;
        return {
          formula,
          value,
          error: exact ? 0 : Math.abs(value) * this.precision.unit,
          peak: Math.abs(value),
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
    const own = formula.rule.roundoff(x, value);
    const inherited = args.reduce((e, arg, i) => e + through(arg.error, partials[i]), 0);
    return {
      formula,
      value,
      error: inherited + this.#rounding(own),
      peak: Math.max(own, Math.abs(value), ...args.map((a) => a.peak)),
      args,
    };
  }

  /** A rounding of `own` units; a result that is exact by the rule stays exact. */
  #rounding(own: number): number {
    return own === 0 ? 0 : own * this.precision.unit + this.precision.smallest;
  }

  #over(formula: Over): Trace {
    const { n, body, reduce } = formula;
    if (reduce === "sum") {
      const args: Trace[] = [];
      let value = 0;
      let size = 0;
      let error = 0;
      let peak = 0;
      for (let k = 0; k < n; k++) {
        const arg = this.trace(body(k));
        args.push(arg);
        value += arg.value;
        size += Math.abs(arg.value);
        error += arg.error;
        peak = Math.max(peak, arg.peak);
      }
      const own = n < 2 ? 0 : (n - 1) * size * this.precision.unit + n * this.precision.smallest;
      return { formula, value, error: error + own, peak: Math.max(peak, size), args };
    }
    if (reduce === "largest" || "place" in reduce) {
      const args = Array.from({ length: n }, (_, k) => this.trace(body(k)));
      const win = winnerOf(args.map((arg) => arg.value));
      if (reduce !== "largest") return { formula, value: reduce.place(win), error: 0, peak: reduce.place(win), args };
      const error = args.reduce((most, arg) => Math.max(most, arg.error), 0);
      return { formula, value: args[win].value, error, peak: args[win].peak, args };
    }
    const index = this.trace(reduce.index);
    const inside = Number.isInteger(index.value) && index.value >= 0 && index.value < n;
    if (!inside) return { formula, value: Number.NaN, error: 0, peak: 0, args: [] };
    const chosen = this.trace(body(index.value));
    return { formula, value: chosen.value, error: chosen.error, peak: chosen.peak, args: [chosen] };
  }
}

/** An error times a partial; a closed path passes none. */
const through = (error: number, partial: Derivative): number =>
  error === 0 || partial === "blocked" ? 0 : error * Math.abs(partial);

/** What has reached a node on the way back. */
interface Arrived {
  up: number;
  scale: number;
  slack: number;
  open: boolean;
}

/** Adds what arrives by one path; a closed path leaves the rest untouched. */
function arrive(at: Arrived, more: Arrived): void {
  if (!more.open) return;
  at.up += more.up;
  at.scale += more.scale;
  at.slack += more.slack;
  at.open = true;
}
const nothing = (): Arrived => ({ up: 0, scale: 0, slack: 0, open: false });

/** More inputs than any op has: what keeps taps of different inputs apart. */
const mostInputs = 64;

class Reverse {
  readonly taps = new Map<number, { input: number; at: number; arrived: Arrived }>();
  readonly #waiting = new Map<Trace, Arrived>();
  readonly #precision: Precision;

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  /** Distributes over the whole trace; a shared subformula waits until all that reads it has spoken. */
  run(top: Trace, traces: SharedTraces): void {
    this.#visit(top, { up: 1, scale: 1, slack: 0, open: true });
    for (let next = traces.last(this.#waiting.keys()); next; next = traces.last(this.#waiting.keys())) {
      const arrived = this.#waiting.get(next) ?? nothing();
      this.#waiting.delete(next);
      this.#inside(next, arrived);
    }
  }

  #visit(trace: Trace, arrived: Arrived): void {
    if (sharedOf(trace.formula)) {
      const waiting = this.#waiting.get(trace) ?? nothing();
      arrive(waiting, arrived);
      this.#waiting.set(trace, waiting);
      return;
    }
    this.#inside(trace, arrived);
  }

  #inside(trace: Trace, arrived: Arrived): void {
    const { formula } = trace;
    if (formula.kind === "constant") return;
    if (formula.kind === "cell") return this.#tap(formula, arrived);
    if (formula.kind === "over") return this.#over(formula, trace, arrived);
    const x = trace.args.map((arg) => arg.value);
    const partials = formula.rule.partials(x, trace.value);
    const shaky = uncertainty(formula, trace, partials);
    trace.args.forEach((arg, i) =>
      this.#visit(arg, this.#pass(arrived, partials[i], shaky[i], formula.rule.partialRoundoff)),
    );
  }

  #over({ reduce }: Over, trace: Trace, arrived: Arrived): void {
    const decides = reduce === "largest" || (typeof reduce === "object" && "place" in reduce);
    const open = reduce === "largest" ? winnerOf(trace.args.map((arg) => arg.value)) : undefined;
    trace.args.forEach((arg, k) => this.#visit(arg, !decides || k === open ? arrived : nothing()));
  }

  #pass(arrived: Arrived, partial: Derivative, shaky: number, rounding: number): Arrived {
    if (partial === "blocked" || !arrived.open) return nothing();
    const size = Math.abs(partial);
    return {
      up: arrived.up * partial,
      scale: arrived.scale * size,
      slack: arrived.slack * size + arrived.scale * (shaky + rounding * size * this.#precision.unit),
      open: true,
    };
  }

  #tap({ input, at }: Cell, arrived: Arrived): void {
    const key = at * mostInputs + input;
    const known = this.taps.get(key);
    if (known) arrive(known.arrived, arrived);
    else this.taps.set(key, { input, at, arrived: { ...arrived } });
  }
}

/** How far each partial may be off because the arguments carry rounding of their own: found by moving each by its error. */
function uncertainty(formula: Apply, trace: Trace, partials: readonly Derivative[]): number[] {
  const off = partials.map(() => 0);
  trace.args.forEach((arg, j) => {
    if (!(arg.error > 0)) return;
    const moved = trace.args.map((other, i) => other.value + (i === j ? arg.error : 0));
    formula.rule.partials(moved, formula.rule.value(moved)).forEach((partial, i) => {
      const before = partials[i];
      if (partial !== "blocked" && before !== "blocked") off[i] += Math.abs(partial - before);
    });
  });
  return off;
}

/** The value alone, in float64. */
export const evaluate = (formula: Formula, read: Read, traces = new SharedTraces()): number =>
  new Tracer(read, float64, traces).trace(formula).value;

/** Value, bound and peak without the taps. */
export function appraise(
  formula: Formula,
  read: Read,
  precision: Precision,
  traces = new SharedTraces(),
): Omit<Reading, "taps"> {
  const { value, error, peak } = new Tracer(read, precision, traces).trace(formula);
  return { value, roundoff: error, peak };
}

/** Everything that one evaluation tells, with bounds for the given arithmetic. */
export function examine(formula: Formula, read: Read, precision = float32, traces = new SharedTraces()): Reading {
  const top = new Tracer(read, precision, traces).trace(formula);
  const reverse = new Reverse(precision);
  reverse.run(top, traces);
  const taps = Array.from(reverse.taps.values(), ({ input, at, arrived }) => ({
    input,
    at,
    partial: arrived.up,
    scale: arrived.scale,
    slack: arrived.slack,
    blocked: !arrived.open,
  }));
  return { value: top.value, taps, roundoff: top.error, peak: top.peak };
}

/** Visits every cell that the formula may read for some values: its structure. A cell may be visited more than once. */
export function leaves(formula: Formula, visit: (input: number, at: number) => void): void {
  switch (formula.kind) {
    case "constant":
      return;
    case "cell":
      return visit(formula.input, formula.at);
    case "apply":
      for (const arg of formula.args) leaves(arg, visit);
      return;
    case "over":
      if (typeof formula.reduce === "object" && "index" in formula.reduce) leaves(formula.reduce.index, visit);
      for (let k = 0; k < formula.n; k++) leaves(formula.body(k), visit);
  }
}
