/** What the recitation asserts, as data: asked, answered from the current knobs, compared with the slide, shown on request. */
import type { CellRef } from "./picture";
import type { Results } from "./results";
import type { Tensor } from "../core/graph";
import type { Step } from "../core/tape";

/** An answer: a number, several, or a short text (a shape, a choice). Counts that may pass 2⁵³ are exact, as bigint. */
export type Answer = number | bigint | readonly number[] | string;

/**
 * How a student gives the answer before it is shown. Numbers need no more than their answer: one is a field, several a
 * row of fields.
 */
export type Ask =
  /** One number or several; whole ones exactly, others as far as they were worked out and at least to three digits. */
  | {
      readonly kind: "numbers";
      /** What their fields are called, where the cells that show them are numbered otherwise. */
      readonly called?: readonly { readonly name: string; readonly tex: string }[];
    }
  /** Several numbers, written into one text: how many there are is part of the answer. */
  | { readonly kind: "list" }
  /** The answer is a text such as `3×3`; `3 x 3` and `3, 3` are the same. */
  | { readonly kind: "shape" }
  /** The answer is one of these, as it stands here. */
  | { readonly kind: "choice"; readonly options: readonly string[] }
  /** The answer is the cells of this tensor at these row-major positions, in any order; they are marked in its empty grid. */
  | { readonly kind: "cells"; readonly of: Tensor };

export interface Claim {
  readonly id: string;
  /** What is asked, in a few words; pieces between dollar signs are TeX. */
  readonly prompt: string;
  answer(results: Results): Answer;
  /**
   * How it is asked before it is shown; `numbers` unless given. "never": it is told only, since it follows from nothing
   * that a student could work out (a count over random draws), or repeats another.
   */
  readonly asks?: Ask | "never";
  /** What a student needs to know to answer, where the prompt alone does not say; the given tensors are always shown. */
  readonly given?: string;
  /**
   * The names of the knobs without which it cannot be answered: what is given lists exactly these. Every knob that means
   * something now, unless it is said: so a claim that speaks of a knob which stands still now has to say so.
   */
  readonly needs?: readonly string[];
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
    /** What is turned for it; it may depend on how the knobs stand. */
    readonly knobs?: Turned | ((current: Turned) => Turned);
  };
}

type Turned = Readonly<Record<string, number | string | boolean>>;

/** What is turned to see a claim while the knobs stand so; undefined where nothing is. */
export const turnedFor = ({ shows: { knobs } }: Claim, current: Turned): Turned | undefined =>
  typeof knobs === "function" ? knobs(current) : knobs;

/** Whether the slide errs about the present numbers. */
export const isErratum = (claim: Claim, results: Results): boolean =>
  claim.erratum !== undefined && (claim.slideHolds?.(results) ?? true);

/** What the slide says to the present numbers; undefined where it speaks of others, or not at all. */
export const slideOf = (claim: Claim, results: Results): Answer | undefined =>
  (claim.slideHolds?.(results) ?? true) ? claim.slide : undefined;
