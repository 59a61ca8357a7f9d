/** Station 10, part 5: a sentence is cut into tokens by the longest entry that matches. */
import { slider } from "../../story/knob";
import type { Feed, Knobs, Lesson, Shown, Station } from "../../story/station";
import { claims } from "./claims";
import { entry } from "./entry";
import { model, usualLimit, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import { practice } from "./practice";
import { sentence, vocabularies } from "./recitation";
import { remark } from "./remark";
import { fed } from "./scan";
import { longestEntry } from "./vocabulary";

const built = new WeakMap<Lesson, Model>();

function build(knobs: Knobs): Lesson {
  const m = model({
    sentence: String(knobs["sentence"]),
    vocabulary: String(knobs["vocabulary"]),
    limit: Number(knobs["longest"]),
  });
  const { main } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [],
    shown: () => shown(m),
    groups: { values: [main.lengths], gradients: [] },
    opens: m.scanning,
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

/** What the tables list. */
function shown({ main, idLines }: Model): readonly Shown[] {
  const { text, entries, table, lengths, starts, candidates, tokens } = main;
  const lines = idLines.map(({ tensor }) => tensor);
  return [text, entries, table, lengths, starts, candidates, ...lines, ...(tokens ? [tokens.decoded] : [])].map(
    (tensor) => ({ tensor }),
  );
}

function feed(lesson: Lesson): Feed {
  const m = built.get(lesson)!;
  return new Map([m.main, ...m.slides.map(([, scan]) => scan)].flatMap(fed));
}

export const station: Station = {
  id: "tokenizer",
  ...entry,
  title: "The longest match wins",
  eyebrow: "Station 10, part 5",
  source: "Midterm review recitation, part 5",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs: [
    {
      kind: "text",
      name: "sentence",
      label: "sentence",
      turns: "structure",
      folder: "Text",
      most: 120,
      rows: 3,
      initial: sentence,
    },
    {
      kind: "text",
      name: "vocabulary",
      label: "vocabulary",
      turns: "structure",
      folder: "Vocabulary",
      most: 600,
      rows: 11,
      initial: vocabularies.first,
    },
    slider("longest", "longest entry", [1, longestEntry, 1, usualLimit], { folder: "Vocabulary", turns: "structure" }),
  ],
  build,
  practice,
  feed,
};
