/** Elementwise ops in plain JavaScript. */
import type { Data, Row } from "../row";
import type { Loop, Numbers } from "./loop";

/** Φ(x) by Abramowitz and Stegun 7.1.26. */
function share(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * z);
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = (sum * Math.exp(-z * z)) / 2;
  return x > 0 ? 1 - tail : tail;
}

/** A loop over all cells, forward or back. */
const overCells =
  (forward: (data: Data, out: Numbers) => void, back: (data: Data, out: Numbers) => void) =>
  (row: Row, data: Data): Loop =>
  (result) =>
    (row.gradient === undefined ? forward : back)(data, result);

export const relu = overCells(
  ({ inputs: { input } }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = Math.max(input[at], 0);
  },
  ({ inputs: { input }, upstream }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = input[at] > 0 ? upstream[at] : 0;
  },
);
export const gelu = overCells(
  ({ inputs: { input } }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = input[at] * share(input[at]);
  },
  ({ inputs: { input }, upstream }, result) => {
    const scale = 1 / Math.sqrt(2 * Math.PI);
    for (let at = 0; at < result.length; at++) {
      const x = input[at];
      result[at] = upstream[at] * (share(x) + x * scale * Math.exp(-0.5 * x * x));
    }
  },
);
export const add = overCells(
  ({ inputs: { a, b } }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = a[at] + b[at];
  },
  ({ upstream }, result) => {
    result.set(upstream);
  },
);
export const mul = overCells(
  ({ inputs: { a, b } }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = a[at] * b[at];
  },
  ({ inputs: { b }, upstream }, result) => {
    for (let at = 0; at < result.length; at++) result[at] = upstream[at] * b[at];
  },
);
