/** Time as a value: how long acts take, and the words for where time stands. */
import { expect, test } from "vitest";
import { compose, describe as tell } from "../../src/story/score";
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
