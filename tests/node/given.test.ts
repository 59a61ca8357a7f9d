/** What a question gives is enough: two settings that give the same have the same answer. */
import { expect, test } from "vitest";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { stations } from "../../src/stations";
import type { Answer, Claim } from "../../src/story/claim";
import { formOf, isAsked } from "../../src/story/grade";
import { initialKnobs, type Edits, type Knob, type Knobs, type KnobValue, type Station } from "../../src/story/station";
import { givenKnobs, givenTables } from "../../src/ui/predict-given";

/** A question in a setting: all that a student sees of it, and what comes out. */
interface Posed {
  readonly seen: string;
  readonly answer: Answer;
}

const mostCells = 2 ** 14;

function posed(station: Station, knobs: Knobs, edits: Edits): ReadonlyMap<string, Posed> {
  const lesson = station.build(knobs);
  // A map of outcomes trains for every pixel, and asks what is asked without it.
  if (lesson.tape.steps.some(({ writes }) => writes.some(({ shape }) => size(shape) > mostCells))) return new Map();
  const feed = station.feed(lesson, knobs, edits);
  const results = { value: reader(runReference(lesson.tape, feed)), ready: true };
  const seen = (claim: Claim): string => {
    const tables = givenTables({ lesson, numbers: (tensor) => feed.get(tensor) }, claim);
    const form = formOf(claim, results);
    return JSON.stringify([
      claim.prompt,
      claim.given,
      givenKnobs(station.knobs, knobs, [claim]),
      tables.map(({ name, shape, values }) => [name, shape, Array.from(values ?? [])]),
      form.kind === "choice" ? form.options.toSorted() : form.kind,
    ]);
  };
  return new Map(
    lesson.claims
      .filter(isAsked)
      .map((claim) => [claim.id, { seen: seen(claim), answer: claim.answer(results) }] as const),
  );
}

/** Other values of a knob: all of a few; of a slider one well away, or the next where that makes tensors larger. */
function others(knob: Knob, value: KnobValue): readonly KnobValue[] {
  switch (knob.kind) {
    case "slider": {
      const [at, steps] = [Number(value), Math.round((knob.max - knob.min) / knob.step)];
      if (knob.turns === "structure") return [at < knob.max ? at + knob.step : at - knob.step];
      return [1, 2]
        .map((third) => knob.min + Math.round((steps * third) / 3) * knob.step)
        .filter((other) => other !== at);
    }
    case "toggle":
      return [value !== true];
    case "choice":
      return knob.options.map((option) => option.value).filter((option) => option !== value);
    case "text":
    case "image":
      return [];
  }
}

const built = (station: Station, knobs: Knobs, edits: Edits): ReadonlyMap<string, Posed> => {
  try {
    return posed(station, knobs, edits);
  } catch (error) {
    // Values that do not fit one another are refused.
    if (error instanceof Error && /^(?:Shape|Attribute)Error$/.test(error.name)) return new Map();
    throw error;
  }
};

test.each(stations.map(({ id }) => id))(
  "%s: no knob that is not given changes an answer",
  async (id) => {
    const station = await stations.find((entry) => entry.id === id)!.load();
    const initial = initialKnobs(station);
    const { knobs: drawn, edits = {} } = station.practice(3, initial);
    const knobs = { ...initial, ...drawn };
    const here = posed(station, knobs, edits);
    const found: unknown[] = [];
    for (const knob of station.knobs)
      for (const value of knob.turns === "view" ? [] : others(knob, knobs[knob.name]).slice(0, 4))
        for (const [claim, there] of built(station, { ...knobs, [knob.name]: value }, edits)) {
          const before = here.get(claim);
          if (
            before?.seen === there.seen &&
            JSON.stringify(there.answer, plain) !== JSON.stringify(before.answer, plain)
          )
            found.push([claim, knob.name, value, before.answer, there.answer]);
        }
    expect(found).toEqual([]);
  },
  60_000,
);

const plain = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
