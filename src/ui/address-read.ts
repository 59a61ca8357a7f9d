/** Takes an address apart, one part after the other, and keeps a sentence on each part that makes no sense. */
import type { Edits, Knob, Knobs } from "../story/station";
import { parse, precise } from "../core/numeral";
import { readCell, readPin } from "./cells";
import { quote, readKnob } from "./knob";

const mostCells = 4096;
const mostProblems = 50;

export class AddressReader {
  readonly #parts: Map<string, string>;
  readonly #problems: string[] = [];

  constructor(search: string) {
    const all = [...new URLSearchParams(search)];
    this.#parts = new Map(all.toReversed());
    for (const name of twice(all.map(([part]) => part)))
      this.complain(`${quote(name)} is given more than once; the first counts.`);
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  complain(problem: string): void {
    if (this.#problems.length < mostProblems) this.#problems.push(problem);
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /** A part as it stands; it counts as read. */
  take(name: string): string | undefined {
    const text = this.#parts.get(name);
    this.#parts.delete(name);
    return text;
  }

  /** Forgets all parts but these. */
  keepOnly(names: readonly string[]): void {
    for (const name of this.#parts.keys()) if (!names.includes(name)) this.#parts.delete(name);
  }

  /** Names the parts that nothing has read. */
  refuseTheRest(): void {
    for (const name of this.#parts.keys()) this.complain(`${quote(name)} means nothing here and was left out.`);
  }

  number(name: string, least: number, most: number): number | undefined {
    const text = this.take(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value !== undefined && value >= least && value <= most) return value;
    const fits =
      most === Number.MAX_SAFE_INTEGER
        ? `a number from ${least} on`
        : `numbers from ${precise(least, 9)} to ${precise(most, 9)}`;
    this.complain(`${name}: ${quote(text)} does not fit; ${fits} would.`);
    return undefined;
  }

  oneOf<T extends string>(name: string, options: readonly T[]): T | undefined {
    const text = this.take(name);
    const option = options.find((candidate) => candidate === text);
    if (text !== undefined && !option)
      this.complain(`${name}: ${quote(text)} is no option; ${options.join(", ")} would fit.`);
    return option;
  }

  matching(name: string, pattern: RegExp): string | undefined {
    const text = this.take(name);
    if (text === undefined || pattern.test(text)) return text;
    this.complain(`${name}: ${quote(text)} makes no sense and was left out.`);
    return undefined;
  }

  pin(name: string): { tensor: string; at: number } | undefined {
    const text = this.take(name);
    const pin = text === undefined ? undefined : readPin(text);
    if (text !== undefined && !pin) this.complain(`${name}: ${quote(text)} is no cell; tensor:position would fit.`);
    return pin;
  }

  /** The knobs that are given a value that fits. */
  knobs(knobs: readonly Knob[], keyOf: (knob: Knob) => string): Knobs {
    return Object.fromEntries(
      knobs.flatMap((knob) => {
        const text = this.take(keyOf(knob));
        if (text === undefined) return [];
        const reading = readKnob(knob, text);
        if ("value" in reading) return [[knob.name, reading.value] as const];
        this.complain(`${keyOf(knob)}: ${reading.problem}.`);
        return [];
      }),
    );
  }

  /** Numbers put into cells. Whether the tensors and positions exist is for who builds the lesson to say. */
  cells(name: string): Edits {
    const text = this.take(name);
    const edits = new Map<string, Map<number, number>>();
    const pieces = text === undefined || text === "" ? [] : text.split(";");
    if (pieces.length > mostCells)
      this.complain(`${name}: only the first ${mostCells} of ${pieces.length} cells are read.`);
    for (const piece of pieces.slice(0, mostCells)) {
      const cell = readCell(piece);
      if (!cell) this.complain(`${name}: ${quote(piece)} makes no sense; tensor:position:number would.`);
      else edits.set(cell.tensor, (edits.get(cell.tensor) ?? new Map<number, number>()).set(cell.at, cell.value));
    }
    return Object.fromEntries(Array.from(edits, ([tensor, cells]) => [tensor, Object.fromEntries(cells)]));
  }
}

/** The names that stand in a list more than once. */
function twice(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    names.filter((name) => {
      const again = seen.has(name);
      seen.add(name);
      return again;
    }),
  );
}
