/** Station 2, warm-up 2: nine activation functions with their slopes, and what becomes of numbers in a deep stack of them. */
import { drawKnobs, span } from "../../story/practice";
import { uniform } from "../../core/random";
import type { Edits, Feed, Knobs, Lesson, Practice, Station } from "../../story/station";
import { entry } from "./entry";
import type { FunctionName } from "./functions";
import { knobs } from "./knobs";
import { singleLesson } from "./single/lesson";
import { stackLesson } from "./stack/lesson";

/** How the numbers of a lesson are made from the knobs. */
type Feeder = (knobs: Knobs, edits: Edits) => Feed;
const feeders = new WeakMap<Lesson, Feeder>();

function build(turned: Knobs): Lesson {
  const name = turned["activation"] as FunctionName;
  const { lesson, feed } = turned["show"] === "stack" ? stackLesson(name, Number(turned["depth"])) : singleLesson(name);
  feeders.set(lesson, feed);
  return lesson;
}

/** Numbers for the cells of a row, by their positions. */
const cells = (values: readonly number[]): Readonly<Record<number, number>> =>
  Object.fromEntries(values.map((value, at) => [at, value]));

/** What belongs to the function itself. */
const ofFunction = ({ activation }: Knobs): Readonly<Record<string, readonly number[]>> => ({
  slope: activation === "leaky_relu" ? [0.05, 0.1, 0.2, 0.5] : [0.01, 0.1, 0.2, 0.5],
  ...(activation === "elu" && { alpha: [0.5, 1.5, 2] }),
});

function practice(seed: number, turned: Knobs): Practice {
  if (turned["show"] === "stack")
    return { knobs: drawKnobs(seed, { ...ofFunction(turned), scale: [0.5, 1.5, 2], seed: span(2, 99) }) };
  return { knobs: drawKnobs(seed, ofFunction(turned)), edits: smallNumbers(seed) };
}

/** Small numbers: below, at and above 0, so that every case is met. */
function smallNumbers(seed: number): Edits {
  const next = uniform(seed + 1000);
  const pick = (list: readonly number[]): number => list[Math.floor(next() * list.length)];
  return {
    x: cells([pick([-4, -3, -2]), pick([-1, -0.5]), 0, pick([0.5, 1]), pick([2, 3, 4])]),
    dy: cells([1, 2, 3, 4, 5].map(() => pick([-3, -2, -1, 1, 2, 3]))),
  };
}

export const station: Station = {
  id: "activations",
  ...entry,
  title: "What an activation lets through",
  eyebrow: "Station 2, warm-up 2",
  source: "Midterm review recitation, warm-up 2",
  granularity: "op",
  granularities: ["cell", "op", "pass"],
  knobs,
  build,
  practice,
  feed: (lesson, turned, edits) => feeders.get(lesson)!(turned, edits),
};
