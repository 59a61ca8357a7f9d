/**
 * An evaluated formula: a value, what it may be off by, and how large it may have been on the way, once per node. What the
 * cells of a step share is kept, so that it is evaluated once.
 */
import type { Formula } from "./formula";

/** Reads the value of cell `at` of input `input`. */
export type Read = (input: number, at: number) => number;
/**
 * Reads what cell `at` of input `input` may be off by already. A bound then holds from end to end instead of for one
 * step; paths that lie so near a decision that the doubt may turn it carry the whole difference.
 */
export type Doubt = Read;

/** An evaluated formula: one of these per node. */
export interface Trace {
  readonly formula: Formula;
  readonly value: number;
  readonly error: number;
  readonly peak: number;
  /** What the arithmetic may have in place of the value, where that or something in it is beyond its range. */
  readonly infinities: readonly number[];
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
