/** Every station on the reference: its claims are the slide's figures, and where the slide errs both values stand. */
import { describe, expect, test } from "vitest";
import { runReference } from "../../src/core/reference";
import { pack, unpack } from "../../src/core/parcel";
import { opNamed } from "../../src/ops";
import { stations } from "../../src/stations";
import { isErratum, turnedFor } from "../../src/story/claim";
import { compose, endOf, frameAt, granularities, stepFrom, translate } from "../../src/story/score";
import type { Knobs } from "../../src/story/station";
import { open, type Opened } from "../tools/station";
import type { Now } from "../../src/story/picture";
import type { Step } from "../../src/core/tape";

/** As text: numbers to six digits, exact counts in full. */
const rounded = (answer: unknown): string =>
  JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return typeof value === "number" ? Number(value.toPrecision(6)) : value;
  });
const close = (a: unknown, b: unknown): boolean => rounded(a) === rounded(b);

/** So many other sets of numbers are drawn for each station. */
const practiceSeeds = [1, 2, 3, 4, 5, 6];

/** A map has few pixels here: each is a whole training, which takes the reference its time. */
const coarse = ({ station }: Opened): Knobs =>
  station.knobs.some(({ name }) => name === "pixels") ? { pixels: "4" } : {};

/** What a picture may ask at a moment of the score. */
function nowAt({ lesson, results, knobs }: Opened, step: Step): { readonly now: Now; readonly iteration: number } {
  const score = compose(lesson.phases(knobs), "op");
  const frame = frameAt(score, endOf(score, step));
  const now: Now = {
    results,
    iteration: frame.iteration,
    progress: (of) => frame.progress.get(of)?.u ?? 1,
    ...(frame.act && { act: { step: frame.act.span.act.step, moment: frame.act.moment } }),
  };
  return { now, iteration: frame.iteration };
}

describe.each(stations.map(({ id }) => id))("%s", (id) => {
  test(
    "what a claim shows is in the picture then, has been computed, and is what the claim says",
    { timeout: 30_000 },
    async () => {
      const first = await open(id);
      // Claims that are seen at the same knobs share a lesson.
      const lessons = new Map([["{}", first]]);
      for (const asked of first.lesson.claims) {
        const { id: claimed } = asked;
        const needed = turnedFor(asked, first.knobs);
        const turned = JSON.stringify(needed ?? {});
        const opened = lessons.get(turned) ?? (await open(id, { ...needed, ...coarse(first) }));
        lessons.set(turned, opened);
        const { lesson, results, knobs } = opened;
        const claim = lesson.claims.find((candidate) => candidate.id === claimed)!;
        const { step, cells, pin } = claim.shows;
        if (!step) continue;
        const { now, iteration } = nowAt(opened, step);
        const blocks = lesson.picture(knobs).blocks.filter((block) => block.shown?.(now) ?? true);
        const drawn = new Set(blocks.map((block) => block.tensors[Math.min(iteration, block.tensors.length - 1)]));
        for (const { tensor } of cells) {
          expect([claimed, tensor.name, drawn.has(tensor)]).toEqual([claimed, tensor.name, true]);
          const writer = lesson.tape.steps.find(({ writes }) => writes.includes(tensor));
          expect([claimed, tensor.name, writer === undefined || now.progress(writer) === 1]).toEqual([
            claimed,
            tensor.name,
            true,
          ]);
        }
        const answer = claim.answer(results);
        const told = pin ? [pin] : cells;
        const numbers = told.map(({ tensor, at }) => results.value(tensor, at));
        if (pin ?? (typeof answer === "number" && cells.length === 1))
          expect([claimed, numbers]).toEqual([claimed, [answer]]);
        if (Array.isArray(answer)) expect([claimed, numbers]).toEqual([claimed, answer]);
      }
    },
  );

  test("claims at the default knobs are the slide's, or carry an erratum and differ", async () => {
    const { lesson, results } = await open(id);
    const slid = lesson.claims.filter((claim) => claim.slide !== undefined);
    expect(lesson.claims.length).toBeGreaterThan(3);
    for (const claim of slid) {
      expect([claim.id, close(claim.answer(results), claim.slide), claim.answer(results)]).toEqual([
        claim.id,
        claim.erratum === undefined,
        claim.answer(results),
      ]);
    }
  });

  test("the slide errs at its own numbers only: elsewhere nobody says so", { timeout: 60_000 }, async () => {
    const recited = await open(id);
    const answers = new Map(recited.lesson.claims.map((claim) => [claim.id, claim.answer(recited.results)]));
    const asked = recited.lesson.claims.filter((claim) => claim.erratum !== undefined);
    for (const claim of asked) expect([claim.id, isErratum(claim, recited.results)]).toEqual([claim.id, true]);
    if (asked.length === 0) return;
    for (const seed of practiceSeeds) {
      const { knobs, edits } = recited.station.practice(seed, recited.knobs);
      const { lesson, results } = await open(id, knobs, edits);
      for (const claim of lesson.claims.filter((each) => isErratum(each, results))) {
        // It is the slide's case then: what comes out is what came out there, and not what the slide says.
        const answer = claim.answer(results);
        expect([seed, claim.id, rounded(answer)]).toEqual([seed, claim.id, rounded(answers.get(claim.id))]);
        expect([seed, claim.id, close(answer, claim.slide)]).toEqual([seed, claim.id, false]);
      }
    }
  });

  test("every claim that the lesson names exists, and every one is told", async () => {
    const { lesson } = await open(id);
    const told = lesson.passages.flatMap((passage) => (passage.kind === "claims" ? passage.ids : []));
    const known = new Set(lesson.claims.map((claim) => claim.id));
    expect(told.filter((claim) => !known.has(claim))).toEqual([]);
  });

  test("the tape travels to a worker and gives the same numbers there", async () => {
    const { station, knobs, lesson } = await open(id);
    const feed = station.feed(lesson, knobs, {});
    const there = unpack(structuredClone(pack(lesson.tape)), opNamed);
    const given = new Map([...feed].map(([tensor, data]) => [there.tensors[tensor.id], data]));
    const here = runReference(lesson.tape, feed);
    const remote = runReference(there, given);
    for (const [tensor, data] of here) expect([...remote.get(there.tensors[tensor.id])!]).toEqual([...data]);
  });

  test.each(granularities.map(({ id: granularity }) => granularity))(
    "the score at %s: steps reach the end and come back",
    async (granularity) => {
      const { lesson, knobs } = await open(id);
      const score = compose(lesson.phases(knobs), granularity);
      let t = 0;
      for (let i = 0; i < score.ticks.length; i++) t = stepFrom(score, t, 1);
      expect(t).toBe(score.duration);
      for (let i = 0; i < score.ticks.length; i++) t = stepFrom(score, t, -1);
      expect(t).toBe(0);
      const whole = compose(lesson.phases(knobs), "op");
      const middle = endOf(score, lesson.opens);
      expect(frameAt(whole, translate(score, middle, whole)).act?.span.act.step).toBe(lesson.opens);
    },
  );

  test("every flow starts and ends somewhere finite, and carries a cell that exists", async () => {
    const { lesson, knobs } = await open(id);
    for (const phase of lesson.phases(knobs)) {
      for (const act of phase.acts) {
        for (const flow of act.flows(act.moments - 1)) {
          expect(flow.points.flat().every(Number.isFinite)).toBe(true);
          expect(flow.points.length).toBeGreaterThan(1);
          expect(flow.carries.at).toBeLessThan(flow.carries.tensor.shape.reduce((n, e) => n * e, 1));
        }
      }
    }
  });
});

test("the slides' figures are claimed, wherever slides have some", { timeout: 30_000 }, async () => {
  const opened = await Promise.all(stations.map(({ id }) => open(id)));
  const slid = opened.map(({ lesson }) => lesson.claims.filter((claim) => claim.slide !== undefined).length);
  // The slides name recurrent networks and say no more.
  expect(slid.filter((figures) => figures < 3).length).toBeLessThanOrEqual(1);
});

const losses = async (knobs: Knobs): Promise<readonly number[]> => {
  const { lesson, results } = await open("backprop", knobs);
  const plot = lesson.passages.find((passage) => passage.kind === "plot")!;
  return plot.plot.curves(results).lines[0].y.map((loss) => Number(loss.toPrecision(3)));
};

test("the fixes of question 2 do what their outcomes say", async () => {
  expect((await losses({})).slice(0, 4)).toEqual([3.13, 2, 2, 2]);
  const small = await losses({ lr: 0.05 });
  expect([small[1], Number(small[2].toFixed(4))]).toEqual([0.0119, 0.0001]);
  const leaky = await losses({ activation: "leaky_relu" });
  expect([leaky[1], leaky[5], Number(leaky[20].toFixed(4))]).toEqual([2.05, 2.04, 0.0092]);
  for (const bias of [0.1, 0.5, 1, 2]) expect((await losses({ biased: true, bias }))[1]).toBe(2);
  expect((await losses({ activation: "identity" })).slice(0, 4)).toEqual([0.0313, 0.297, 2.78, 22.3]);
});
