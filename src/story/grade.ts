/** Grading: how a claim is answered before it is shown, and whether an answer is what comes out. Pure. */
import { size, unravel, type Shape } from "../core/shape";
import type { Tensor } from "../core/graph";
import { fewDigits, isCount, meets } from "./agreement";
import { isErratum, slideOf, type Answer, type Claim } from "./claim";
import type { CellRef } from "./picture";
import type { Results } from "./results";
import { isUnread, readNumber, type Written } from "./written";

/** What a student fills in. */
export type Form =
  /** A field per number; side by side as in the tensor that they stand in. */
  | { readonly kind: "numbers"; readonly fields: readonly Field[]; readonly columns: number }
  /** Numbers in a row, in one text: how many there are is part of the answer. */
  | { readonly kind: "list" }
  | { readonly kind: "shape" }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "cells"; readonly of: Tensor }
  /** Words that must be met, apart from spaces and capitals. */
  | { readonly kind: "text" };

/** A number that is asked for. */
export interface Field {
  /** In plain letters: "O[0, 1]". */
  readonly name: string;
  /** Seen beside the field, as TeX: where the place alone does not say which number it is. */
  readonly tex?: string;
}

export type Grade =
  | { readonly verdict: "right" }
  | {
      readonly verdict: "wrong";
      /** Whether it is what the slide says, where that errs. */
      readonly slides: boolean;
      /** The fields that are wrong. */
      readonly at: readonly number[];
    }
  /** It cannot be read, so that nothing is judged; `at` is the field. */
  | { readonly verdict: "unread"; readonly problem: string; readonly at?: number };

/** Whether a claim is asked at all. */
export const isAsked = ({ asks }: Claim): boolean => asks !== "never";

/** What is to be filled in for the present numbers; the claim must be one that is asked. */
export function formOf(claim: Claim, results: Results): Form {
  const ask = claim.asks === "never" ? undefined : claim.asks;
  if (ask && ask.kind !== "numbers") return ask;
  const answer = claim.answer(results);
  if (typeof answer === "string") return { kind: "text" };
  return typeof answer === "object"
    ? numbersForm(claim, answer.length, ask?.called)
    : { kind: "numbers", fields: [{ name: "answer" }], columns: 1 };
}

function numbersForm({ shows: { cells } }: Claim, count: number, called?: readonly Field[]): Form {
  if (called) return { kind: "numbers", fields: called, columns: 1 };
  const [first] = cells;
  const one = first && cells.length === count && cells.every(({ tensor }) => tensor === first.tensor);
  if (one && size(first.tensor.shape) === count) return { kind: "numbers", ...fieldsOfTensor(first.tensor) };
  return cells.length === count ? { kind: "numbers", fields: cells.map(fieldOf), columns: 1 } : { kind: "list" };
}

/** A row of numbers is broken where it would grow too wide. */
const mostColumns = 6;

function fieldsOfTensor({ name, shape }: Tensor): { fields: readonly Field[]; columns: number } {
  const fields = Array.from({ length: size(shape) }, (_, at) => ({
    name: `${name}[${unravel(shape, at).join(", ")}]`,
  }));
  return { fields, columns: shape.length === 1 ? Math.min(shape[0], mostColumns) : (shape.at(-1) ?? 1) };
}

/** Numbers of several tensors are called by their cells. */
function fieldOf({ tensor: { name, tex, shape }, at }: CellRef): Field {
  const index = size(shape) === 1 ? "" : `[${unravel(shape, at).join(", ")}]`;
  return { name: name + index, tex: tex + index };
}

/** Grades what was filled in: a text per field, the chosen option, the positions of cells. One text may hold all numbers of a list. */
export function grade(claim: Claim, results: Results, texts: readonly string[]): Grade {
  const form = formOf(claim, results);
  const found = compare(form, claim.answer(results), texts);
  if (found.verdict !== "wrong" || !isErratum(claim, results)) return found;
  const slide = slideOf(claim, results);
  const slides = slide !== undefined && compare(form, slide, texts).verdict === "right";
  return { ...found, slides };
}

function compare(form: Form, truth: Answer, texts: readonly string[]): Grade {
  switch (form.kind) {
    case "numbers":
      return compareNumbers(numbersOf(truth), parted(texts, form.fields.length));
    case "list":
      return compareList(numbersOf(truth), parted(texts, 2));
    case "shape":
      return compareShapes(String(truth), texts.join(" "));
    case "choice":
      return compareChoice(form.options, String(truth), texts);
    case "cells":
      return compareCells(size(form.of.shape), numbersOf(truth).map(Number), texts);
    case "text":
      return texts.join(" ").trim() === ""
        ? unread("An answer is missing.")
        : judged(words(String(truth)) === words(texts.join(" ")));
  }
}

const unread = (problem: string, at?: number): Grade => ({
  verdict: "unread",
  problem,
  ...(at !== undefined && { at }),
});

const judged = (right: boolean, at: readonly number[] = []): Grade =>
  right ? { verdict: "right" } : { verdict: "wrong", slides: false, at };

const numbersOf = (answer: Answer): readonly (number | bigint)[] =>
  typeof answer === "object" ? answer : typeof answer === "string" ? [Number.NaN] : [answer];

const words = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, " ").replaceAll("−", "-").trim();

// ── numbers ─────────────────────────────────────────────────────────────────

/** A list in one text as its numbers. */
const parted = (texts: readonly string[], count: number): readonly string[] =>
  texts.length === 1 && count > 1 ? texts[0].split(/[\s,;()[\]]+/).filter(Boolean) : texts;

function compareNumbers(truth: readonly (number | bigint)[], texts: readonly string[]): Grade {
  if (texts.length !== truth.length)
    return unread(
      `${texts.length === 0 ? "None is" : `${texts.length} are`} given; ${truth.length} numbers are asked for.`,
    );
  return compareEach(truth, texts, (at) => truth[at]);
}

/** One too few or too many is wrong, as a wrong one is. */
function compareList(truth: readonly (number | bigint)[], texts: readonly string[]): Grade {
  if (texts.length === 0) return unread("Numbers are missing.", 0);
  return compareEach(truth, texts, (at) => truth[Math.min(at, truth.length - 1)]);
}

function compareEach(
  truth: readonly (number | bigint)[],
  texts: readonly string[],
  like: (at: number) => number | bigint,
): Grade {
  const read = texts.map((text, at) => readNumber(text, isCount(like(at))));
  const given = read.filter((reading): reading is Written => !isUnread(reading));
  const failed = read.findIndex(isUnread);
  if (failed >= 0) return unread(read.flatMap((reading) => (isUnread(reading) ? reading.problem : []))[0], failed);
  const most = Math.max(given.length, truth.length);
  const wrong = Array.from({ length: most }, (_, at) => at).filter(
    (at) => at >= given.length || at >= truth.length || !meets(given[at], truth[at]),
  );
  return judged(wrong.length === 0, wrong);
}

// ── shapes, choices, cells ──────────────────────────────────────────────────

/** `3 × 3`, `3x3`, `(3, 3)` and `[3,3]` as extents; "scalar" and `()` as none. */
export function readShape(text: string): Shape | undefined {
  const plain = text.trim().toLowerCase();
  if (/^(?:scalar|\(\s*\)|\[\s*\])$/.test(plain)) return [];
  const bare =
    /^(?:\((.*)\)|\[(.*)\])$/
      .exec(plain)
      ?.slice(1)
      .find((inner) => inner !== undefined) ?? plain;
  const parts = bare
    .replace(/,\s*$/, "")
    .trim()
    .split(/\s*(?:×|x|\*|·|,|;|by)\s*|\s+/);
  return parts.every((part) => /^\d{1,15}$/.test(part)) ? parts.map(Number) : undefined;
}

function compareShapes(truth: string, text: string): Grade {
  if (text.trim() === "") return unread("A shape is missing.", 0);
  const [asked, given] = [readShape(truth), readShape(text)];
  if (!given)
    return unread(`“${text.trim().slice(0, 24)}” is not a shape. Shapes such as 3 × 3, 3x3 or (3, 3) can be read.`, 0);
  return judged(asked !== undefined && asked.join() === given.join(), [0]);
}

function compareChoice(options: readonly string[], truth: string, texts: readonly string[]): Grade {
  const [text = ""] = texts;
  if (!options.includes(text))
    return unread(text === "" ? "Choose one first." : `“${text.slice(0, 40)}” is none of the choices.`);
  return judged(text === truth);
}

function compareCells(count: number, truth: readonly number[], texts: readonly string[]): Grade {
  const marked = parted(texts, 2);
  const strange = marked.find((text) => !/^\d+$/.test(text.trim()) || Number(text) >= count);
  if (strange !== undefined)
    return unread(`“${strange.slice(0, 24)}” is no cell; positions from 0 to ${count - 1} would fit.`);
  const [given, asked] = [new Set(marked.map(Number)), new Set(truth)];
  const apart = [...given].filter((at) => !asked.has(at)).concat([...asked].filter((at) => !given.has(at)));
  return judged(apart.length === 0, apart);
}

// ── an answer as it would be filled in ──────────────────────────────────────

const numberText = (value: number | bigint): string => String(isCount(value) ? value : fewDigits(Number(value)));

/** The texts that would fill the form in with an answer. */
export const textsOf = (answer: Answer): readonly string[] =>
  typeof answer === "string" ? [answer] : numbersOf(answer).map(numberText);
