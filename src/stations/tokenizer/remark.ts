/** One sentence on a cell of station 10. */
import type { Tensor } from "../../core/graph";
import { isEnd } from "../../ops/symbols";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import { isUsed, momentsOf, startsOf } from "./plan";
import { counted, quoted } from "./wording";

/** What a cell stands for; undefined where there is nothing to say. */
export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const { main } = m;
  const line = m.idLines.find((each) => each.tensor === tensor);
  if (line) return tokenText(m, line.first + at);
  switch (tensor) {
    case main.text:
      return symbolText(m, at);
    case main.tokens?.decoded:
      return decodedText(tensor, at, results);
    case main.entries:
      return entrySymbolText(m, at);
    case main.table:
      return `The id of ${quoted(main.plan.entries[at].text)}.`;
    case main.lengths:
      return matchText(m, at, results);
    case main.candidates:
    case main.played.candidates:
    case main.played.last:
      return candidateText(m, tensor, at, results);
    case main.starts:
      return `Step ${at + 1} begins at place ${results.value(tensor, at) + 1}.`;
    default:
      return undefined;
  }
}

const codeText = (symbol: number): string =>
  `${quoted(String.fromCodePoint(symbol))} is U+${symbol.toString(16).toUpperCase().padStart(4, "0")}, code point ${symbol}`;

function symbolText({ main: { plan } }: Model, at: number): string {
  if (at >= plan.symbols.length) return "The text is over: −1 stands where there is no character.";
  return `${codeText(plan.symbols[at])}: place ${at + 1} of ${plan.symbols.length}.`;
}

function decodedText(tensor: Tensor, at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  const symbol = results.value(tensor, at);
  return isEnd(symbol) ? "Nothing is spelled here: −1." : `${codeText(symbol)}.`;
}

function entrySymbolText({ main: { plan, entries } }: Model, at: number): string {
  const [, width] = entries.shape;
  const entry = plan.entries[Math.floor(at / width)];
  if (!isUsed(plan, entry)) return `${quoted(entry.text)} is set aside: it is longer than ${plan.limit}.`;
  const symbol = entry.symbols[at % width];
  return symbol === undefined ? `${quoted(entry.text)} is over: −1.` : `${codeText(symbol)}.`;
}

function tokenText({ main: { plan } }: Model, at: number): string {
  const { start, entry } = plan.tokens[at];
  return `Token ${at + 1} is ${quoted(plan.entries[entry].text)}, taken off at place ${start + 1}.`;
}

function matchText({ main: { plan, lengths } }: Model, at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  const n = plan.entries.length;
  return standing(plan.entries[at % n].text, Math.floor(at / n), results.value(lengths, at));
}

function candidateText(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const { main } = m;
  if (!results.ready) return undefined;
  const n = main.plan.entries.length;
  const starts = startsOf(main.plan);
  const row = Math.floor(at / n);
  const step =
    tensor === main.played.last ? starts.length - 1 : tensor === main.candidates ? row : momentsOf(main.plan)[row];
  return standing(main.plan.entries[at % n].text, starts[step], results.value(tensor, at));
}

const standing = (text: string, place: number, length: number): string =>
  length > 0
    ? `${quoted(text)} stands at place ${place + 1}: ${counted(length, "character")}.`
    : `${quoted(text)} does not stand at place ${place + 1}: 0.`;
