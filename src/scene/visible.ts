/** Which cells of a block's sheets lie on the canvas. */
import { centreAt, type Grid } from "./cells";
import type { Laid } from "./laid";
import { meet } from "./pick";
import { dot, subtract } from "./vector";
import type { View } from "./view";

/** A stretch of a line, from the centre of the first cell on it. */
type Stretch = readonly [number, number];
/** The part of a sheet's plane that is on the canvas, along right and up. */
type Window = readonly [Stretch, Stretch];

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Per axis in the order of drawing, the indices of cells that may be seen; all where that cannot be told. */
export function seenIndices(grid: Grid, laid: Laid, view: View): number[][] {
  const all = laid.axes.map((axis) => upTo(grid.shape[axis]));
  const window = windowOn(grid, laid, view);
  const { nest } = laid;
  if (!window || !nest) return all;
  const rest = window.map((stretch) => [stretch]);
  return all.map((indices, place) => {
    if (place < laid.leading) return indices;
    const side = Math.abs(nest[place][0]) > 1e-6 ? 0 : 1;
    const { kept, inside } = narrowed(indices.length, nest[place], rest[side]);
    rest[side] = inside;
    return kept;
  });
}

/** The indices that stretches of a line reach, and which stretches of what lies inside those they reach. */
function narrowed(
  extent: number,
  [across, up, share, before]: NonNullable<Laid["nest"]>[number],
  stretches: readonly Stretch[],
): { readonly kept: number[]; readonly inside: Stretch[] } {
  const way = across + up;
  const indexAt = (at: number): number => Math.min(extent - 1, Math.max(0, Math.floor(at * way * share + before)));
  const reached = stretches.map(([low, high]) => {
    const [from, to] = way < 0 ? [high, low] : [low, high];
    return { from, to, first: indexAt(from), last: indexAt(to) };
  });
  const stretch = (a: number, b: number): Stretch => (way < 0 ? [b, a] : [a, b]);
  const end = Math.sign(way) * Infinity;
  const inside = reached.flatMap(({ from, to, first, last }) => {
    if (first === last) return [stretch(from - first * way, to - first * way)];
    const ends = [stretch(from - first * way, end), stretch(-end, to - last * way)];
    return last - first > 1 ? [stretch(-end, end)] : ends;
  });
  const kept = upTo(extent).filter((i) => reached.some(({ first, last }) => i >= first && i <= last));
  return { kept, inside };
}

/** Over all sheets of the block; undefined where a corner of the canvas does not see their plane. */
function windowOn(grid: Grid, { axes, leading }: Laid, view: View): Window | undefined {
  const firsts = axes
    .slice(0, leading)
    .reduce<number[][]>(
      (all, axis) => all.flatMap((index) => upTo(grid.shape[axis]).map((i) => index.with(axis, i))),
      [[0, 0, 0, 0]],
    );
  const { width, height } = view.viewport;
  const corners = [0, width].flatMap((x) => [0, height].map((y) => view.ray(x, y)));
  const points = firsts.flatMap((first) => {
    const origin = centreAt(grid, first);
    return corners.map((ray) => {
      const met = meet(grid, ray, origin);
      return met && subtract(met.point, origin);
    });
  });
  if (points.includes(undefined)) return undefined;
  const along = (way: Grid["right"]): readonly [number, number] => {
    const places = points.flatMap((point) => (point ? [dot(point, way)] : []));
    return [Math.min(...places), Math.max(...places)];
  };
  return [along(grid.right), along(grid.up)];
}
