/** A vocabulary as the user writes it: one entry per line in quotation marks, its id before it or by its place. */
import { AttributeError } from "../../core/attributes";
import { shortened, visible } from "./wording";

export interface Entry {
  readonly id: number;
  readonly text: string;
  readonly symbols: readonly number[];
}

/** More would not be legible in one column. */
const mostEntries = 24;
/** Longer ones would not fit into a line. */
export const longestEntry = 24;
/** Cells write numbers up to this in full. */
const largestId = 9999;

/** The code points of a text. */
export const symbolsOf = (text: string): readonly number[] => Array.from(text, (symbol) => symbol.codePointAt(0) ?? 0);

const refuse = (what: string, fits: string): never => {
  throw new AttributeError(`vocabulary: ${what}; ${fits} would fit`);
};

/** The entries by ascending id: of two that are equally long the smaller id comes first. Throws AttributeError. */
export function readVocabulary(written: string): readonly Entry[] {
  const lines = written.split("\n").map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const entries = lines
    .filter(({ line }) => line !== "")
    .map(({ line, number }, at) => readEntry(line, number, at + 1));
  if (entries.length === 0) refuse("it has no entry", 'a line such as "dog "');
  if (entries.length > mostEntries) refuse(`it has ${entries.length} entries`, `at most ${mostEntries}`);
  const sorted = entries.toSorted((a, b) => a.id - b.id);
  const twice = sorted.find(({ id }, at) => sorted[at + 1]?.id === id);
  if (twice) refuse(`two entries have the id ${twice.id}`, "an id of its own for each");
  return sorted;
}

/** An optional id with a colon, and a text in straight or curly quotation marks. */
const form = /^(?:(\d+)\s*:\s*)?["“”„](.*)["“”]\s*,?$/u;

function readEntry(line: string, number: number, place: number): Entry {
  const match = form.exec(line);
  if (!match) {
    const bare = line.replaceAll(/["“”„]/gu, "");
    return refuse(
      `line ${number} is ${visible(shortened(line, 24))}, an entry stands in quotation marks`,
      `${JSON.stringify(bare)} or ${place}: ${JSON.stringify(bare)}`,
    );
  }
  const text = unescaped(match[2], number);
  const symbols = symbolsOf(text);
  const id = match[1] === undefined ? place : Number(match[1]);
  if (symbols.length === 0)
    refuse(`line ${number} is an empty entry, it would match without end`, "one character or more");
  if (symbols.length > longestEntry)
    refuse(`line ${number} has ${symbols.length} characters`, `at most ${longestEntry} of them`);
  if (id > largestId) refuse(`line ${number} has the id ${id}`, `ids from 0 to ${largestId}`);
  return { id, text, symbols };
}

/** \n, \t, \" and \\ mean what they mean elsewhere; no other escape is known. */
function unescaped(text: string, number: number): string {
  const meant: Readonly<Record<string, string>> = { n: "\n", t: "\t", '"': '"', "\\": "\\" };
  return text.replaceAll(
    /\\(.?)/gu,
    (_, letter: string) => meant[letter] ?? refuse(`line ${number} has \\${letter}`, '\\n, \\t, \\" or \\\\'),
  );
}
