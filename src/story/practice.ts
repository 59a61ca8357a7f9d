/** Other numbers for the questions of a station. */
import { uniform } from "../core/random";
import type { Knobs, KnobValue } from "./station";

/** One of the values of each knob, drawn in the order in which they stand: the same seed draws the same. */
export function drawKnobs(seed: number, options: Readonly<Record<string, readonly KnobValue[]>>): Knobs {
  return drawFrom(uniform(seed), options);
}

const drawFrom = (next: () => number, options: Readonly<Record<string, readonly KnobValue[]>>): Knobs =>
  Object.fromEntries(
    Object.entries(options).map(([name, values]) => [name, values[Math.floor(next() * values.length)]]),
  );

/** How often a setting is drawn that does not fit before it is given up. */
const mostDraws = 200;

/** The first of the draws that fits; none, where none does. */
export function drawFitting(
  seed: number,
  options: Readonly<Record<string, readonly KnobValue[]>>,
  fits: (drawn: Knobs) => boolean,
): Knobs {
  const next = uniform(seed);
  for (let draws = 0; draws < mostDraws; draws++) {
    const drawn = drawFrom(next, options);
    if (fits(drawn)) return drawn;
  }
  return {};
}

/** Whole numbers from `least` to `most`. */
export const span = (least: number, most: number): readonly number[] =>
  Array.from({ length: most - least + 1 }, (_, i) => least + i);
