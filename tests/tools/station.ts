/** A station that is open on the reference. */
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { stations } from "../../src/stations";
import { initialKnobs, type Edits, type Knobs, type Lesson, type Station } from "../../src/story/station";
import type { Results } from "../../src/story/results";

export interface Opened {
  readonly station: Station;
  readonly knobs: Knobs;
  readonly lesson: Lesson;
  readonly results: Results;
}

/** Opens a station with some knobs turned and some cells edited, and computes it. */
export async function open(id: string, turned: Knobs = {}, edits: Edits = {}): Promise<Opened> {
  const station = await stations.find((entry) => entry.id === id)!.load();
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const values = runReference(lesson.tape, station.feed(lesson, knobs, edits));
  return { station, knobs, lesson, results: { value: reader(values), ready: true } };
}
