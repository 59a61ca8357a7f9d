/** The recitation's sentence, cut into tokens by each of its vocabularies. */

/** What stands as entry 4 of the vocabulary, in words. */
export type Vocabulary = "plain" | "before" | "around";

/** The texts of a vocabulary; the place of a text is its id, and no text has the id 0. */
const entries = (fourth: string): readonly string[] => [
  "",
  " ",
  "The ",
  "dog ",
  fourth,
  "that",
  "chased",
  "the",
  "dog.",
  "was",
  "tired",
  ".",
];

const opening = ["The ", "dog ", "that", " ", "chased", " ", "the"] as const;
const ending = ["was", " ", "tired", "."] as const;

/** How each vocabulary cuts what stands between "the" and "was". */
const vocabularies = {
  plain: { fourth: "dog", middle: [" ", "dog "] },
  before: { fourth: " dog", middle: [" dog", " "] },
  around: { fourth: " dog ", middle: [" dog "] },
} as const satisfies Record<Vocabulary, { readonly fourth: string; readonly middle: readonly string[] }>;

/** A sentence as tokens. */
export interface Sentence {
  /** The text of every id. */
  readonly texts: readonly string[];
  /** One id per token. */
  readonly ids: readonly number[];
  /** Where the two dogs stand. */
  readonly dogs: readonly [number, number];
}

/** The sentence under a vocabulary. */
export function sentenceOf(vocabulary: Vocabulary): Sentence {
  const { fourth, middle } = vocabularies[vocabulary];
  const texts = entries(fourth);
  const tokens = [...opening, ...middle, ...ending];
  const [first, second] = tokens.flatMap((token, at) => (token.includes("dog") ? [at] : []));
  return { texts, ids: tokens.map((token) => texts.indexOf(token)), dogs: [first, second] };
}

/** A token with its spaces made visible. */
export const visible = (text: string): string => text.replaceAll(" ", "␣");
