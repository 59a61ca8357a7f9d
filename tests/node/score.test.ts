/** Time as a value: how long acts take, and the words for where time stands. */
import { expect, test } from "vitest";
import { compose, describe as tell } from "../../src/story/score";
import { stretchOf } from "../../src/story/stretch";
import { stations } from "../../src/stations";
import { initialKnobs, type Knobs } from "../../src/story/station";

async function phases(id: string, turned: Knobs = {}) {
  const station = await stations.find((entry) => entry.id === id)!.load();
  const knobs = { ...initialKnobs(station), ...turned };
  return station.build(knobs).phases(knobs);
}

test("after each multiply-add the words count it, the last of a cell and the first of the next alike", async () => {
  const score = compose(await phases("convolution"), "multiply-add");
  const [{ act }] = score.spans;
  const counted = score.ticks
    .slice(1, 2 * act.micros + 1)
    .map((t) => Number(/multiply-add (\d+)/.exec(tell(score, t))?.[1]));
  const once = Array.from({ length: act.micros }, (_, i) => i + 1);
  expect(counted).toEqual([...once, ...once]);
});

test("however large a lesson is, playing it takes minutes", async () => {
  const long = compose(await phases("jacobian", { M: 16, K: 16, N: 16 }), "multiply-add");
  const short = compose(await phases("jacobian"), "multiply-add");
  expect(long.duration).toBeGreaterThan(short.duration);
  for (const { start, end } of long.spans) expect(end - start).toBeLessThanOrEqual(300);
});

test("a moment is played from shortly before it, where its act is long", async () => {
  const station = await stations.find((entry) => entry.id === "tokenizer")!.load();
  const knobs = initialKnobs(station);
  const lesson = station.build(knobs);
  const score = compose(lesson.phases(knobs), "cell");
  const { step, cells } = lesson.claims.find(({ id }) => id === "twice")!.shows;
  const { start, end, act } = score.spans.find((span) => span.act.step === step)!;
  const beat = (end - start) / act.moments;
  const written = (index: number): number =>
    Array.from({ length: act.moments }, (_, moment) => moment).findIndex((moment) =>
      act.writes(moment).some(({ tensor, at }) => tensor === cells[index].tensor && at === cells[index].at),
    );
  const [first, second] = [written(0), written(1)];
  // Both would take too long: the second dog decides, and the half step before it is where it is looked for.
  const played = stretchOf(score, step!, cells)!;
  expect(played.to).toBeCloseTo(start + (second + 1) * beat);
  expect(played.from).toBeCloseTo(start + (second - 1) * beat);
  // What was missed comes first.
  expect(stretchOf(score, step!, cells, [cells[0]])!.from).toBeCloseTo(start + (first - 1) * beat);
  // Cells that no moment writes, or that all come at once, leave the act whole.
  expect(stretchOf(score, step!, [])).toEqual({ from: start, to: end });
  const atOnce = compose(lesson.phases(knobs), "op");
  expect(stretchOf(atOnce, step!, cells)!.to).toBe(atOnce.spans.find((span) => span.act.step === step)!.end);
});
