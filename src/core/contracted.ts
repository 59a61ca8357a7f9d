/** What a contraction makes of the numbers that a step read: whole or cell by cell, with the bounds that its formulas have. */
import {
  addingNest,
  layoutSize,
  nestFor,
  partOf,
  placesOf,
  runsOf,
  targetOf,
  type Contraction,
  type Part,
  type Target,
} from "./contraction";
import type { Tensor } from "./graph";
import { multiplying, productsOf, reaching, type Nest } from "./nest";
import { float32, flushed, type Precision } from "./precision";
import { blank, type Expected } from "./expected";
import type { ReadTensor } from "./reader";
import type { Step } from "./tape";
import type { Work } from "./work";

/** A step's contraction with its factors laid out. */
export interface Laid {
  readonly nest: Nest;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** What is added besides the products, by a nest of its own: `y` is a single 1 unless groups of cells were folded. */
  readonly addend?: { readonly nest: Nest; readonly x: Float64Array; readonly y: Float64Array } | undefined;
  /** Cells of the target's layout. */
  readonly cells: number;
  readonly tensor: Tensor;
  readonly target: Target;
  /** The target's place among the loops. */
  readonly part: Part;
  /** The largest size of a gradient that arrives; 0 on a forward step. */
  readonly arriving: number;
}

/** A single 1: the factor where there is none. */
export const one = Float64Array.of(1);
const nothing = new Float64Array(0);

/** Lays out what a step's contraction reads, in turns. */
export function* laying(step: Step, contraction: Contraction, read: ReadTensor): Work<Laid> {
  const target = targetOf(step, contraction);
  const { node, gradient } = step;
  const upstream = gradient?.upstream[contraction.result.name];
  const tensorOf = (part: Part): Tensor =>
    part === contraction.result ? (upstream ?? node.outputs[part.name]) : node.inputs[part.name];
  const { left, right, result, addend } = contraction;
  const [first, second] = target === "result" || target === "right" ? [left, right] : [result, right];
  const x = yield* laid(first, tensorOf(first), read);
  const other = target === "right" ? result : second;
  const y = target === "addend" ? one : yield* laid(other, tensorOf(other), read);
  const part = partOf(contraction, target);
  const [tensor] = step.writes;
  const cells = layoutSize(tensor.shape, part.margin);
  const base = { nest: nestFor(contraction, target), x, y, cells, tensor, target, part };
  if (target !== "result") return { ...base, arriving: largest(target === "right" ? y : x) };
  const added = addend && { nest: addingNest(contraction), x: yield* laid(addend, tensorOf(addend), read), y: one };
  return { ...base, arriving: 0, ...(added && { addend: added }) };
}

/** A tensor's numbers in the layout that its margin widens. */
export function* laid({ margin }: Part, tensor: Tensor, read: ReadTensor): Work<Float64Array> {
  const numbers = new Float64Array(layoutSize(tensor.shape, margin));
  let done = 0;
  for (const { at, place, length } of runsOf(tensor.shape, margin)) {
    for (let i = 0; i < length; i++) {
      numbers[place + i] = read(tensor, at + i);
      if (++done % slice === 0) yield;
    }
  }
  return numbers;
}

/** The largest finite size among numbers. */
export function largest(numbers: Float64Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    const each = Math.abs(numbers[i]);
    if (each > most && each < Infinity) most = each;
  }
  return most;
}

/** The same contraction of other numbers: of their sizes, of their squares. */
export function* mapping(made: Laid, each: (value: number) => number): Work<Laid> {
  const { addend } = made;
  return {
    ...made,
    x: yield* inSlices(made.x, each),
    y: yield* inSlices(made.y, each),
    addend: addend && { ...addend, x: yield* inSlices(addend.x, each) },
  };
}

/** Cells that are gone through between two turns: about a millisecond. */
const slice = 2 ** 16;

function* inSlices(numbers: Float64Array, each: (value: number) => number): Work<Float64Array> {
  const made = new Float64Array(numbers.length);
  for (let from = 0; from < made.length; from += slice) {
    const until = Math.min(from + slice, made.length);
    for (let i = from; i < until; i++) made[i] = each(numbers[i]);
    yield;
  }
  return made;
}

/** The sums of a contraction, in the target's layout. */
export function* summing(made: Laid): Work<Float64Array> {
  const sums = new Float64Array(made.cells);
  yield* multiplying(made.nest, made.x, made.y, sums);
  if (made.addend) yield* multiplying(made.addend.nest, made.addend.x, made.addend.y, sums);
  return sums;
}

// ── every cell ──────────────────────────────────────────────────────────────

/** Every cell that the contraction writes, as its formulas have it. */
export function* contracting(made: Laid, precision: Precision = float32): Work<Expected> {
  const values = yield* summing(made);
  const scales = yield* summing(yield* mapping(made, Math.abs));
  const counts = yield* summing(counting(made));
  const losses: Float64Array[] = [];
  for (const each of yield* losing(made, precision)) losses.push(yield* summing(each));
  const expected = blank(made.tensor);
  for (const { at, place, length } of runsOf(made.tensor.shape, made.part.margin))
    for (let i = 0; i < length; i++) {
      if ((at + i) % slice === 0) yield;
      const from = place + i;
      const sums = {
        scale: scales[from],
        count: counts[from],
        loss: losses.reduce((sum, each) => sum + each[from], 0),
      };
      put(expected, at + i, values[from], sums, boundOf(made, sums, precision));
    }
  return expected;
}

const put = (expected: Expected, at: number, value: number, { scale }: Sums, bound: number): void => {
  expected.values[at] = value;
  expected.bounds[at] = bound;
  expected.peaks[at] = scale;
};

/** The contraction that counts what is added to each cell: loops along which the target stays count at once. */
export function counting({ nest, addend, ...rest }: Laid): Laid {
  return { ...rest, ...countingNest(nest), ...(addend && { addend: countingNest(addend.nest) }) };
}
function countingNest({ extents, into }: Nest): { nest: Nest; x: Float64Array; y: Float64Array } {
  const free = extents.reduce((n, extent, loop) => (into[loop] === 0 ? n * extent : n), 1);
  const carried = (_: unknown, loop: number): boolean => into[loop] !== 0;
  const still = into.filter(carried).map(() => 0);
  return {
    nest: { extents: extents.filter(carried), x: still, y: still, into: into.filter(carried) },
    x: Float64Array.of(free),
    y: one,
  };
}

/**
 * The contractions that sum up what subnormal numbers may cost that are taken for 0: those of either factor and of the
 * addend. None where there are no such numbers, as nearly always.
 */
function* losing(made: Laid, precision: Precision): Work<readonly Laid[]> {
  const losses = yield* mapping(made, (value) => flushed(value, precision));
  if (![losses.x, losses.y, losses.addend?.x ?? nothing].some((each) => largest(each) > 0)) return [];
  const sizes = yield* mapping(made, Math.abs);
  return [
    { ...losses, y: sizes.y },
    { ...losses, x: sizes.x, addend: undefined },
  ];
}

/** What the bound of a cell is made of: the size of its terms, how many they are, what flushing may cost. */
interface Sums {
  readonly scale: number;
  readonly count: number;
  readonly loss: number;
}

/**
 * The bound that the formulas derive: each product rounds (in a gradient its factor may have been rounded, too), and each
 * addition, in whatever order.
 */
function boundOf({ target, arriving }: Laid, { scale, count, loss }: Sums, { unit, smallest }: Precision): number {
  const rounds = target === "result" || target === "addend" ? 1 : 2;
  const single = rounds * scale * unit + loss + count * smallest * (1 + arriving);
  const own = count < 2 ? 0 : (count - 1) * (scale + (target === "result" ? single : 0)) * unit;
  return single + own + (target === "result" && count > 1 ? count * smallest : 0);
}

// ── some cells ──────────────────────────────────────────────────────────────

/** Some cells of what the contraction writes, in turns of one cell or less. */
export function* contractingCells(
  made: Laid,
  cells: readonly number[],
  precision: Precision = float32,
): Work<Expected> {
  const sizes = yield* mapping(made, Math.abs);
  const losses = yield* losing(made, precision);
  const places = placesOf(made.tensor.shape, made.part.margin);
  const expected = blank(made.tensor, cells);
  for (const [i, cell] of cells.entries()) {
    const place = places(cell);
    const value = yield* cellOf(made, place);
    const scale = yield* cellOf(sizes, place);
    let loss = 0;
    for (const each of losses) loss += (yield* cellOf(each, place)).total;
    const sums = { scale: scale.total, count: value.count, loss };
    put(expected, i, value.total, sums, boundOf(made, sums, precision));
    yield;
  }
  return expected;
}

/** One cell, and of how many terms it is the sum. */
function* cellOf(made: Laid, place: number): Work<{ total: number; count: number }> {
  const into = new Float64Array(1);
  let count = 0;
  const add = function* (nest: Nest, x: Float64Array, y: Float64Array): Work<void> {
    const { free, starts } = reaching(nest, place);
    for (const start of starts) yield* multiplying(free, x, y, into, start);
    count += starts.length * productsOf(free);
  };
  yield* add(made.nest, made.x, made.y);
  if (made.addend) yield* add(made.addend.nest, made.addend.x, made.addend.y);
  return { total: into[0], count };
}
