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
  /** Whether the present numbers are those that the slide speaks of; they always are where only the structure decides. */
  slideHolds?(results: Results): boolean;
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

/** Whether the slide errs about the present numbers. */
export const isErratum = (claim: Claim, results: Results): boolean =>
  claim.erratum !== undefined && (claim.slideHolds?.(results) ?? true);

/** What the slide says to the present numbers; undefined where it speaks of others, or not at all. */
export const slideOf = (claim: Claim, results: Results): Answer | undefined =>
  (claim.slideHolds?.(results) ?? true) ? claim.slide : undefined;
