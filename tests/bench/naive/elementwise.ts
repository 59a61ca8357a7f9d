/** Elementwise ops, a thread a cell. */
import type { Shading } from "../contenders/shader";
import type { Data, Row } from "../row";
import { written } from "./written";

/** Abramowitz and Stegun 7.1.26: Φ(x), and the density φ(x). */
const normalShare = `
  let x = input[at]; let z = abs(x) * 0.7071067811865476; let t = 1.0 / (1.0 + 0.3275911 * z);
  let tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * exp(-z * z);
  let share = select(0.5 * tail, 1.0 - 0.5 * tail, x > 0.0);`;

/** x · Φ(x), or its gradient. */
export function gelu(row: Row, data: Data): Shading {
  if (row.gradient === undefined) return written(row, data, ["input"], `${normalShare} result[at] = x * share;`);
  const back = `result[at] = upstream[at] * (share + x * exp(-0.5 * x * x) * 0.3989422804014327);`;
  return written(row, data, ["input", "upstream"], normalShare + back);
}

export const relu = (row: Row, data: Data): Shading =>
  row.gradient === undefined
    ? written(row, data, ["input"], "result[at] = max(input[at], 0.0);")
    : written(row, data, ["input", "upstream"], "result[at] = select(0.0, upstream[at], input[at] > 0.0);");

export const add = (row: Row, data: Data): Shading =>
  row.gradient === undefined
    ? written(row, data, ["a", "b"], "result[at] = a[at] + b[at];")
    : written(row, data, ["upstream"], "result[at] = upstream[at];");

export const mul = (row: Row, data: Data): Shading =>
  row.gradient === undefined
    ? written(row, data, ["a", "b"], "result[at] = a[at] * b[at];")
    : written(row, data, ["upstream", "b"], "result[at] = upstream[at] * b[at];");
