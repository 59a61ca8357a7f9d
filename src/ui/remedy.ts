/** Ways out of what does not fit: values that an error names and that a slider of the station can take. */
import { ShapeError } from "../core/shape";
import type { Knob, Slider } from "../story/station";
import { isWhole } from "./knob";

export interface Remedy {
  readonly knob: Slider;
  readonly value: number;
}

/** As many as a card has room for. */
const most = 3;

/** What would make it fit, each on its own; empty where the error names nothing, or nothing that can be turned. */
export const remediesOf = (error: unknown, knobs: readonly Knob[]): readonly Remedy[] =>
  named(error, knobs)
    .filter(({ knob, value }) => canTake(knob, value))
    .slice(0, most);

/** The knobs at fault: the one that was turned; where that were several or none, those that the error names. */
export const faultsOf = (error: unknown, knobs: readonly Knob[], turned: readonly string[]): readonly string[] =>
  turned.length === 1 ? turned : named(error, knobs).map(({ knob }) => knob.name);

function named(error: unknown, knobs: readonly Knob[]): readonly Remedy[] {
  if (!(error instanceof ShapeError)) return [];
  return Object.entries(error.remedy).flatMap(([name, value]) => {
    const knob = knobs.find((candidate) => candidate.name === name);
    return knob?.kind === "slider" ? [{ knob, value }] : [];
  });
}

const canTake = (knob: Slider, value: number): boolean =>
  value >= knob.min && value <= knob.max && (!isWhole(knob) || Number.isInteger(value));
