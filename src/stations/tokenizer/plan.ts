/** How a text falls into tokens: what the shapes and the places of the picture follow from. The numbers come from the kernels. */
import { AttributeError } from "../../core/attributes";
import { readVocabulary, symbolsOf, type Entry } from "./vocabulary";

export interface Token {
  /** Places of the text, from 0. */
  readonly start: number;
  readonly length: number;
  /** Which entry, by its row. */
  readonly entry: number;
}

export interface Plan {
  readonly text: string;
  readonly symbols: readonly number[];
  readonly entries: readonly Entry[];
  /** The length up to which entries take part. */
  readonly limit: number;
  readonly tokens: readonly Token[];
  /** The place at which nothing matches; undefined where the text is used up. */
  readonly stop?: number;
}

/** What the student has written and set. */
export interface Setting {
  readonly sentence: string;
  readonly vocabulary: string;
  /** Entries that are longer are set aside. */
  readonly limit: number;
}

/** Whether an entry takes part. */
export const isUsed = ({ limit }: Pick<Plan, "limit">, { symbols }: Entry): boolean => symbols.length <= limit;

/** Whether an entry takes part and stands at a place of the text. */
export const standsAt = ({ symbols, limit }: Pick<Plan, "symbols" | "limit">, entry: Entry, place: number): boolean =>
  isUsed({ limit }, entry) && entry.symbols.every((symbol, k) => symbol === symbols[place + k]);

/** The scan, from the first code point on. Throws AttributeError. */
export function planned({ sentence, vocabulary, limit }: Setting): Plan {
  const symbols = symbolsOf(sentence);
  if (symbols.length === 0) throw new AttributeError("sentence: it is empty; one character or more would fit");
  const entries = readVocabulary(vocabulary);
  const known = { text: sentence, symbols, entries, limit };
  const tokens: Token[] = [];
  let start = 0;
  while (start < symbols.length) {
    const token = longestAt(known, start);
    if (!token) return { ...known, tokens, stop: start };
    tokens.push(token);
    start += token.length;
  }
  return { ...known, tokens };
}

/** The longest entry at a place, of equals the first. */
function longestAt(known: Pick<Plan, "symbols" | "entries" | "limit">, start: number): Token | undefined {
  const length = (row: number): number => known.entries[row].symbols.length;
  const standing = [...known.entries.keys()].filter((row) => standsAt(known, known.entries[row], start));
  if (standing.length === 0) return undefined;
  const entry = standing.reduce((best, row) => (length(row) > length(best) ? row : best));
  return { start, length: length(entry), entry };
}

/** The text of some code points. */
export const spelled = (symbols: readonly number[]): string => symbols.map((s) => String.fromCodePoint(s)).join("");

/** Where each step of the scan begins: every token, then the place at which nothing matches. */
export const startsOf = ({ tokens, stop }: Plan): readonly number[] => [
  ...tokens.map(({ start }) => start),
  ...(stop === undefined ? [] : [stop]),
];

/** The step of each moment: a token is looked for in one, and taken in the next; where nothing is found, nothing is taken. */
export const momentsOf = ({ tokens, stop }: Plan): readonly number[] => [
  ...tokens.flatMap((_, step) => [step, step]),
  ...(stop === undefined ? [] : [tokens.length]),
];
