/**
 * How a strided sum is dealt out to threads: in which order its terms are read, and into how many parts it is cut. All of
 * it follows from the shapes, so the same input gives the same bits.
 */
import { size } from "../core/shape";
import { isAligned, linewise } from "./linewise";
import type { Walk } from "./walk";

/** A strided sum: the axes that the result keeps and those that are summed, each with the strides of what is read. */
export interface Summation {
  readonly kept: Walk;
  readonly summed: Walk;
  /** What the sums are divided by. */
  readonly divisor?: number;
}

/** The entry of `reduce.wgsl`: four terms of a line at once, four cells at once, or one term at a time. */
export type Entry = "spans" | "columns" | "terms";

/** What `reduce.wgsl` must know. */
export interface Dealing extends Share {
  readonly entry: Entry;
  readonly cells: number;
  readonly divisor: number;
  /** The axes by which a unit finds where it begins, and those that count the lines of terms. */
  readonly kept: Walk;
  readonly outer: Walk;
  /** Terms of a line, and per operand cells per step along it. */
  readonly extent: number;
  readonly lines: number;
  readonly steps: readonly number[];
  /** What threads share: cells, or quads of cells. */
  readonly units: number;
  /** Parts of every cell that are left to be added up; 1 where the first dispatch writes the result. */
  readonly parts: number;
  /** In `columns`: quads along the last kept axis, whether the second operand moves along it, and where the first ends. */
  readonly quads: number;
  readonly rightMoves: boolean;
  readonly limit: number;
  /** Whether nothing that is read must be left out: in `spans` lines of whole quads, in `columns` no short row. */
  readonly whole: boolean;
}

/** Works out how a sum is dealt out. What is read first stands in for a second operand that is not read. */
export function dealingOf({ kept, summed, divisor = 1 }: Summation): Dealing {
  const plain: Sum = { kept: paired(kept), summed: paired(summed) };
  const together = rowsTogether(plain);
  const sum = together === 1 ? plain : gathered(plain, together);
  const entry = entryOf(sum);
  const [cells, terms] = [size(kept.extents), size(summed.extents)];
  const of = linewise(sum.kept);
  const along = linewise(sum.summed);
  const units = entry === "columns" ? of.lines * of.quads : cells;
  const share = shareOf(units, entry === "spans" ? along.quads : along.extent, along.lines, terms);
  return {
    ...share,
    entry,
    cells,
    divisor,
    kept: entry === "columns" ? of.outer : sum.kept,
    outer: along.outer,
    extent: along.extent,
    lines: along.lines,
    steps: along.steps,
    units,
    parts: share.across * share.down * together,
    quads: of.quads,
    rightMoves: of.steps[1] !== 0,
    limit: together === 1 ? 2 ** 32 - 1 : cells * terms,
    whole: entry === "spans" ? isWhole(sum) : together === 1,
  };
}

interface Sum {
  readonly kept: Walk;
  readonly summed: Walk;
}
const paired = ({ extents, strides: [left, right = left] }: Walk): Walk => ({ extents, strides: [left, right] });

// ── in which order ──────────────────────────────────────────────────────────

function entryOf(sum: Sum): Entry {
  if (isSpans(sum)) return "spans";
  return isColumns(sum) ? "columns" : "terms";
}

/** The terms of a line lie side by side in both operands, and begin at the same place within a quad. */
function isSpans({ kept, summed }: Sum): boolean {
  const along = linewise(summed);
  const alike = [kept, along.outer].every(({ strides: [left, right] }) =>
    left.every((stride, axis) => (stride - right[axis]) % 4 === 0),
  );
  return along.steps.every((step) => step === 1) && alike;
}

/** Every line of terms begins and ends with a quad. */
function isWhole({ kept, summed }: Sum): boolean {
  const { extent, outer } = linewise(summed);
  const begins = [kept, outer].every(({ strides: [left] }) => left.every((stride) => stride % 4 === 0));
  return extent % 4 === 0 && begins;
}

/** The cells of the last kept axis lie side by side, and every four of them are a quad wherever a term lies. */
function isColumns({ kept, summed }: Sum): boolean {
  const of = linewise(kept);
  const whole = of.extent % 4 === 0 || summed.extents.length === 0;
  const apart = of.steps.every((step, t) => step === 0 || summed.strides[t].every((stride) => stride % 4 === 0));
  return of.steps[0] === 1 && whole && apart && isAligned(of);
}

/** How many rows of a matrix make a row of whole quads; 1 where they need not or cannot be taken together. */
function rowsTogether({ kept, summed }: Sum): number {
  const [columns] = kept.extents;
  const isMatrix = kept.extents.length === 1 && summed.extents.length === 1;
  const inOrder = isMatrix && [0, 1].every((t) => kept.strides[t][0] === 1 && summed.strides[t][0] === columns);
  if (!inOrder || columns % 4 === 0) return 1;
  return columns % 2 === 0 ? 2 : 4;
}

/** So many rows as one: its cells are parts of the sums, and the last such row may be short. */
const gathered = ({ kept, summed }: Sum, rows: number): Sum => {
  const columns = kept.extents[0] * rows;
  const down = [Math.ceil(summed.extents[0] / rows)];
  return {
    kept: { extents: [columns], strides: kept.strides },
    summed: { extents: down, strides: summed.strides.map(() => [columns]) },
  };
};

// ── to whom ─────────────────────────────────────────────────────────────────

/** Who adds what: threads per part, and the parts along a line and over lines. */
interface Share {
  readonly threads: number;
  readonly across: number;
  readonly down: number;
}

/** Sums up to this length are not worth a second dispatch. */
const brief = 256;
/** With this many threads a GPU is busy. */
const enough = 2 ** 14;
/** Loads per thread that make up for its own cost. */
const each = 64;
/** Up to this many units have a thread each. */
const few = 512;

/** Deals `lines` lines of `steps` steps per unit. Both dispatches of a long sum take about √terms steps at most. */
function shareOf(units: number, steps: number, lines: number, terms: number): Share {
  const work = steps * lines;
  const wanted = Math.min(enough, Math.ceil((units * work) / each)) / units;
  const parts = terms <= brief ? 1 : Math.min(Math.ceil(wanted), Math.ceil(Math.sqrt(terms)));
  const across = Math.min(parts, steps);
  const down = Math.min(lines, Math.ceil(parts / across));
  const threads = Math.max(Math.ceil((units * work) / (across * down * each)), few);
  return { across, down, threads: Math.min(units, threads) };
}
