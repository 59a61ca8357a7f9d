/** Nests of loops over two factors whose products are added up: run in float64, whole or for one cell of the sum. */
import { size } from "./shape";
import type { Work } from "./work";

/** Loops over two factors and what their products are added to. */
export interface Nest {
  readonly extents: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly into: readonly number[];
}

/** The same nest without the loops that run once. */
export function withoutSingles({ extents, x, y, into }: Nest): Nest {
  const moves = (_: unknown, loop: number): boolean => extents[loop] > 1;
  return { extents: extents.filter(moves), x: x.filter(moves), y: y.filter(moves), into: into.filter(moves) };
}

/** How many products a nest adds up. */
export const productsOf = ({ extents }: Pick<Nest, "extents">): number => size(extents);

// ── running ─────────────────────────────────────────────────────────────────

/** Where a nest begins in each of its arrays. */
export interface Start {
  readonly x: number;
  readonly y: number;
}
const origin: Start = { x: 0, y: 0 };

/** Products between two turns: about a millisecond of work. */
const turn = 2 ** 19;

/** Adds x · y into `into` over a nest, in float64, in turns of about a millisecond. */
export function* multiplying(
  nest: Nest,
  x: Float64Array,
  y: Float64Array,
  into: Float64Array,
  start: Start = origin,
): Work<void> {
  const { extents, ...steps } = inOrder(nest);
  const inner = extents.at(-1) ?? 1;
  const wide = extents.length > 1 && inner * extents[extents.length - 2] <= turn;
  const rank = Math.max(0, extents.length - (wide ? 2 : 1));
  const along = { x: lastTwo(steps.x, wide), y: lastTwo(steps.y, wide), into: lastTwo(steps.into, wide) };
  const rows = wide ? extents[extents.length - 2] : 1;
  const index = Array.from<number>({ length: rank }).fill(0);
  const at = { x: start.x, y: start.y, into: 0 };
  let done = 0;
  for (;;) {
    addRows(x, y, into, at, along, rows, inner);
    done += rows * inner;
    if (done >= turn) {
      done = 0;
      yield;
    }
    if (!advance(index, extents, steps, at)) return;
  }
}

interface Steps {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly into: readonly number[];
}
interface At {
  x: number;
  y: number;
  into: number;
}

/** The steps of the last loop but one (0 where there is none) and of the last. */
const lastTwo = (steps: readonly number[], wide: boolean): readonly [number, number] => [
  wide ? steps[steps.length - 2] : 0,
  steps.at(-1) ?? 0,
];

/** Moves on to the next index of the outer loops; false after the last. */
function advance(index: number[], extents: readonly number[], steps: Steps, at: At): boolean {
  for (let loop = index.length - 1; loop >= 0; loop--) {
    const back = ++index[loop] === extents[loop];
    const by = back ? 1 - extents[loop] : 1;
    at.x += by * steps.x[loop];
    at.y += by * steps.y[loop];
    at.into += by * steps.into[loop];
    if (!back) return true;
    index[loop] = 0;
  }
  return false;
}

/** The two innermost loops. */
function addRows(
  x: Float64Array,
  y: Float64Array,
  into: Float64Array,
  at: At,
  along: { readonly [name in keyof At]: readonly [number, number] },
  rows: number,
  inner: number,
): void {
  const [xStep, yStep, step] = [along.x[1], along.y[1], along.into[1]];
  for (let row = 0; row < rows; row++) {
    let a = at.x + row * along.x[0];
    let b = at.y + row * along.y[0];
    let c = at.into + row * along.into[0];
    if (step === 0) {
      let total = 0;
      for (let i = 0; i < inner; i++, a += xStep, b += yStep) total += x[a] * y[b];
      into[c] += total;
    } else for (let i = 0; i < inner; i++, a += xStep, b += yStep, c += step) into[c] += x[a] * y[b];
  }
}

/** The loops in an order that a cache likes: long ones of short steps innermost. */
function inOrder({ extents, ...steps }: Nest): Nest {
  const each = [steps.x, steps.y, steps.into];
  const dear = (loop: number): number =>
    16 / extents[loop] + each.reduce((sum, own) => sum + Math.min(Math.abs(own[loop]), 16), 0);
  const order = [...extents.keys()].toSorted((a, b) => dear(b) - dear(a));
  const pick = (list: readonly number[]): number[] => order.map((loop) => list[loop]);
  return { extents: pick(extents), x: pick(steps.x), y: pick(steps.y), into: pick(steps.into) };
}

// ── one cell ────────────────────────────────────────────────────────────────

/** The loops along which a cell of the target stays, and where they begin for each way in which the others reach it. */
export interface Reaching {
  readonly free: Nest;
  readonly starts: readonly Start[];
}

/** All that is multiplied into the cell at `position` of the target's layout. */
export function reaching({ extents, x, y, into }: Nest, position: number): Reaching {
  const loops = [...extents.keys()];
  const kept = loops.filter((loop) => into[loop] === 0);
  const carried = loops.filter((loop) => into[loop] !== 0).toSorted((a, b) => into[b] - into[a]);
  const rest = carried.map((_, i) =>
    carried.slice(i + 1).reduce((sum, loop) => sum + (extents[loop] - 1) * into[loop], 0),
  );
  const starts: Start[] = [];
  const descend = (depth: number, left: number, at: Start): void => {
    if (depth === carried.length) {
      if (left === 0) starts.push(at);
      return;
    }
    const loop = carried[depth];
    const first = Math.max(0, Math.ceil((left - rest[depth]) / into[loop]));
    const last = Math.min(extents[loop] - 1, Math.floor(left / into[loop]));
    for (let i = first; i <= last; i++)
      descend(depth + 1, left - i * into[loop], { x: at.x + i * x[loop], y: at.y + i * y[loop] });
  };
  descend(0, position, origin);
  const pick = (list: readonly number[]): number[] => kept.map((loop) => list[loop]);
  return { free: { extents: pick(extents), x: pick(x), y: pick(y), into: pick(into) }, starts };
}
