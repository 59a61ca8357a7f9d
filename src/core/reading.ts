/**
 * Reading a formula: its value, its taps with their partials, its leaves, and the rounding that a float evaluation may
 * show. A forward trace keeps every intermediate value once; a reverse pass over it gives the partials.
 */
import type { Apply, Cell, Formula, Over, Shared } from "./formula";
import { partialRoundoffs, roundoffOf, type Derivative } from "./rule";
import { finished, type Work } from "./work";

/** The arithmetic that a bound is derived for. */
export interface Precision {
  /** Largest relative error of one rounding. */
  readonly unit: number;
  /** Below this size a result may be flushed to 0. */
  readonly smallest: number;
  readonly largest: number;
  /** Whether rules err as the forms of textbooks do, which PyTorch evaluates, instead of as our own WGSL. */
  readonly textbook?: boolean;
}
/** WGSL's f32: a correctly rounded result may be either neighbour, so one rounding errs by up to 2⁻²³. */
export const float32: Precision = { unit: 2 ** -23, smallest: 2 ** -126, largest: (2 - 2 ** -23) * 2 ** 127 };
/** JavaScript's numbers. */
export const float64: Precision = { unit: 2 ** -53, smallest: 2 ** -1022, largest: Number.MAX_VALUE, textbook: true };

/** What is lost of a number that the arithmetic may take for 0 because it is subnormal. */
export const flushed = (value: number, { smallest }: Precision): number =>
  Math.abs(value) < smallest ? Math.abs(value) : 0;

/** Reads the value of cell `at` of input `input`. */
export type Read = (input: number, at: number) => number;
/**
 * Reads what cell `at` of input `input` may be off by already. A bound then holds from end to end instead of for one
 * step; paths that lie so near a decision that the doubt may turn it carry the whole difference.
 */
export type Doubt = Read;

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

/** What a sum comes to after some of its terms. */
interface Sum {
  readonly args: Trace[];
  value: number;
  size: number;
  error: number;
  peak: number;
}
const noTerms = (): Sum => ({ args: [], value: 0, size: 0, error: 0, peak: 0 });

/** Terms of a long sum between two turns: some milliseconds. */
const part = 2 ** 12;

/** A long sum by parts: the taps of its parts are the taps of the whole. Anything else as it is. */
export function* partsOf(formula: Formula): Generator<Formula, void, undefined> {
  if (formula.kind !== "over" || formula.reduce !== "sum" || formula.shared || formula.n <= part) return yield formula;
  const { n, body } = formula;
  for (let from = 0; from < n; from += part)
    yield { ...formula, n: Math.min(part, n - from), body: (k) => body(from + k) };
}

class Tracer {
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
        return { formula, value, error: flushed(value, this.precision) + doubt, peak: Math.abs(value), args: [] };
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
    const own = roundoffOf(formula.rule, x, value, this.precision.textbook ?? false);
    const inherited = this.doubt
      ? wandering(formula, args, value, partials)
      : args.reduce((e, arg, i) => e + through(arg.error, partials[i]), 0);
    return {
      formula,
      value,
      error: errorOf(value, inherited + this.#rounding(own)),
      peak: Math.max(own, Math.abs(value), ...args.map((a) => a.peak)),
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
    for (let from = 0; from < formula.n; from += part) {
      this.#add(sum, formula, from, Math.min(from + part, formula.n));
      if (from + part < formula.n) yield;
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
    const { unit, smallest } = this.precision;
    const own = formula.n < 2 ? 0 : (formula.n - 1) * (size + error) * unit + formula.n * smallest;
    return { formula, value, error: errorOf(value, error + own), peak: Math.max(peak, size), args };
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
        return { formula, value, error, peak: value, args };
      }
      const error = args.reduce((most, arg) => Math.max(most, arg.error), 0);
      return { formula, value: args[win].value, error, peak: args[win].peak, args };
    }
    const index = this.trace(reduce.index);
    const inside = Number.isInteger(index.value) && index.value >= 0 && index.value < n;
    if (!inside) return { formula, value: Number.NaN, error: 0, peak: 0, args: [] };
    const chosen = this.trace(body(index.value));
    // Where another candidate may be meant, nothing can be said.
    const error = this.doubt && index.error >= 0.5 ? Infinity : chosen.error;
    return { formula, value: chosen.value, error, peak: chosen.peak, args: [chosen] };
  }
}

/** Infinities are exact: what is finite does not move them. */
const errorOf = (value: number, error: number): number => (Math.abs(value) === Infinity ? 0 : error);

/** An error times a partial; a closed path passes none. */
const through = (error: number, partial: Derivative): number =>
  error === 0 || partial === "blocked" ? 0 : error * Math.abs(partial);

/**
 * What a result may be off by when its arguments may be off by more than a rounding: each is moved by its error either
 * way, so that a kink is felt, and the partials' own change stands for what two errors do together.
 */
function wandering(formula: Apply, args: readonly Trace[], value: number, partials: readonly Derivative[]): number {
  const off = uncertainty(formula, args, partials, true);
  return args.reduce((total, { error }, i) => {
    if (error === 0) return total;
    const moves = movedBy(args, i, [error, -error]).map((x) => distance(formula.rule.value(x), value));
    const most = Math.max(through(error, partials[i]), ...moves) + error * off[i];
    return total + (Number.isNaN(most) && !Number.isNaN(value) ? Infinity : most);
  }, 0);
}

/** |a − b|; an infinity lies at no distance from itself. */
const distance = (a: number, b: number): number => (Object.is(a, b) ? 0 : Math.abs(a - b));

/** The arguments' values with one of them moved by each of some amounts. */
const movedBy = (args: readonly Trace[], j: number, amounts: readonly number[]): readonly (readonly number[])[] =>
  amounts.map((amount) => args.map((arg, i) => arg.value + (i === j ? amount : 0)));

/** The candidates that may be the largest instead of the winner, as far as their errors tell. */
function rivalsOf(args: readonly Trace[], win: number): readonly number[] {
  const least = args[win].value - args[win].error;
  return [...args.keys()].filter((k) => {
    const { value, error } = args[k];
    return k !== win && error + args[win].error > 0 && value + error >= least;
  });
}

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
/** What may arrive by a path of this slope that a decision closed, or opened, by less than the doubt. */
const perhaps = ({ scale, slack, open }: Arrived, slope: number): Arrived =>
  open ? { up: 0, scale: 0, slack: (scale + slack) * slope, open } : nothing();

/** More inputs than any op has: what keeps taps of different inputs apart. */
const mostInputs = 64;

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

class Reverse {
  readonly taps = new Map<number, { input: number; at: number; arrived: Arrived }>();
  readonly #waiting = new Map<Trace, Arrived>();
  readonly #precision: Precision;
  readonly #doubtful: boolean;
  readonly #wanted: Wanted | undefined;

  constructor(precision: Precision, doubtful: boolean, wanted?: Wanted) {
    this.#precision = precision;
    this.#doubtful = doubtful;
    this.#wanted = wanted;
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
    const shaky = uncertainty(formula, trace.args, partials, this.#doubtful);
    const { textbook = false } = this.#precision;
    const roundings = partialRoundoffs(formula.rule, x, trace.value, partials, textbook);
    this.#each(trace, (i) => this.#pass(arrived, partials[i], shaky[i], roundings[i]));
  }

  /** Visits the arguments of a trace, all of them or those that lead to a wanted cell. */
  #each(trace: Trace, passed: (i: number) => Arrived): void {
    const { args } = trace;
    if (this.#wanted) for (const i of this.#wanted.toward(trace)) this.#visit(args[i], passed(i));
    else for (let i = 0; i < args.length; i++) this.#visit(args[i], passed(i));
  }

  #over({ reduce }: Over, trace: Trace, arrived: Arrived): void {
    const decides = reduce === "largest" || (typeof reduce === "object" && "place" in reduce);
    if (!decides) return this.#each(trace, () => arrived);
    const open = reduce === "largest" ? winnerOf(trace.args.map((arg) => arg.value)) : undefined;
    const rivals = new Set(this.#doubtful && open !== undefined ? rivalsOf(trace.args, open) : []);
    this.#each(trace, (k) => this.#toCandidate(arrived, k === open, rivals, k));
  }

  /** What a candidate for the largest gets: the winner everything, which is in doubt where it has rivals. */
  #toCandidate(arrived: Arrived, wins: boolean, rivals: ReadonlySet<number>, k: number): Arrived {
    if (rivals.has(k)) return perhaps(arrived, 1);
    if (!wins) return nothing();
    return rivals.size > 0 ? { ...arrived, slack: arrived.slack + perhaps(arrived, 1).slack } : arrived;
  }

  #pass(arrived: Arrived, partial: Derivative, shaky: number, rounding: number): Arrived {
    if (!arrived.open) return nothing();
    if (partial === "blocked") return shaky > 0 ? perhaps(arrived, shaky) : nothing();
    const size = Math.abs(partial);
    return {
      up: arrived.up * partial,
      scale: arrived.scale * size,
      slack:
        rounding === Infinity
          ? Infinity
          : arrived.slack * (size + shaky) + arrived.scale * (shaky + this.#rounding(rounding)),
      open: true,
    };
  }

  /** A partial of `units` rounding, which may be so small that it is taken for 0. */
  #rounding(units: number): number {
    return units === 0 ? 0 : units * this.#precision.unit + this.#precision.smallest;
  }

  #tap({ input, at }: Cell, arrived: Arrived): void {
    const key = at * mostInputs + input;
    const known = this.taps.get(key);
    if (known) arrive(known.arrived, arrived);
    else this.taps.set(key, { input, at, arrived: { ...arrived } });
  }
}

/**
 * How far each partial may be off because the arguments carry errors of their own: found by moving each by its error. In
 * doubt they are moved either way, and a path that the move opens or closes counts with its whole slope.
 */
function uncertainty(
  { rule }: Apply,
  args: readonly Trace[],
  partials: readonly Derivative[],
  doubtful: boolean,
): number[] {
  const off = partials.map(() => 0);
  args.forEach(({ error }, j) => {
    if (!(error > 0)) return;
    const changes = movedBy(args, j, doubtful ? [error, -error] : [error]).map((moved) =>
      rule.partials(moved, rule.value(moved)).map((partial, i) => changeOf(partials[i], partial, doubtful)),
    );
    off.forEach((_, i) => (off[i] += Math.max(...changes.map((change) => change[i]))));
  });
  return off;
}

/** |after − before|; a path that opens or closes changes by its slope in doubt, and by nothing that is told otherwise. */
function changeOf(before: Derivative, after: Derivative, doubtful: boolean): number {
  if (before !== "blocked" && after !== "blocked") return distance(after, before);
  if (!doubtful || before === after) return 0;
  return Math.abs(Number(before === "blocked" ? after : before));
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
  doubt?: Doubt,
): Omit<Reading, "taps"> {
  return finished(appraising(formula, read, precision, traces, doubt));
}

/** The same in turns of some milliseconds. */
export function* appraising(
  formula: Formula,
  read: Read,
  precision: Precision,
  traces: SharedTraces,
  doubt?: Doubt,
): Work<Omit<Reading, "taps">> {
  const { value, error, peak } = yield* new Tracer(read, precision, traces, doubt).tracing(formula);
  return { value, roundoff: error, peak };
}

/** Everything that one evaluation tells, with bounds for the given arithmetic; of the taps those that are wanted. */
export function examine(
  formula: Formula,
  read: Read,
  precision = float32,
  traces = new SharedTraces(),
  doubt?: Doubt,
  wanted?: Wanted,
): Reading {
  const top = new Tracer(read, precision, traces, doubt).trace(formula);
  const reverse = new Reverse(precision, doubt !== undefined, wanted);
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
