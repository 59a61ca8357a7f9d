/** Every station's questions: each can be asked, has an answer for any practice, and is graded right and wrong as it should be. */
import { describe, expect, test } from "vitest";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { stations } from "../../src/stations";
import type { Answer, Claim } from "../../src/story/claim";
import { formOf, grade, isAsked, readShape, textsOf, type Form } from "../../src/story/grade";
import type { Results } from "../../src/story/results";
import { initialKnobs, type Edits, type Knobs, type Lesson, type Station } from "../../src/story/station";
import { readAddress, writeAddress } from "../../src/ui/address";
import { givenKnobs, givenTables, nextPractice } from "../../src/ui/predict-given";
import { fitEdits } from "../../src/ui/edits";
import { checkKnobs } from "../../src/ui/knob";

interface Opened {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly results: Results;
}

async function open(id: string, practice?: number): Promise<Opened> {
  const station = await stations.find((entry) => entry.id === id)!.load();
  const initial = initialKnobs(station);
  const { knobs: drawn, edits = {} } = practice === undefined ? { knobs: {} } : station.practice(practice, initial);
  checkKnobs(id, station.knobs, drawn);
  const knobs = { ...initial, ...drawn };
  const lesson = station.build(knobs);
  expect(fitEdits(edits, lesson.editable).problems).toEqual([]);
  const values = runReference(lesson.tape, station.feed(lesson, knobs, edits));
  return { station, lesson, results: { value: reader(values), ready: true } };
}

const asked = ({ claims }: Lesson): readonly string[] => claims.filter(isAsked).map((claim) => claim.id);

/** Texts that say something else than the answer. */
function changed(form: Form, truth: Answer): readonly string[] {
  const texts = textsOf(truth);
  switch (form.kind) {
    case "numbers":
    case "list":
      return texts.map((text, at) => (at === texts.length - 1 ? other(text) : text));
    case "shape":
      return [[...readShape(texts[0])!, 1].join(" × ")];
    case "choice":
      return [form.options.find((option) => option !== truth)!];
    case "cells":
      return texts.length === size(form.of.shape) ? texts.slice(1) : [...texts, firstOutside(texts)];
    case "text":
      return [`not ${texts[0]}`];
  }
}
const other = (text: string): string =>
  Number.isFinite(Number(text)) ? String(Number(text) === 0 ? 1 : Number(text) * 2) : "0";
const firstOutside = (texts: readonly string[]): string => {
  const marked = new Set(texts);
  return String(Array.from({ length: texts.length + 1 }, (_, at) => at).find((at) => !marked.has(String(at))));
};

function expectGraded(claim: Claim, results: Results): void {
  const truth = claim.answer(results);
  const form = formOf(claim, results);
  // Words that nobody could guess are no question.
  expect([claim.id, form.kind]).not.toEqual([claim.id, "text"]);
  if (form.kind === "choice") expect([claim.id, form.options]).toEqual([claim.id, expect.arrayContaining([truth])]);
  if (form.kind === "choice") expect(new Set(form.options).size).toBe(form.options.length);
  if (form.kind === "shape") expect([claim.id, readShape(String(truth))]).not.toEqual([claim.id, undefined]);
  if (form.kind === "cells") expect(size(form.of.shape)).toBeLessThanOrEqual(400);
  expect([claim.id, textsOf(truth), grade(claim, results, textsOf(truth)).verdict]).toEqual([
    claim.id,
    textsOf(truth),
    "right",
  ]);
  const wrong = changed(form, truth);
  expect([claim.id, wrong, grade(claim, results, wrong).verdict]).toEqual([claim.id, wrong, "wrong"]);
}

/** The knobs of every look and preset, and those that a station opens with. */
function offered(station: Station): readonly Knobs[] {
  const initial = initialKnobs(station);
  const looks = [{}, ...(station.looks ?? []).map((look) => look.knobs)].map((look) => ({ ...initial, ...look }));
  const presets = looks.flatMap((knobs) =>
    station
      .build(knobs)
      .passages.flatMap((passage) => (passage.kind === "presets" ? passage.presets : []))
      .map((preset) => ({ ...knobs, ...(typeof preset.knobs === "function" ? preset.knobs(knobs) : preset.knobs) })),
  );
  const distinct = new Map([...looks, ...presets].map((knobs) => [JSON.stringify(knobs), knobs]));
  return [...distinct.values()];
}

/** What a setting has turned, to tell where something fails. */
const turnedIn = ({ knobs }: Station, values: Knobs): Knobs =>
  Object.fromEntries(knobs.flatMap(({ name, initial }) => (values[name] === initial ? [] : [[name, values[name]]])));

/** The questions of a setting, and all that is given for each. */
function givenFor(
  station: Station,
  knobs: Knobs,
  edits: Edits,
): { readonly lesson: Lesson; readonly claims: readonly Claim[]; readonly given: ReadonlyMap<string, string> } {
  const lesson = station.build(knobs);
  const feed = station.feed(lesson, knobs, fitEdits(edits, lesson.editable).edits);
  const claims = lesson.claims.filter(isAsked);
  const given = claims.map((claim): [string, string] => {
    const tables = givenTables({ lesson, numbers: (tensor) => feed.get(tensor) }, claim);
    const numbers = tables.map(({ name, shape, values }) => [name, shape, Array.from(values ?? [])]);
    return [claim.id, JSON.stringify([givenKnobs(station.knobs, knobs, [claim]), numbers])];
  });
  return { lesson, claims, given: new Map(given) };
}

describe.each(stations.map(({ id }) => id))("%s", (id) => {
  test("every claim has a way to be asked, or says that it is never asked", async () => {
    const { lesson, results } = await open(id);
    expect(lesson.claims.filter(isAsked).length).toBeGreaterThan(3);
    for (const claim of lesson.claims.filter(isAsked)) expectGraded(claim, results);
    const ids = lesson.claims.map((claim) => claim.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of ids) expect(name).toMatch(/^[\w.-]{1,80}$/);
  });

  test.each([1, 2, 3, 4, 5])("practice %i has an answer to every question, and the same again", async (seed) => {
    const [first, { lesson, results, station }] = [await open(id), await open(id, seed)];
    const here = new Set(asked(lesson));
    expect(asked(first.lesson).filter((claim) => !here.has(claim))).toEqual([]);
    for (const claim of lesson.claims.filter(isAsked)) expectGraded(claim, results);
    const initial = initialKnobs(station);
    expect(station.practice(seed, initial)).toEqual(station.practice(seed, initial));
  });

  test("the address of a practice is short, and gives the same knobs and cells", async () => {
    const { station } = await open(id);
    for (const practice of [1, 17]) {
      const { address, problems } = readAddress(`?station=${id}&practice=${practice}`, [station]);
      const { knobs, edits = {} } = station.practice(practice, initialKnobs(station));
      expect([problems, address.knobs, address.edits]).toEqual([[], { ...initialKnobs(station), ...knobs }, edits]);
      expect(writeAddress(address, station)).toBe(`?station=${id}&practice=${practice}`);
      const without = { ...address, edits: {}, exercise: { ask: "it", practice } };
      expect(readAddress(writeAddress(without, station), [station]).address).toMatchObject({
        edits: {},
        exercise: { ask: "it", practice },
      });
    }
  });

  test("practices differ from one another and from the recitation", async () => {
    const { station } = await open(id);
    const texts = Array.from({ length: 8 }, (_, seed) => {
      const { knobs, edits = {} } = station.practice(seed + 1, initialKnobs(station));
      return JSON.stringify([{ ...initialKnobs(station), ...knobs }, edits]);
    });
    expect(new Set([...texts, JSON.stringify([initialKnobs(station), {}])]).size).toBeGreaterThan(6);
  });

  test("what is given before the answer holds no tensor that a step writes", async () => {
    const { lesson } = await open(id);
    const written = new Set(lesson.tape.steps.flatMap(({ writes }) => writes.map(({ name }) => name)));
    for (const claim of lesson.claims.filter(isAsked)) {
      const names = givenTables({ lesson, numbers: () => undefined }, claim).map(({ name }) => name);
      expect(names.filter((name) => written.has(name))).toEqual([]);
    }
  });

  test("every setting that the lesson offers asks the same with other numbers", async () => {
    const station = await stations.find((entry) => entry.id === id)!.load();
    for (const knobs of offered(station)) {
      const before = givenFor(station, knobs, {});
      for (const seed of [1, 2, 3]) {
        const practice = station.practice(seed, knobs);
        checkKnobs(id, station.knobs, practice.knobs);
        const after = givenFor(station, { ...knobs, ...practice.knobs }, practice.edits ?? {});
        // What is drawn decides nothing that is drawn.
        expect(station.practice(seed, { ...knobs, ...practice.knobs })).toEqual(practice);
        for (const claim of before.claims) {
          const where = [turnedIn(station, knobs), seed, claim.id];
          expect([...where, after.given.has(claim.id)]).toEqual([...where, true]);
          const others = nextPractice({ station, lesson: before.lesson, claim, knobs }, 0) !== undefined;
          expect([...where, after.given.get(claim.id) !== before.given.get(claim.id)]).toEqual([...where, others]);
        }
      }
    }
  });

  test("an address with a practice leads to what it was written for, in every setting", async () => {
    const station = await stations.find((entry) => entry.id === id)!.load();
    for (const knobs of offered(station)) {
      const { knobs: drawn, edits = {} } = station.practice(5, knobs);
      const state = { ...knobs, ...drawn };
      const start = readAddress(`?station=${id}`, [station]).address;
      const written = writeAddress({ ...start, knobs: state, edits, exercise: { practice: 5 } }, station);
      const { address, problems } = readAddress(written, [station]);
      expect([written, problems, address.knobs, address.edits]).toEqual([written, [], state, edits]);
      // What is drawn has no need to be named.
      for (const name of Object.keys(drawn))
        expect([written, new URLSearchParams(written).has(name)]).toEqual([written, false]);
    }
  });
});
