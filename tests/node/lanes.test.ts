/** The names above the scrubber's lanes: none runs into the next, however narrow the page. */
import { expect, test } from "vitest";
import type { Lane, Score } from "../../src/story/score";
import { layLanes, nameLanes } from "../../src/ui/lanes";

/** As wide as a letter of the names is at least, in pixels. */
const letter = 7;

function scoreOf(names: readonly string[]): Score {
  const lanes = names.map((name, i): Lane => ({ name, start: i, end: i + 1, iteration: 0 }));
  return { duration: names.length, spans: [], lanes, ticks: [], granularity: "cell" };
}

test.each([[["mean", "variance", "normalize", "scale, shift", "moved", "Jacobian"]], [["forward", "backward"]]])(
  "%s stand apart",
  (names) => {
    const score = scoreOf(names);
    const shown = Array.from({ length: 90 }, (_, i) => nameLanes(layLanes(score, 100 + 10 * i)));
    for (const row of shown)
      for (const [i, { text, x }] of row.slice(0, -1).entries())
        expect([text, row[i + 1].x - (x + letter * text.length) > 4]).toEqual([text, true]);
    expect(shown.at(-1)!.map(({ text }) => text)).toEqual(names);
  },
);
