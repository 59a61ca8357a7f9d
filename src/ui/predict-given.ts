/** What a student is given to answer a question, and which practice would give something else. Nothing here draws. */
import { storage, type Tensor } from "../core/graph";
import { format } from "../core/numeral";
import type { Tape } from "../core/tape";
import type { Claim } from "../story/claim";
import { isMeant } from "../story/knob";
import type { Knob, Knobs, KnobValue, Lesson, Practice, Station } from "../story/station";
import type { TableProps } from "./tables";

/** A knob in words. */
export type Told = readonly [label: string, value: string];

/** What the knobs of some claims say of the numbers, each with its folder where labels are alike. */
export function givenKnobs(knobs: readonly Knob[], values: Knobs, claims: readonly Claim[]): readonly Told[] {
  const told = knobs.filter((knob) => claims.some((claim) => isGiven(knob, values, claim)));
  return told.map((knob) => [labelAmong(told, knob), valueText(knob, values[knob.name] ?? knob.initial)]);
}

/** Those that the claim needs; else all but those of the picture alone, and those that mean nothing now. */
function isGiven(knob: Knob, values: Knobs, { needs }: Claim): boolean {
  return needs ? needs.includes(knob.name) : knob.turns !== "view" && isMeant(knob, values);
}

/** "Written out: window", beside a "window k" of another folder. */
function labelAmong(told: readonly Knob[], { label, folder }: Knob): string {
  const isAlike = (other: Knob): boolean => other.folder !== folder && firstWord(other.label) === firstWord(label);
  return folder !== undefined && told.some(isAlike) ? `${folder}: ${label}` : label;
}

const firstWord = (label: string): string => label.split(/[\s,]/, 1)[0];

function valueText(knob: Knob, value: KnobValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return format(value);
  const options = knob.kind === "choice" || knob.kind === "image" ? knob.options : [];
  const named = options.find((option) => option.value === value)?.label;
  return named ?? (knob.kind === "image" ? "a picture of your own" : value);
}

// ── tensors ─────────────────────────────────────────────────────────────────

/** What a lesson's givens are told from. */
export interface Givens {
  readonly lesson: Lesson;
  numbers(tensor: Tensor): ArrayLike<number> | undefined;
}

/** The tensors that are given, as tables: those from which what the claim shows is made. */
export const givenTables = (givens: Givens, claim: Claim): readonly TableProps[] =>
  givenTensors(givens.lesson, claim).map((tensor) => ({
    name: tensor.name,
    tex: tensor.tex,
    shape: tensor.shape,
    whole: tensor.type === "index",
    editable: false,
    plain: true,
    values: givens.numbers(tensor),
  }));

/**
 * Where a claim shows nothing, all; but a gradient that arrives has the shape of an output, which may be what is asked. A
 * claim that needs no knob needs no number either.
 */
function givenTensors({ tape, editable, groups }: Lesson, claim: Claim): readonly Tensor[] {
  if (claim.needs?.length === 0) return [];
  const all = [...new Set(editable.map(({ tensor }) => tensor))];
  const needed = behind(tape, claim);
  if (needed.size > 0) return all.filter((tensor) => needed.has(storage(tensor)));
  const arriving = new Set(groups.gradients.map(storage));
  return all.filter((tensor) => !arriving.has(storage(tensor)));
}

/** Every tensor that a claim shows or its step reads, and what these are made of. */
function behind({ steps }: Tape, { shows: { step, cells, pin } }: Claim): ReadonlySet<Tensor> {
  const shown = [...cells, ...(pin ? [pin] : [])].map(({ tensor }) => tensor);
  const found = new Set([...(step?.reads ?? []), ...shown].map(storage));
  for (const { reads, writes } of steps.toReversed())
    if (writes.some((tensor) => found.has(storage(tensor)))) for (const tensor of reads) found.add(storage(tensor));
  return found;
}

// ── other numbers ───────────────────────────────────────────────────────────

/** So many seeds are tried for one that gives something else. */
const mostTried = 24;

export interface Asked {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly claim: Claim;
  readonly knobs: Knobs;
}

/** The next seed whose practice gives other numbers for a question; undefined where what is given never changes. */
export function nextPractice(asked: Asked, seed: number): number | undefined {
  const seeds = Array.from({ length: mostTried }, (_, at) => seed + 1 + at);
  return seeds.find((next) => givesOther(asked, asked.station.practice(next, asked.knobs)));
}

/** Whether a practice changes a knob that is given, or numbers in cells that are. */
function givesOther({ station, lesson, claim, knobs }: Asked, { knobs: drawn, edits = {} }: Practice): boolean {
  const told = (values: Knobs): string => JSON.stringify(givenKnobs(station.knobs, values, [claim]));
  if (told(knobs) !== told({ ...knobs, ...drawn })) return true;
  const turned = Object.entries(drawn).some(([name, value]) => !Object.is(value, knobs[name]));
  return (turned || Object.keys(edits).length > 0) && givenTensors(lesson, claim).length > 0;
}
