/** Which entries of a vocabulary stand at each place of a text, and how long the longest of them is. */
import { only } from "../core/attributes";
import { apply, constant, largestOver, type Formula } from "../core/formula";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import { called, type Rule } from "../core/rule";
import { checkShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/longest_match.wgsl?raw";
import { width } from "./reduction";
import { isEnd, nothing } from "./symbols";

const where = "longest_match";

const forward: Kernel = {
  shader: { file: "longest_match.wgsl", code },
  entry: "forward",
  binds: [{ input: "text" }, { input: "entries" }, { output: "lengths" }, { output: "longest" }],
  block: ({ inputs }) => [...inputs["text"], ...inputs["entries"]],
  workgroups: ({ inputs }) => linearGrid(size(inputs["text"]), width),
};

/** Of an entry's symbols and the text's in turn: the number of symbols up to the end, where all of them are the same. */
function matchLength(pairs: readonly number[]): number {
  for (let k = 0; 2 * k < pairs.length; k++) {
    if (isEnd(pairs[2 * k])) return k;
    if (!Object.is(pairs[2 * k], pairs[2 * k + 1])) return 0;
  }
  return pairs.length / 2;
}

const matchRule: Rule = {
  name: "match",
  value: matchLength,
  partials: (pairs) => pairs.map(() => "blocked"),
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called("match", "\\mathrm{match}", args),
  writePartial: () => undefined,
  kink: (pairs, nearby) =>
    pairs.some((symbol, i) => Math.abs(symbol) <= nearby || (i % 2 === 1 && Math.abs(symbol - pairs[i - 1]) <= nearby)),
};

/** How much of the text from a place on an entry covers: its length, or 0. */
function match(text: Operand, entries: Operand, at: number, entry: number): Formula {
  const pairs = Array.from({ length: entries.shape[1] }, (_, k) => [
    entries.cell([entry, k]),
    at + k < text.shape[0] ? text.cell([at + k]) : constant(nothing),
  ]);
  return apply(matchRule, ...pairs.flat());
}

/**
 * Symbols are numbers without a minus sign: code points. An entry that is shorter than the longest is filled up with
 * negative numbers. Lengths are places of the text × entries.
 */
export const longestMatch = defineOp({
  name: where,
  source: "https://arxiv.org/abs/2012.15524",
  inputs: [
    { name: "text", differentiable: false, symbols: 2 },
    { name: "entries", differentiable: false, symbols: 2 },
  ],
  scalars: [],
  outputs: [
    { name: "lengths", differentiable: false },
    { name: "longest", type: "index" },
  ],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape({ text, entries }) {
    checkShape(`${where}: text`, text);
    checkShape(`${where}: entries`, entries);
    if (text.length !== 1) throw new ShapeError(`${where}: text is ${shapeText(text)}; a row of symbols would fit`);
    if (entries.length !== 2)
      throw new ShapeError(`${where}: entries is ${shapeText(entries)}; entries × symbols would fit`);
    return { lengths: [text[0], entries[0]], longest: text };
  },
  formula(output, index, { text, entries }) {
    if (output === "lengths") return match(text, entries, index[0], index[1]);
    return largestOver(entries.shape[0], (entry) => match(text, entries, index[0], entry), "v");
  },
  kernels: { forward: [forward], gradient: {} },
  cases: [
    { shapes: { text: [7], entries: [4, 2] } },
    { shapes: { text: [1], entries: [1, 1] } },
    { shapes: { text: [2], entries: [3, 5] } },
    { shapes: { text: [131], entries: [12, 3] } },
  ],
});
