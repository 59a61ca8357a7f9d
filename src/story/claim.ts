/** What the recitation asserts, as data: asked, answered from the current knobs, compared with the slide, shown on request. */
import type { CellRef } from "./picture";
import type { Results } from "./results";
import type { Step } from "../core/tape";

/** An answer: a number, several, or a short text (a shape, a choice). */
export type Answer = number | readonly number[] | string;

export interface Claim {
  readonly id: string;
  /** What is asked, in a few words; pieces between dollar signs are TeX. */
  readonly prompt: string;
  answer(results: Results): Answer;
  /** The slide's value at the default knobs; undefined where the slides say nothing. */
  readonly slide?: Answer;
  readonly source: string;
  /** Where the slide errs: what it says, what is true, and why. Both readings are shown. */
  readonly erratum?: string;
  /** Where it can be seen: the end of a step's act (the start when undefined), and the cells to light. */
  readonly shows: {
    readonly step?: Step;
    readonly cells: readonly CellRef[];
    /** The cell that the reading explains then. */
    readonly pin?: CellRef;
    readonly knobs?: Readonly<Record<string, number | string | boolean>>;
  };
}
