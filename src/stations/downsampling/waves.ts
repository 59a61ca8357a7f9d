/** How fine the waves of a map are: whether a grid of every second cell could hold them. */
import type { Results } from "../../story/results";
import type { Model } from "./model";
import { seen } from "./sizes";
import { level } from "./words";

/** So many steps from cell to cell are looked at together. */
const reach = 6;

/** A line of the map without its ends, where padding has been read: the steps from each cell to the next. */
const steps = (cells: readonly number[]): readonly number[] =>
  cells.slice(2, -1).map((cell, at) => cell - cells[at + 1]);

/**
 * For a wave of p cells the steps before and after a step d add up to 2 cos(2π/p) d, whatever its phase: over some steps
 * the products with d sum up to less than 0 exactly where p is less than 4. What no eye would see does not count.
 */
function isFine(around: readonly number[]): boolean {
  const inner = around.slice(1, -1);
  const strength = inner.reduce((sum, d) => sum + d * d, 0);
  const turning = inner.reduce((sum, d, at) => sum + d * (around[at] + around[at + 2]), 0);
  return strength >= level * level && turning < 0;
}

/** Every line of a square map, along rows and along columns, without those at the edge. */
function linesOf(cells: readonly number[], side: number): readonly (readonly number[])[] {
  const along = Array.from({ length: side }, (_, at) => at);
  const inner = along.slice(1, -1);
  return [
    ...inner.map((row) => along.map((column) => cells[row * side + column])),
    ...inner.map((column) => along.map((row) => cells[row * side + column])),
  ];
}

/** Whether a square map has waves of fewer than four cells anywhere, away from its edge. */
export const hasFineWaves = (cells: readonly number[], side: number): boolean =>
  linesOf(cells, side).some((line) => {
    const all = steps(line);
    return all.some((_, at) => at + reach + 2 <= all.length && isFine(all.slice(at, at + reach + 2)));
  });

/** Whether the strided convolution leaves cells out between which there are waves that need them. */
export const isAliased = ({ f }: Model, results: Results): boolean =>
  hasFineWaves(
    Array.from({ length: seen * seen }, (_, at) => results.value(f, at)),
    seen,
  );
