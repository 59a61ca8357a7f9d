/** Station 10 on the reference: the recitation's ids, what stops the scan, and texts in any script. */
import { describe, expect, test } from "vitest";
import golden from "../goldens/tokens.json";
import { Graph } from "../../src/core/graph";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { Tape } from "../../src/core/tape";
import { embedding } from "../../src/ops/embedding";
import { station } from "../../src/stations/tokenizer";
import { model, usualLimit, type Model } from "../../src/stations/tokenizer/model";
import { practice } from "../../src/stations/tokenizer/practice";
import { recited, sentence, vocabularies } from "../../src/stations/tokenizer/recitation";
import { decodedText, idsOf, matchingIn, numbersOf, tiedIn } from "../../src/stations/tokenizer/results";
import { fed } from "../../src/stations/tokenizer/scan";
import { readVocabulary } from "../../src/stations/tokenizer/vocabulary";
import { face, visible } from "../../src/stations/tokenizer/wording";
import { formOf, isAsked } from "../../src/story/grade";
import { compose, endOf, frameAt } from "../../src/story/score";
import { initialKnobs, type Knobs } from "../../src/story/station";
import type { Now } from "../../src/story/picture";
import type { Results } from "../../src/story/results";

interface Scanned {
  readonly m: Model;
  readonly results: Results;
  readonly ids: readonly number[];
  readonly text: string;
}

function scan(text: string, vocabulary: string, limit = usualLimit): Scanned {
  const m = model({ sentence: text, vocabulary, limit });
  const feed = new Map([m.main, ...m.slides.map(([, each]) => each)].flatMap(fed));
  const results: Results = { value: reader(runReference(m.tape, feed)), ready: true };
  return { m, results, ids: idsOf(m.main, results), text: decodedText(m.main, results) };
}

const lines = (...entries: readonly string[]): string => entries.map((entry) => JSON.stringify(entry)).join("\n");

describe("the recitation", () => {
  test.each([
    ["first", [2, 3, 5, 1, 6, 1, 7, 1, 3, 9, 1, 10, 11]],
    ["printed", [2, 3, 5, 1, 6, 1, 7, 4, 1, 9, 1, 10, 11]],
    ["answered", [2, 3, 5, 1, 6, 1, 7, 4, 9, 1, 10, 11]],
  ] as const)("the vocabulary %s", (name, ids) => {
    const found = scan(sentence, vocabularies[name]);
    expect(found.ids).toEqual(ids);
    expect(found.text).toBe(sentence);
  });

  test("of question 3 both readings differ by the space that stays behind", () => {
    const [, printed, answered] = recited;
    const [one, two] = [printed, answered].map((slide) => scan(slide.sentence, slide.vocabulary));
    expect(two.ids).toEqual(printed.slide);
    expect(one.ids).toEqual(two.ids.toSpliced(two.ids.indexOf(4) + 1, 0, 1));
    expect(printed.erratum).toBeDefined();
    expect(answered.erratum).toBeUndefined();
  });

  test("all slides are computed beside whichever of them is on the stage", () => {
    for (const { sentence: text, vocabulary } of recited) {
      const { m, results } = scan(text, vocabulary);
      expect(m.slides.map(([, each]) => idsOf(each, results).length)).toEqual([13, 13, 12, 1]);
    }
    expect(scan("The dog.", vocabularies.first).m.slides).toEqual([]);
  });

  test("in step 2 two entries match, and the longer one wins", () => {
    const { m, results } = scan(sentence, vocabularies.first);
    expect(matchingIn(m.main, 1, results).map((row) => m.main.plan.entries[row].id)).toEqual([3, 4]);
    expect(numbersOf(m.main.starts, results)).toEqual([0, 4, 8, 12, 13, 19, 20, 23, 24, 28, 31, 32, 37]);
  });

  test("its ids are those that the golden of the embedding looks up", () => {
    const found = golden.find(({ op, inputs }) => op === "embedding" && inputs.input?.data.length === 13)!;
    const { m, results, ids } = scan(sentence, vocabularies.first);
    expect(ids).toEqual(found.inputs.input?.data);
    const graph = new Graph();
    const tape = new Tape(graph);
    const input = graph.given("ids", [ids.length], "index");
    const weight = graph.given("table", found.inputs.weight!.shape);
    const output = graph.apply(embedding, { input, weight });
    tape.forward();
    const looked = runReference(
      tape,
      new Map([
        [input, Float32Array.from(numbersOf(m.main.tokens!.ids, results))],
        [weight, Float32Array.from(found.inputs.weight!.data)],
      ]),
    );
    expect(Array.from(looked.get(output)!)).toEqual(found.outputs?.output.data);
  });
});

describe("where nothing matches", () => {
  test("the tokens so far stay, and the place is named", async () => {
    const vocabulary = vocabularies.first.replace('"that"\n', "");
    const { m, ids, text } = scan(sentence, vocabulary);
    expect(ids).toEqual([2, 3]);
    expect([text, m.main.plan.stop]).toEqual(["The dog ", 8]);
    const lesson = station.build({ ...initialKnobs(station), vocabulary });
    const note = lesson.passages.find((passage) => passage.kind === "note")!;
    expect(note).toMatchObject({
      title: "The scan stops at place 9",
      text: expect.stringContaining("“t”, character 9 of 38"),
    });
    expect(captionAtEnd({ sentence, vocabulary })).toBe("No entry matches at place 9, “t”: the scan stops.");
  });

  test("at the very first character there is no token, and the picture stands all the same", () => {
    const { ids, text, m } = scan("abc", '"bc"');
    expect([ids, text, m.main.plan.stop]).toEqual([[], "", 0]);
    expect(captionAtEnd({ sentence: "abc", vocabulary: '"bc"' })).toMatch(/^No entry matches at place 1, “a”/);
  });

  test("a greedy choice is never taken back", () => {
    expect(scan("unable", lines("un", "una", "able")).m.main.plan.stop).toBe(3);
    expect(scan("unable", lines("un", "able")).ids).toEqual([1, 2]);
  });

  test("entries that are too long are set aside", () => {
    expect(scan("abab", lines("a", "b", "ab")).ids).toEqual([3, 3]);
    expect(scan("abab", lines("a", "b", "ab"), 1).ids).toEqual([1, 2, 1, 2]);
    expect(scan(sentence, vocabularies.first, 1).m.main.plan.stop).toBe(0);
  });
});

describe("texts", () => {
  test.each([
    ["emoji, each a code point", "🐶🐱🐶", lines("🐱", "🐶", "🐶🐱"), [3, 2]],
    ["a family of four and its joiners", "👨‍👩‍👧‍👦", lines("👨", "👩", "👧", "👦", "‍"), [1, 5, 2, 5, 3, 5, 4]],
    ["Japanese", "犬も走る", lines("犬", "も", "犬も", "走る"), [3, 4]],
    ["Arabic", "كلب كلب", lines("كلب", " "), [1, 2, 1]],
    ["a letter with its accent apart", "e\u0301", lines("e", "\u0301"), [1, 2]],
    ["line ends", "a\nb", '"a\\n"\n"b"', [1, 2]],
    ["quotation marks", 'say "a"', '"say \\""\n"a"\n"\\""', [1, 2, 3]],
  ])("%s", (_, text, vocabulary, ids) => {
    const found = scan(text, vocabulary);
    expect(found.ids).toEqual(ids);
    expect(found.text).toBe(text);
  });

  test("an accent apart is not the letter that has it", () => {
    expect(scan("e\u0301", lines("\u00e9")).m.main.plan.stop).toBe(0);
  });

  test("the longest text that a knob takes, letter by letter", () => {
    const text = "ab".repeat(60);
    const { ids, text: spelt, m } = scan(text, lines("a", "b"));
    expect(spelt).toBe(text);
    expect(ids).toHaveLength(120);
    expect(m.idLines.flatMap(({ tensor }) => tensor.shape)).toEqual([13, 13, 13, 13, 13, 13, 13, 13, 13, 3]);
  });

  test("what has no face of its own is given one", () => {
    expect(visible("a b\n$\t")).toBe("a␣b⏎$\\textdollar$⇥");
    expect([face("\u0301"), face("\u200d"), face("犬")]).toEqual(["◌\u0301", "·", "犬"]);
    // Alone, first or last there is nothing to join; between two letters a joiner does its work unseen.
    expect(["\u200d", "a\u200d", "a\u200db", "\u0301a", "a\u0301"].map(visible)).toEqual([
      "·",
      "a·",
      "a\u200db",
      "◌\u0301a",
      "a\u0301",
    ]);
  });

  test("no question tells how the text is cut before that has been asked", () => {
    const lesson = station.build(initialKnobs(station));
    const results: Results = { value: () => 0, ready: true };
    const asked = lesson.claims.filter(isAsked);
    expect(asked.slice(0, 2).map((claim) => formOf(claim, results).kind)).toEqual(["list", "numbers"]);
    for (const { prompt, given = "" } of asked) expect(prompt + given).not.toMatch(/place \d|step \d/);
  });
});

describe("vocabularies", () => {
  test("ids are places, or stand before the entry; of two equal entries the smaller id wins", () => {
    expect(readVocabulary('"a"\n\n7: "b",\n“c”').map(({ id, text }) => [id, text])).toEqual([
      [1, "a"],
      [3, "c"],
      [7, "b"],
    ]);
    const { ids, m, results } = scan("dog", '9: "dog"\n4: "dog"');
    expect(ids).toEqual([4]);
    expect(tiedIn(m.main, 0, results).map((row) => m.main.plan.entries[row].id)).toEqual([9]);
  });

  test.each([
    ["", /vocabulary: it has no entry.*would fit/],
    ["dog", /line 1 is dog.*"dog" or 1: "dog" would fit/],
    ['"a"\n""', /line 2 is an empty entry.*would fit/],
    [`"${"x".repeat(25)}"`, /line 1 has 25 characters; at most 24 of them would fit/],
    ['1: "a"\n1: "b"', /two entries have the id 1; an id of its own for each would fit/],
    ['12345: "a"', /the id 12345; ids from 0 to 9999 would fit/],
    ['"\\q"', /line 1 has \\q; .* would fit/],
    [Array.from({ length: 25 }, (_, i) => `"${i}"`).join("\n"), /it has 25 entries; at most 24 would fit/],
  ])("%j is refused", (written, message) => {
    expect(() => readVocabulary(written)).toThrow(message);
  });

  test("an empty sentence is refused", () => {
    expect(() => scan("", '"a"')).toThrow(/sentence: it is empty; one character or more would fit/);
  });
});

test("the plan that shapes follow from is what the kernels find", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { knobs } = practice(seed);
    const { m, results, ids, text } = scan(String(knobs["sentence"]), String(knobs["vocabulary"]));
    const { plan } = m.main;
    expect(numbersOf(m.main.starts, results)).toEqual(plan.tokens.map(({ start }) => start));
    expect(ids).toEqual(plan.tokens.map(({ entry }) => plan.entries[entry].id));
    expect(text).toBe(plan.text);
  }
});

test("practice asks about another text, and the same for the same seed", () => {
  const texts = Array.from({ length: 20 }, (_, seed) => JSON.stringify(practice(seed + 1)));
  expect(new Set(texts).size).toBe(20);
  expect(JSON.stringify(practice(3))).toBe(texts[2]);
});

/** What the caption says when the scan is over. */
function captionAtEnd(knobs: Knobs): string {
  const all = { ...initialKnobs(station), ...knobs };
  const lesson = station.build(all);
  const results: Results = { value: reader(runReference(lesson.tape, station.feed(lesson, all, {}))), ready: true };
  const score = compose(lesson.phases(all), "cell");
  const frame = frameAt(score, endOf(score, lesson.opens));
  const { act, moment } = { act: frame.act!.span.act, moment: frame.act!.moment };
  const now: Now = {
    results,
    iteration: 0,
    progress: (step) => frame.progress.get(step)?.u ?? 1,
    act: { step: act.step, moment },
  };
  const picture = lesson.picture(all);
  for (const { shown } of [...picture.boxes, ...picture.blocks]) shown?.(now);
  for (const { text } of picture.labels) if (typeof text !== "string") text(now);
  return act.say(moment, now).main;
}
