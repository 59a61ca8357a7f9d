/** Other sentences and vocabularies for the same questions; every sentence can be cut to its end. */
import { uniform } from "../../core/random";
import { drawKnobs } from "../../story/practice";
import type { Practice } from "../../story/station";
import { usualLimit } from "./model";

const parts = {
  article: ["the", "a", "one"],
  first: ["cat", "dog", "owl"],
  verb: ["saw", "fed", "met"],
  other: ["cat", "dog", "owl"],
  end: [".", "!"],
};
const words = [...new Set(Object.values(parts).flat())];

/** A sentence of words that the vocabulary holds, with and without the spaces around them. */
export function practice(seed: number): Practice {
  const drawn = drawKnobs(seed, parts);
  const sentence = `${drawn["article"]} ${drawn["first"]} ${drawn["verb"]} ${drawn["article"]} ${drawn["other"]}${drawn["end"]}`;
  const next = uniform(seed + 1);
  const used = words.filter((word) => sentence.includes(word));
  const spaced = used.map((word) => (next() < 0.4 ? ` ${word}` : next() < 0.5 ? `${word} ` : ""));
  const entries = [...new Set([" ", ...used, ...spaced.filter((entry) => entry !== "" && !/[.!]/.test(entry))])];
  const shuffled = entries.map((entry) => ({ entry, order: next() })).toSorted((a, b) => a.order - b.order);
  const vocabulary = shuffled.map(({ entry }) => JSON.stringify(entry)).join("\n");
  return { knobs: { sentence, vocabulary, longest: usualLimit } };
}
