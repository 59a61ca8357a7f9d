/**
 * The reverse pass: it carries partials from the top of a trace down to the cells that it read, with what each may be off by
 * and which paths a decision closed.
 */
import { sharedOf, type Cell, type Over } from "./formula";
import type { Precision } from "./precision";
import { partialRoundoffs, type Derivative } from "./rule";
import type { SharedTraces, Trace } from "./trace";
import { uncertainty } from "./uncertainty";
import type { Wanted } from "./wanted";
import { rivalsOf, winnerOf } from "./winner";

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

/** Collects the taps of a trace with their partials; with `wanted`, of those cells alone. */
export class Reverse {
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
