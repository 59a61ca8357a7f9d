/** What an address leaves unsaid: the recitation's numbers, or those that a practice draws for what it says. */
import type { Edits, Knob, Knobs, Station } from "../story/station";

/** Every knob's value where nothing has been turned. */
export const defaults = (knobs: readonly Knob[]): Knobs =>
  Object.fromEntries(knobs.map((knob) => [knob.name, knob.initial]));

/** Where an address stands before its own knobs are turned. */
export interface Start {
  readonly knobs: Knobs;
  readonly edits: Edits;
}

/** A practice draws for the knobs that are named, the others being as they are at first. */
export function startOf(
  station: Pick<Station, "practice">,
  all: readonly Knob[],
  seed: number | undefined,
  named: Knobs,
): Start {
  const initial = defaults(all);
  if (seed === undefined) return { knobs: initial, edits: {} };
  const { knobs, edits = {} } = station.practice(seed, { ...initial, ...named });
  return { knobs: { ...initial, ...knobs }, edits };
}

/** The knobs that an address has to name, so that it leads back to these. */
export function namedOf(
  station: Pick<Station, "practice">,
  all: readonly Knob[],
  seed: number | undefined,
  knobs: Knobs,
): Knobs {
  const start = (named: Knobs): Knobs => startOf(station, all, seed, named).knobs;
  const [plain, closer] = [{}, apart(all, knobs, start(knobs))].map((named) => completed(named, all, knobs, start));
  return Object.keys(closer).length < Object.keys(plain).length ? closer : plain;
}

/** Names what does not come out by itself: what is named decides what is drawn, until nothing is missing. */
function completed(named: Knobs, all: readonly Knob[], knobs: Knobs, start: (named: Knobs) => Knobs): Knobs {
  const missing = apart(all, knobs, { ...start(named), ...named });
  return Object.keys(missing).length === 0 ? named : completed({ ...named, ...missing }, all, knobs, start);
}

/** The knobs whose values are others there. */
const apart = (all: readonly Knob[], knobs: Knobs, there: Knobs): Knobs =>
  Object.fromEntries(
    all.flatMap(({ name }) =>
      name in knobs && !Object.is(knobs[name], there[name]) ? [[name, knobs[name]] as const] : [],
    ),
  );
