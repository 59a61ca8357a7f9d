/** What the state of a session looks like in the cards: badge, reading, legend, tables. Pure. */
import type { Comparison } from "../core/compare";
import { cellName } from "../core/explanation";
import { constantAt, isConstant, storage, type Tensor } from "../core/graph";
import { precise } from "../core/numeral";
import { size, unravel } from "../core/shape";
import type { CellRef, Now, Picture } from "../story/picture";
import type { Frame } from "../story/score";
import type { Edits, Lesson } from "../story/station";
import type { BadgeProps } from "./badge";
import type { Explained } from "./check.worker";
import type { ErrorMessage } from "./messages";
import type { LegendProps, ScaleEnds } from "./legend";
import type { Reading } from "./reading";
import type { Session } from "./session";
import { magnitude, statisticsOf, type Statistics } from "./statistics";
import type { TableProps } from "./tables";

const tensors = (n: number): string => `${n} ${n === 1 ? "tensor" : "tensors"}`;

type Compared = readonly (readonly [Tensor, Comparison])[];

/** Where a verdict comes from: the lesson, the iteration that is seen of it, and the GPU that may be missing. */
export interface BadgeState {
  readonly session: Session | undefined;
  readonly iteration: number;
  readonly missing: string | undefined;
  readonly crashed: boolean;
  /** Why nothing may have been built. */
  readonly errors: readonly ErrorMessage[];
}

/** The verdict over all tensors: any failure wins, then whatever could not be decided, then samples. */
export function badgeOf({ session, iteration, missing, crashed, errors }: BadgeState): BadgeProps {
  if (missing !== undefined)
    return { verdict: "not run", text: `not run: ${crashed ? "no GPU now" : "no WebGPU here"}`, detail: missing };
  if (!session && errors.length > 0)
    return { verdict: "not run", text: "not run: nothing to check", detail: errors[0].what };
  const all = [...(session?.comparisons ?? [])];
  if (!session || (all.length === 0 && !session.check))
    return { verdict: "not run", text: "not run: computing", detail: "The first run is under way." };
  return (
    failure(all) ??
    unfinished(session, all.length) ??
    doubt(all) ??
    sample(all) ??
    agreement(all, seenOf(session, iteration))
  );
}

const withVerdict = (all: Compared, verdict: Comparison["verdict"]): Compared =>
  all.filter(([, comparison]) => comparison.verdict === verdict);

function failure(all: Compared): BadgeProps | undefined {
  const failing = withVerdict(all, "fails");
  if (failing.length === 0) return undefined;
  const [tensor, { ratio }] = worst(failing);
  return {
    verdict: "fails",
    text: `fails: ${tensor.name}, ${failing.length} of ${tensors(all.length)}`,
    detail: `The worst cell of ${tensor.name} is off by ${ratio.toPrecision(3)} times its bound. Click to see it.`,
  };
}

/** How far a check has come that takes long, or where it was stopped. */
function unfinished({ check }: Session, done: number): BadgeProps | undefined {
  if (!check) return undefined;
  const far = `${done} of ${tensors(check.tensors)}`;
  return check.goesOn
    ? {
        verdict: "not run",
        text: `checking, ${far}`,
        detail: "Every tensor is held against the reference, which takes a while at this size. Click to stop.",
      }
    : {
        verdict: "not run",
        text: `not run: stopped at ${far}`,
        detail: "The check was stopped. Click to run it again.",
      };
}

function doubt(all: Compared): BadgeProps | undefined {
  const undecided = [...withVerdict(all, "not run"), ...withVerdict(all, "undecidable")];
  if (undecided.length === 0) return undefined;
  const [tensor, { verdict, method, overflows }] = undecided[0];
  const missed = verdict === "not run";
  return {
    verdict: missed ? "not run" : "undecidable",
    text: `${missed ? "not run" : "not decidable"}: ${tensor.name}, ${undecided.length} of ${tensors(all.length)}`,
    detail: `${tensor.name}: ${missed ? method : overflows ? beyond : "its bound is wider than a thousandth of its largest value"}.`,
  };
}
const beyond = "something on the way to it is larger than a float32 can be, and counts as ∞";

function sample(all: Compared): BadgeProps | undefined {
  const first = all.find(([, { method }]) => /^(sampled|projected)/.test(method));
  if (!first) return undefined;
  const [tensor, { method }] = first;
  return { verdict: "sampled", text: `holds, ${method}`, detail: `${tensor.name}: ${method}.` };
}

/** Counts what is seen: the steps of other iterations would be a number that nobody can follow. */
function agreement(all: Compared, seen: ReadonlySet<Comparison>): BadgeProps {
  const [tensor, { ratio }] = worst(all);
  const others = all.length - seen.size;
  const elsewhere =
    others > 0 ? ` So do ${tensors(others)} of steps that are not on screen; they were held against it too.` : "";
  return {
    verdict: "holds",
    text: `holds, ${seen.size} of ${tensors(seen.size)}`,
    detail: `Every cell lies within its bound; the nearest to it is in ${tensor.name}, at ${(ratio * 100).toPrecision(2)} %.${elsewhere}`,
  };
}

/** How the tensors that the tables list stand; given ones are written by no step, so that there is nothing to hold. */
const seenOf = (session: Session, iteration: number): ReadonlySet<Comparison> =>
  new Set(listed(session.lesson, iteration).flatMap(([, tensor]) => comparisonOf(session, tensor) ?? []));

const comparisonOf = (session: Session, tensor: Tensor): Comparison | undefined =>
  session.comparisons.get(storage(tensor)) ?? session.comparisons.get(tensor);

/** The tensor whose worst cell is farthest out. */
export const worst = (all: Compared): readonly [Tensor, Comparison] =>
  all.reduce((a, b) => (b[1].ratio > a[1].ratio ? b : a));

/** The first tensor that fails, with its worst cell. */
export function worstFailure(session: Session): CellRef | undefined {
  const failing = [...session.comparisons].filter(([, comparison]) => comparison.verdict === "fails");
  if (failing.length === 0) return undefined;
  const [tensor, { worst: at }] = worst(failing);
  return { tensor, at };
}

export interface ReadingState {
  readonly cell: CellRef;
  readonly pinned: boolean;
  readonly explained: Explained | undefined;
  readonly because: string | undefined;
}

export function readingOf(session: Session, { cell, pinned, explained, because }: ReadingState): Reading {
  const { tensor, at } = cell;
  const value = session.results.value(tensor, at);
  const index = unravel(tensor.shape, at);
  const sentence = because ?? session.lesson.remark?.(tensor, at, session.results);
  return {
    name: tensor.tex,
    index: index.length === 0 ? "" : `[${index.join(", ")}]`,
    pinned,
    ...(session.results.ready && { value }),
    // Without a GPU the value is the reference itself: there is nothing to compare.
    ...(explained &&
      session.program && {
        reference: explained.reference,
        bound: explained.bound,
        difference: value - explained.reference,
      }),
    ...(explained && { equation: { symbols: explained.symbols.tex, numbers: explained.numbers.tex } }),
    ...(sentence !== undefined && { sentence }),
    editable: isEditable(session.lesson, tensor),
  };
}

export const isEditable = (lesson: Lesson, tensor: Tensor): boolean =>
  lesson.editable.some((editable) => editable.tensor === storage(tensor));

/** The editable name of a tensor. */
export const editName = (lesson: Lesson, tensor: Tensor): string | undefined =>
  lesson.editable.find((editable) => editable.tensor === storage(tensor))?.name;

/** Plain words for a cell: "C[0, 1]". */
export const cellText = ({ tensor, at }: CellRef): string => cellName(tensor, at).text;

export function legendOf(session: Session, picture: Picture, scale: "linear" | "symmetric log"): LegendProps {
  const groups = Object.entries(session.lesson.groups)
    .filter(([name, group]) => group.length > 0 && isSeen(name, picture))
    .map(([name, group]) => [name, statisticsIn(session, group)] as const);
  const all = groups.flatMap(([, statistics]) => statistics);
  const isSigned = all.length === 0 || all.some(({ least }) => least < 0);
  return {
    groups: groups.map(([name, statistics]) =>
      ends(name === "outputs" ? (session.lesson.outputsAre ?? name) : name, statistics, isSigned),
    ),
    marks: picture.legend,
    ...(picture.outcomes && { outcomes: picture.outcomes }),
    hasNaN: all.some(({ nan }) => nan > 0),
    hasInfinite: all.some(({ infinite }) => infinite > 0),
    scale,
  };
}

/** Whether colours of a group are seen: beside classes only where other blocks show it. */
const isSeen = (name: string, { blocks, outcomes }: Picture): boolean =>
  outcomes === undefined || blocks.some(({ group }) => group === name);

const statisticsIn = (session: Session, group: readonly Tensor[]): readonly Statistics[] =>
  group.flatMap((tensor) => {
    const numbers = session.numbers(tensor);
    return numbers ? [statisticsOf(numbers)] : [];
  });

/** A scale reaches as far below 0 as above it; where no number of any group is below, only the upper half is told. */
function ends(name: string, group: readonly Statistics[], isSigned: boolean): ScaleEnds {
  const most = Math.max(0, ...group.map(magnitude)) || 1;
  return { name, lower: isSigned ? -most : 0, upper: most };
}

export function tablesOf(session: Session, iteration: number): readonly TableProps[] {
  return session.lesson
    .shown(iteration)
    .flatMap(({ called, tensor, gradient }) => [
      table(session, tensor, "data", called ?? tensor),
      ...(gradient ? [table(session, gradient, "gradient", gradient)] : []),
    ]);
}

/** The tensors that the tables list, by the names that they have there. */
export const listed = (lesson: Lesson, iteration: number): readonly (readonly [name: string, tensor: Tensor])[] =>
  lesson
    .shown(iteration)
    .flatMap(({ called, tensor, gradient }) => [
      [called?.name ?? tensor.name, tensor] as const,
      ...(gradient ? [[gradient.name, gradient] as const] : []),
    ]);

function table(
  session: Session,
  tensor: Tensor,
  current: "data" | "gradient",
  { name, tex }: { readonly name: string; readonly tex: string },
): TableProps {
  const comparison = comparisonOf(session, tensor);
  return {
    name,
    tex,
    shape: tensor.shape,
    whole: tensor.type === "index",
    values: valuesOf(session, tensor),
    current,
    editable: isEditable(session.lesson, tensor),
    ...(comparison && { verdict: verdictText(comparison), fails: comparison.verdict === "fails" }),
  };
}

/** The numbers of a tensor; undefined before the first run. */
export const valuesOf = (session: Pick<Session, "numbers">, tensor: Tensor): ArrayLike<number> | undefined =>
  session.numbers(tensor) ?? filled(tensor);

const fills = new WeakMap<Tensor, Float32Array>();

/** The numbers of a tensor that holds the same ones for good. */
function filled(tensor: Tensor): Float32Array | undefined {
  if (!isConstant(tensor)) return undefined;
  const numbers =
    fills.get(tensor) ?? Float32Array.from({ length: size(tensor.shape) }, (_, at) => constantAt(tensor, at) ?? 0);
  fills.set(tensor, numbers);
  return numbers;
}

function verdictText({ verdict, method, ratio, compared, overflows }: Comparison): string {
  if (verdict === "not run") return `not run: ${method}`;
  if (verdict === "undecidable") return `not decidable: ${overflows ? beyond : "the bound is too wide"}`;
  return `${verdict}, ${method} (${compared}), worst at ${precise(Number((ratio * 100).toPrecision(2)), 9)} % of its bound`;
}

/** Edits with one cell changed; a cell that goes back to what the knobs give is left in, as the user typed it. */
export const withEdit = (edits: Edits, name: string, at: number, value: number): Edits => ({
  ...edits,
  [name]: { ...edits[name], [at]: value },
});

/** What a picture may ask of the present moment. */
export const nowOf = (frame: Frame, { results }: Session): Now => ({
  results,
  iteration: frame.iteration,
  progress: (step) => frame.progress.get(step)?.u ?? 1,
  ...(frame.act && { act: { step: frame.act.span.act.step, moment: frame.act.moment } }),
});
