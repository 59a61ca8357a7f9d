/** Which cells of a large tensor are looked at. */
import { size, type Shape } from "../core/shape";

/**
 * About `count` cells: a quarter of them in the first and the last row, ends included, and one in each of equal strata
 * of the rest, off the grid so that no tile's column is missed by rhythm. The same cells every time.
 */
export function stratified(shape: Shape, count: number): readonly number[] {
  const total = size(shape);
  if (total <= count) return Array.from({ length: total }, (_, at) => at);
  const row = shape.at(-1) ?? 1;
  const edge = spread(row, Math.max(2, Math.floor(count / 8)));
  const rest = Math.max(0, count - 2 * edge.length);
  const inside = Array.from({ length: rest }, (_, i) => Math.floor(((i + scatter(i)) * total) / rest));
  const chosen = new Set([...edge, ...edge.map((at) => total - row + at), ...inside]);
  return [...chosen].toSorted((a, b) => a - b);
}

/** Up to `count` positions of 0 … n − 1, evenly, both ends included. */
const spread = (n: number, count: number): number[] =>
  n <= count
    ? Array.from({ length: n }, (_, at) => at)
    : Array.from({ length: count }, (_, i) => Math.floor((i * (n - 1)) / (count - 1)));

/** A number in [0, 1) per i, by the golden ratio's multiples: evenly spread and without period. */
const scatter = (i: number): number => (i * 0.6180339887498949) % 1;
