/** What the page says where what is set cannot be built or run, and the clicks that make it fit. */
import { format } from "../core/numeral";
import type { Knobs } from "../story/station";
import { worded, type Action, type ErrorMessage } from "./messages";
import type { Model } from "./model";
import { faultsOf, remediesOf } from "./remedy";

interface WaysOut {
  /** Turns what a remedy names. */
  readonly turn: (change: Knobs) => void;
  /** Goes back to the recitation's numbers. */
  readonly reset: () => void;
}

/** The message of an error. Where it names no remedy, the way back is one. */
export function refusalOf(error: unknown, model: Model, { turn, reset }: WaysOut): ErrorMessage {
  const knobs = model.knobsOf();
  const remedies = remediesOf(error, knobs).map(({ knob, value }): Action => ({
    label: `Set ${knob.label} to ${format(value)}`,
    run: () => turn({ [knob.name]: value }),
  }));
  const back = { label: "Back to the recitation", run: reset };
  const faults = faultsOf(error, knobs, model.turned);
  return { ...worded(error), actions: remedies.length > 0 ? remedies : [back], faults, cause: error };
}
