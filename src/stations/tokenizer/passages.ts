/** What station 10 tells beside the picture. */
import type { Passage, Preset } from "../../story/station";
import { claims } from "./claims";
import { usualLimit, type Model } from "./model";
import { isUsed } from "./plan";
import { sentence, vocabularies } from "./recitation";
import { counted, quoted } from "./wording";

export function passages(m: Model): readonly Passage[] {
  const known = new Set(claims(m).map(({ id }) => id));
  const told = (...ids: readonly string[]): Passage => ({ kind: "claims", ids: ids.filter((id) => known.has(id)) });
  return [
    ...stopNote(m),
    {
      kind: "text",
      text: "A network reads numbers, not letters. A tokenizer cuts the text into pieces that stand in a fixed vocabulary and hands on their ids.",
    },
    {
      kind: "text",
      text: "This one is greedy. Wherever it stands, it takes the longest entry that matches, writes down its id, and goes on behind it. It never looks back and never asks whether another cut would be better.",
    },
    told("ids", "count", "choice", "twice"),
    { kind: "presets", title: "Three vocabularies, and other texts", presets },
    {
      kind: "text",
      text: "One space in one entry moves everything behind it. With “␣dog␣” the second dog takes the spaces on both sides along, and it is another token than the first.",
    },
    told("ids-printed", "ids-answered", "ids-example"),
    {
      kind: "note",
      title: "This is WordPiece's rule, not BPE's",
      text: "The recitation calls it BPE. Byte-pair encoding starts from single characters and merges neighbours in the order in which it learned the merges; taking the longest match from the front is what WordPiece does inside each word. The two can cut one text differently.",
    },
    {
      kind: "text",
      text: "Characters are counted as Unicode code points, so any script works; an emoji may be several of them. Looked up again and joined, the ids must give the text back:",
    },
    told("spelled"),
    {
      kind: "try",
      text: "Take the entry “that” out of the vocabulary and see where the scan stops, then add single letters until it gets through: that is why real vocabularies contain them all.",
    },
  ];
}

/** In words, where the scan gave up. */
function stopNote({ main: { plan } }: Model): Passage[] {
  if (plan.stop === undefined) return [];
  const symbol = String.fromCodePoint(plan.symbols[plan.stop]);
  return [
    {
      kind: "note",
      title: `The scan stops at place ${plan.stop + 1}`,
      text: `No entry${plan.entries.some((entry) => !isUsed(plan, entry)) ? ` of at most ${counted(plan.limit, "character")}` : ""} matches at ${quoted(symbol)}, character ${plan.stop + 1} of ${plan.symbols.length}. ${tokensText(plan.tokens.length)} An entry ${quoted(symbol)} would carry it on.`,
    },
  ];
}

const tokensText = (n: number): string =>
  n === 0 ? "There is no token yet." : `The ${counted(n, "token")} before it ${n === 1 ? "stays" : "stay"}.`;

const setting = (text: string, vocabulary: string): Preset["knobs"] => ({
  sentence: text,
  vocabulary,
  longest: usualLimit,
});

const presets: readonly Preset[] = [
  {
    id: "first",
    label: "Entry 4 is “dog”",
    outcome: "Question 1: 13 tokens, both dogs are id 3",
    knobs: setting(sentence, vocabularies.first),
    recited: true,
  },
  {
    id: "printed",
    label: "Entry 4 is “␣dog”",
    outcome: "Question 3 as printed: 13 tokens, the second dog is id 4 and leaves its space behind",
    knobs: setting(sentence, vocabularies.printed),
  },
  {
    id: "answered",
    label: "Entry 4 is “␣dog␣”",
    outcome: "Question 3 as answered: 12 tokens",
    knobs: setting(sentence, vocabularies.answered),
  },
  {
    id: "example",
    label: "hello",
    outcome: "The slide's example: one token, not two",
    knobs: setting("hello", vocabularies.example),
  },
  {
    id: "regret",
    label: "Greedy and sorry",
    outcome: "“un” + “able” would do, but “una” is longer, and then nothing matches",
    knobs: setting("unable", '"un"\n"una"\n"able"'),
  },
  {
    id: "scripts",
    label: "Other scripts",
    outcome: "Code points, whatever the script",
    knobs: setting("Γειά σου, 犬も🐶も走る!", '"Γειά"\n" σου"\n","\n" "\n"犬"\n"も"\n"🐶"\n"🐶も"\n"走る"\n"!"'),
  },
];
