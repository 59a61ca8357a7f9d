/** The recitation's sentence and vocabularies, and what its slides say of them. */

/** The sentence of part 5. */
export const sentence = "The dog that chased the dog was tired.";

const withEntry = (fourth: string): string =>
  [" ", "The ", "dog ", fourth, "that", "chased", "the", "dog.", "was", "tired", "."]
    .map((text) => JSON.stringify(text))
    .join("\n");

/** A vocabulary as it is written, for each setting: entry 4 of question 1, of question 3 as printed, and as answered. */
export const vocabularies = {
  first: withEntry("dog"),
  printed: withEntry(" dog"),
  answered: withEntry(" dog "),
  example: '"he"\n"hello"\n"llo"',
} as const;

/** A sentence with a vocabulary, and the ids that the slide gives. */
export interface Recited {
  readonly id: keyof typeof vocabularies;
  readonly prompt: string;
  readonly sentence: string;
  readonly vocabulary: string;
  readonly slide: readonly number[];
  readonly source: string;
  readonly erratum?: string;
  /** Whether the slide has both occurrences of "dog" end up with one id. */
  readonly sameDogs?: boolean;
}

const part = "Midterm review recitation, part 5";
const third = [2, 3, 5, 1, 6, 1, 7, 4, 9, 1, 10, 11];

/** Everything that the slides tokenize. */
export const recited: readonly Recited[] = [
  {
    id: "first",
    prompt: "Question 1, entry 4 is “dog”: the ids",
    sentence,
    vocabulary: vocabularies.first,
    slide: [2, 3, 5, 1, 6, 1, 7, 1, 3, 9, 1, 10, 11],
    source: `${part}, question 1`,
    sameDogs: true,
  },
  {
    id: "printed",
    prompt: "Question 3 as printed, entry 4 is “␣dog”: the ids",
    sentence,
    vocabulary: vocabularies.printed,
    slide: third,
    source: `${part}, question 3`,
    erratum:
      "The slide prints entry 4 as “␣dog” but takes “␣dog␣” off the text in its step (h). The space before “was” is then gone too early: with the entry as printed it is still there, and is a token of its own (id 1).",
    sameDogs: false,
  },
  {
    id: "answered",
    prompt: "Question 3 as answered, entry 4 is “␣dog␣”: the ids",
    sentence,
    vocabulary: vocabularies.answered,
    slide: third,
    source: `${part}, question 3`,
    sameDogs: false,
  },
  {
    id: "example",
    prompt: "The slide's example, “hello”: the ids",
    sentence: "hello",
    vocabulary: vocabularies.example,
    slide: [2],
    source: `${part}, example`,
  },
];
