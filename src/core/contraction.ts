/**
 * A contraction: what a step computes when it is linear in each of two operands, stated once as nested loops,
 *
 *     result[r · i] = addend[a · i] + Σ left[l · i] · right[t · i]
 *
 * where i runs over all loops, and r, a, l and t are the cells that each tensor moves per step along each loop. A loop along
 * which the result stays is summed over. One statement serves every direction: each of the tensors may be the one that is
 * computed, since a gradient runs over the same loops with the upstream in the result's place. It is linear in both
 * operands, so that random projections may stand for cells that are too many to be computed alone.
 */
import type { Node } from "./graph";
import { reaching, withoutSingles, type Nest } from "./nest";
import { ravel, size, unravel, type Shape } from "./shape";
import type { Step } from "./tape";

/** A tensor of a contraction: its name among the op's inputs or outputs, and how far it moves along each loop. */
export interface Part {
  readonly name: string;
  readonly steps: readonly number[];
  /** Zeros that stand on both sides of each axis of the tensor, and that `steps` count along: none unless told. */
  readonly margin?: readonly number[];
}
export interface Contraction {
  readonly extents: readonly number[];
  readonly left: Part;
  readonly right: Part;
  readonly result: Part;
  /** What each cell of the result begins with. */
  readonly addend?: Part;
}

/** Which tensor of a contraction is computed. */
export type Target = "result" | "left" | "right" | "addend";

/** The loops that compute one of the tensors: an addend hears of each cell of the result once. */
export function nestFor(contraction: Contraction, target: Target): Nest {
  const { extents, left, right, result, addend } = contraction;
  const still = extents.map(() => 0);
  switch (target) {
    case "result":
      return withoutSingles({ extents, x: left.steps, y: right.steps, into: result.steps });
    case "left":
      return withoutSingles({ extents, x: result.steps, y: right.steps, into: left.steps });
    case "right":
      return withoutSingles({ extents, x: left.steps, y: result.steps, into: right.steps });
    case "addend": {
      const once = extents.map((extent, loop) => (result.steps[loop] === 0 ? 1 : extent));
      return withoutSingles({ extents: once, x: result.steps, y: still, into: addend?.steps ?? still });
    }
  }
}

/** The loops that add an addend to the result: `y` is a single 1. */
export function addingNest(contraction: Contraction): Nest {
  const { x, into, ...rest } = nestFor(contraction, "addend");
  return { ...rest, x: into, into: x };
}

/** The loops of a node, where its op states them. */
export const contractionOf = ({ op, inputs, attributes }: Node): Contraction | undefined =>
  op.contraction?.(
    Object.fromEntries(Object.entries(inputs).map(([name, { shape }]): [string, Shape] => [name, shape])),
    attributes,
  );

/** Which tensor of its contraction a step computes: the result, or the input that a gradient is of. */
export function targetOf({ gradient }: Pick<Step, "gradient">, { left, right }: Contraction): Target {
  if (!gradient) return "result";
  if (gradient.input === left.name) return "left";
  return gradient.input === right.name ? "right" : "addend";
}

/** The part of a contraction that is computed. Throws where it has no addend and one is asked for. */
export function partOf(contraction: Contraction, target: Target): Part {
  const part = contraction[target];
  if (!part) throw new Error(`contraction: there is no ${target}; left, right or result would fit`);
  return part;
}

/** The cells of the result that a cell of another part has a hand in, in order. */
export function readersOf(contraction: Contraction, target: Exclude<Target, "result">, place: number): number[] {
  const nest = nestFor(contraction, target);
  const result = target === "right" ? "y" : "x";
  const { free, starts } = reaching(nest, place);
  const found = new Set(starts.flatMap((start) => spots(free.extents, free[result], start[result])));
  return [...found].toSorted((a, b) => a - b);
}

/** Every position that loops reach from a start. */
const spots = (extents: readonly number[], steps: readonly number[], start: number): number[] =>
  extents.reduce(
    (from, extent, loop) =>
      steps[loop] === 0 ? from : from.flatMap((at) => Array.from({ length: extent }, (_, i) => at + i * steps[loop])),
    [start],
  );

// ── layouts ─────────────────────────────────────────────────────────────────

/** The shape of a tensor with its margin. */
export const widened = (shape: Shape, margin?: readonly number[]): Shape =>
  margin ? shape.map((extent, axis) => extent + 2 * margin[axis]) : shape;

/** A run of cells that lie side by side both in the tensor and in its layout. */
export interface Run {
  readonly at: number;
  readonly place: number;
  readonly length: number;
}

/** The cells of a tensor in order, by runs: the whole of it where it has no margin, else row by row. */
export function* runsOf(shape: Shape, margin?: readonly number[]): Generator<Run, void, undefined> {
  if (!margin?.some((width) => width > 0)) return yield { at: 0, place: 0, length: size(shape) };
  const wide = widened(shape, margin);
  const length = shape[shape.length - 1];
  for (let at = 0; at < size(shape); at += length) yield { at, place: placeOf(shape, wide, margin, at), length };
}

/** Where the cell at a row-major position lies in the layout with the margin. */
function placeOf(shape: Shape, wide: Shape, margin: readonly number[], at: number): number {
  let [place, step] = [0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += ((at % shape[axis]) + margin[axis]) * step;
    at = Math.floor(at / shape[axis]);
    step *= wide[axis];
  }
  return place;
}

/** Cells of the layout. */
export const layoutSize = (shape: Shape, margin?: readonly number[]): number => size(widened(shape, margin));

/** Where a cell lies in the layout, by its row-major position. */
export function placesOf(shape: Shape, margin?: readonly number[]): (at: number) => number {
  if (!margin) return (at) => at;
  const wide = widened(shape, margin);
  return (at) => placeOf(shape, wide, margin, at);
}

/** The cell at a place of the layout, the way back; the place must not lie in the margin. */
export function cellsOf(shape: Shape, margin?: readonly number[]): (place: number) => number {
  if (!margin) return (place) => place;
  const wide = widened(shape, margin);
  return (place) => {
    const index = unravel(wide, place);
    return ravel(
      shape,
      index.map((i, axis) => i - margin[axis]),
    );
  };
}
