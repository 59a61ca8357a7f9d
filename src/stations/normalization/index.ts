/** Station 3, warm-up 2, statements C and D: whose statistics normalize, and who moves whom. */
import { drawKnobs, span } from "../../story/practice";
import type { Edits, Feed, Knobs, Lesson, Station } from "../../story/station";
import { lessonOfOne } from "./alone";
import { entry } from "./entry";
import { feedOf, feedOfOne, fixedOf } from "./feed";
import { knobs } from "./knobs";
import { lessonOf } from "./lesson";
import { measured, model, type Structure } from "./model";
import type { Method } from "./normalize";

/** How the numbers of a lesson are made from the knobs. */
type Feeder = (knobs: Knobs, edits: Edits) => Feed;
const feeders = new WeakMap<Lesson, Feeder>();

function build(turned: Knobs): Lesson {
  const number = (name: string): number => Number(turned[name]);
  const structure = {
    method: turned["method"] as Method,
    samples: number("samples"),
    features: number("features"),
    batches: number("batches"),
  };
  const { lesson, feed } = structure.method === "training" && structure.samples === 1 ? one(structure) : all(structure);
  feeders.set(lesson, feed);
  return lesson;
}

function all(structure: Structure): { readonly lesson: Lesson; readonly feed: Feeder } {
  const m = model(structure);
  const fixed = fixedOf(m);
  return { lesson: lessonOf(m), feed: (turned, edits) => feedOf(m, fixed, turned, edits) };
}

/** Nothing can be normalized by the statistics of a single sample. */
function one(structure: Structure): { readonly lesson: Lesson; readonly feed: Feeder } {
  const m = measured(structure);
  return { lesson: lessonOfOne(m), feed: (turned, edits) => feedOfOne(m, turned, edits) };
}

export const station: Station = {
  id: "normalization",
  ...entry,
  title: "Whose mean is it?",
  eyebrow: "Station 3, warm-up 2",
  source: "Midterm review recitation, warm-up 2",
  granularity: "cell",
  granularities: ["cell", "op", "pass"],
  knobs,
  build,
  practice: (seed, { method, batches }) => ({
    knobs: drawKnobs(seed, {
      samples: span(2, 5),
      features: span(2, 4),
      // Without a batch there is no running average to ask for.
      ...(method === "training" && batches !== 0 && { batches: span(1, 4) }),
      gamma: [1, 2, -1],
      beta: [0, 1, -2],
      sample: span(0, 1),
      feature: span(0, 1),
      by: [-4, -2, 2, 4],
      seed: span(2, 99),
    }),
  }),
  feed: (lesson, turned, edits) => feeders.get(lesson)!(turned, edits),
};
