/** Reads a printed equation back: the other half of the law that what is printed evaluates to the value. */
import { normalDensity, normalDistribution } from "../../src/core/normal";
import { parse as parseNumber } from "../../src/core/numeral";
import { isTraining, trainingNamed } from "./training";

type Functions = Readonly<Record<string, (...args: readonly number[]) => number>>;

/** A list of values with the place of each; the place of the largest. */
const argmax = (pairs: readonly (readonly [number, number])[]): number =>
  pairs.reduce((best, pair) => (pair[0] > best[0] ? pair : best))[1];

/** Pairs of an entry's symbol and the text's: how many there are before the entry ends, if all are the same. */
const matched = (...pairs: readonly number[]): number => {
  const entry = pairs.filter((_, i) => i % 2 === 0);
  const ends = entry.findIndex((symbol) => symbol < 0);
  const length = ends < 0 ? entry.length : ends;
  return entry.slice(0, length).every((symbol, k) => symbol === pairs[2 * k + 1]) ? length : 0;
};

/** The symbol at a place of rows that end before their first negative number; −1 where there is none. */
const joined = (place: number, columns: number, ...cells: readonly number[]): number => {
  const rows = Array.from({ length: cells.length / columns }, (_, r) => cells.slice(r * columns, (r + 1) * columns));
  const symbols = rows.flatMap((row) =>
    row.slice(
      0,
      [...row, -1].findIndex((symbol) => symbol < 0),
    ),
  );
  return symbols[place] ?? -1;
};

const functions: Functions = {
  match: matched,
  joined,
  ReLU: (x) => (x <= 0 ? 0 : x),
  LeakyReLU: (x, slope) => (x > 0 ? x : slope * x),
  threshold: (x, t, v) => (x <= t ? v : x),
  within: (x, low, high) => (x >= low && x < high ? 1 : 0),
  throughout: (x, low, high) => (x >= low && x <= high ? 1 : 0),
  max: (...xs) => Math.max(...xs),
  pick: (index, ...candidates) => candidates[index] ?? Number.NaN,
  exp: Math.exp,
  expm1: Math.expm1,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  σ: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x, beta, threshold) => (beta * x > threshold ? x : Math.log1p(Math.exp(beta * x)) / beta),
  "softplus′": (x, beta, threshold) => (beta * x > threshold ? 1 : 1 / (1 + Math.exp(-beta * x))),
  ELU: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  "ELU′": (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x)),
  Φ: normalDistribution,
  φ: normalDensity,
  pow: Math.pow,
  log: Math.log,
  "√": Math.sqrt,
};

const token = /\s*(\d+(?:\.\d+)?(?:e−?\d+)?|[+]?∞|½|²|[−+·/(),]|[^\s\d+−·/(),²½∞][^\s+−·/(),²½∞]*)/y;

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`"${text}": cannot read on from position ${at}`);
    found.push(match[1]);
  }
  return found;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #symbols: ReadonlyMap<string, number>;
  #at = 0;

  constructor(text: string, symbols: ReadonlyMap<string, number>) {
    this.#tokens = tokens(text);
    this.#symbols = symbols;
  }

  all(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) throw new Error(`unexpected ${this.#tokens[this.#at]}`);
    return value;
  }

  #take(...any: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (!any.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  #need(wanted: string): void {
    if (!this.#take(wanted)) throw new Error(`${wanted} is missing before ${this.#tokens[this.#at] ?? "the end"}`);
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take("+", "−"); sign; sign = this.#take("+", "−")) {
      const term = this.#product();
      value = sign === "+" ? value + term : value - term;
    }
    return value;
  }

  #product(): number {
    if (this.#take("−")) return -this.#product();
    let value = this.#power();
    for (let sign = this.#take("·", "/"); sign; sign = this.#take("·", "/")) {
      const factor = this.#power();
      value = sign === "·" ? value * factor : value / factor;
    }
    return value;
  }

  #power(): number {
    const base = this.#atom();
    return this.#take("²") ? base * base : base;
  }

  #atom(): number {
    if (this.#take("(")) {
      const value = this.#sum();
      this.#need(")");
      return value;
    }
    const word = this.#tokens[this.#at++];
    if (word === "½") return 0.5;
    return parseNumber(word) ?? this.#named(word);
  }

  #named(word: string): number {
    const symbol = this.#symbols.get(word);
    if (symbol !== undefined) return symbol;
    if (word === "argmax") return argmax(this.#list(() => this.#placed()));
    if (isTraining(word))
      return trainingNamed(
        word,
        this.#list(() => this.#sum()),
      );
    const call = functions[word];
    if (!call) throw new Error(`${word} is no function or symbol that the equation defines`);
    return call(...this.#list(() => this.#sum()));
  }

  /** What stands in parentheses, separated by commas. */
  #list<T>(read: () => T): readonly T[] {
    this.#need("(");
    const items = [read()];
    while (this.#take(",")) items.push(read());
    this.#need(")");
    return items;
  }

  /** "value at place". */
  #placed(): readonly [number, number] {
    const value = this.#sum();
    this.#need("at");
    return [value, this.#sum()];
  }
}

/** The value of an equation in numbers. `symbols` are the shared subformulas that it names. Throws where it cannot be read. */
export const evaluateText = (text: string, symbols: ReadonlyMap<string, number> = new Map()): number =>
  new Parser(text, symbols).all();
