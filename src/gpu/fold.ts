/** Folding: adding up groups of cells along a loop of a contraction, with weights, before it is multiplied. */
import { layoutSize } from "../core/contraction";
import type { Laid } from "../core/contracted";
import type { Nest } from "../core/nest";
import { size } from "../core/shape";
import type { Work } from "../core/work";

/** Cells that are folded into one. */
const most = 32;

/** A loop along which a step may be folded, and how: `count` groups of `group` cells, the last perhaps of fewer. */
export interface Fold {
  readonly loop: number;
  readonly operand: "x" | "y";
  readonly group: number;
  readonly count: number;
}

/** The longest loop that can be folded; undefined where there is none. */
export function foldOf(made: Laid): Fold | undefined {
  const loops = [...made.nest.extents.keys()].filter((loop) => operandAlong(made, loop) !== undefined);
  const [loop] = loops.toSorted((a, b) => made.nest.extents[b] - made.nest.extents[a]);
  const operand = loop === undefined ? undefined : operandAlong(made, loop);
  if (loop === undefined || !operand) return undefined;
  const extent = made.nest.extents[loop];
  const count = Math.ceil(extent / most);
  return { loop, operand, group: Math.ceil(extent / count), count };
}

/** The operand that can be folded along a loop together with the target. */
function operandAlong({ nest, x, y, tensor, part, addend }: Laid, loop: number): "x" | "y" | undefined {
  if ((nest.x[loop] === 0) === (nest.y[loop] === 0)) return undefined;
  const operand = nest.x[loop] === 0 ? "y" : "x";
  const cells = layoutSize(tensor.shape, part.margin);
  const separable =
    divides(nest.into, nest.extents, loop, cells) &&
    divides(nest[operand], nest.extents, loop, (operand === "x" ? x : y).length);
  // Cells of a margin are never written: a group lies in it with all its cells or with none.
  const inner = (part.margin ?? []).findIndex((width) => width > 0);
  const within = inner < 0 ? 1 : layoutSize(tensor.shape.slice(inner), part.margin?.slice(inner));
  const apart = nest.into[loop] % within === 0;
  return separable && apart && (!addend || addendFolds(addend, nest, loop)) ? operand : undefined;
}

/** Whether a position tells the index of this loop: what moves less stays below its step, what moves more is a multiple. */
function divides(steps: readonly number[], extents: readonly number[], loop: number, cells: number): boolean {
  const [step, whole] = [steps[loop], steps[loop] * extents[loop]];
  const others = [...steps.keys()].filter((other) => other !== loop && steps[other] !== 0);
  const larger = others.filter((other) => steps[other] >= whole);
  const smaller = others.filter((other) => steps[other] < whole);
  const reach = smaller.reduce((sum, other) => sum + (extents[other] - 1) * steps[other], 0);
  return step > 0 && reach < step && larger.every((other) => steps[other] % whole === 0) && cells % whole === 0;
}

/** The loop of an addend's nest that is this loop of the products' nest: the one that moves the target as far. */
const sameLoop = (addend: Nest, nest: Nest, loop: number): number =>
  addend.into.findIndex((step, i) => step === nest.into[loop] && addend.extents[i] === nest.extents[loop]);

function addendFolds({ nest: adding, x }: NonNullable<Laid["addend"]>, nest: Nest, loop: number): boolean {
  const own = sameLoop(adding, nest, loop);
  return own >= 0 && (adding.x[own] === 0 || divides(adding.x, adding.extents, own, x.length));
}

/** Products that a projection adds up. */
export const foldedProducts = ({ nest }: Laid, { loop, count }: Fold): number =>
  (size(nest.extents) / nest.extents[loop]) * count;

// ── folding ─────────────────────────────────────────────────────────────────

/** The axis of the target that is folded. */
export const targetAxis = ({ nest }: Laid, { loop }: Fold): Axis => ({
  step: nest.into[loop],
  extent: nest.extents[loop],
});

/** An axis within an array: its extent, and how far its cells lie apart. */
export interface Axis {
  readonly step: number;
  readonly extent: number;
}

/** Adds up groups of cells along an axis, each with its weight: the array shrinks along that axis. */
export function* folding(
  numbers: Float64Array,
  { step, extent }: Axis,
  { group, count }: Fold,
  weights: Float64Array,
): Work<Float64Array> {
  const folded = new Float64Array((numbers.length / extent) * count);
  const rows = numbers.length / step;
  let done = 0;
  for (let row = 0; row < rows; row++) {
    const i = row % extent;
    const [from, to] = [row * step, (((row - i) / extent) * count + Math.floor(i / group)) * step];
    for (let lo = 0; lo < step; lo++) folded[to + lo] += weights[i] * numbers[from + lo];
    done += step;
    if (done >= 2 ** 18) {
      done = 0;
      yield;
    }
  }
  return folded;
}

/** The places of the cells that were folded into one. */
export function membersOf({ step, extent }: Axis, { group, count }: Fold, place: number): readonly number[] {
  const row = Math.floor(place / step);
  const first = (row % count) * group;
  const from = (Math.floor(row / count) * extent + first) * step + (place % step);
  return Array.from({ length: Math.min(group, extent - first) }, (_, i) => from + i * step);
}

/** Steps within an array that was folded along one of its loops: what moved over the whole axis moves less. */
const shrunk = (steps: readonly number[], loop: number, extent: number, count: number): readonly number[] =>
  steps.map((step, other) => (other !== loop && step >= steps[loop] * extent ? (step / extent) * count : step));

/** A contraction with the target, the operand and the addend folded along one loop with these weights. */
export function* foldingAll(made: Laid, fold: Fold, weights: Float64Array): Work<Laid> {
  const { nest } = made;
  const { loop, operand, count } = fold;
  const extent = nest.extents[loop];
  const numbers = yield* folding(made[operand], { step: nest[operand][loop], extent }, fold, weights);
  const folded: Nest = {
    ...nest,
    extents: nest.extents.with(loop, count),
    [operand]: shrunk(nest[operand], loop, extent, count),
    into: shrunk(nest.into, loop, extent, count),
  };
  const addend = made.addend && (yield* foldingAddend(made.addend, nest, fold, weights));
  return { ...made, nest: folded, cells: (made.cells / extent) * count, [operand]: numbers, addend };
}

/** An addend that moves along the loop is folded; one that stays is multiplied by the sum of each group's weights. */
function* foldingAddend(
  { nest, x, y }: NonNullable<Laid["addend"]>,
  products: Nest,
  fold: Fold,
  weights: Float64Array,
): Work<NonNullable<Laid["addend"]>> {
  const loop = sameLoop(nest, products, fold.loop);
  const extent = nest.extents[loop];
  const shared = { extents: nest.extents.with(loop, fold.count), into: shrunk(nest.into, loop, extent, fold.count) };
  if (nest.x[loop] === 0) {
    const sums = yield* folding(new Float64Array(extent).fill(1), { step: 1, extent }, fold, weights);
    return { nest: { ...nest, ...shared, y: nest.y.with(loop, 1) }, x, y: sums };
  }
  const numbers = yield* folding(x, { step: nest.x[loop], extent }, fold, weights);
  return { nest: { ...nest, ...shared, x: shrunk(nest.x, loop, extent, fold.count) }, x: numbers, y };
}
