/** Other numbers for the questions of a station. */
import { uniform } from "../core/random";
import type { Knobs, KnobValue } from "./station";

/** One of the values of each knob, drawn in the order in which they stand: the same seed draws the same. */
export function drawKnobs(seed: number, options: Readonly<Record<string, readonly KnobValue[]>>): Knobs {
  const next = uniform(seed);
  return Object.fromEntries(
    Object.entries(options).map(([name, values]) => [name, values[Math.floor(next() * values.length)]]),
  );
}

/** Whole numbers from `least` to `most`. */
export const span = (least: number, most: number): readonly number[] =>
  Array.from({ length: most - least + 1 }, (_, i) => least + i);
