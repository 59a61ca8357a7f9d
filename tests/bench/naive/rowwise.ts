/** softmax and layer_norm, a thread a row. */
import type { Shading } from "../contenders/shader";
import { epsilon, rowsOf, type Data, type Row } from "../row";
import { written } from "./written";

/** A thread a row: `body` finds `start` and `length`. */
function byRows(row: Row, data: Data, names: readonly string[], body: string): Shading {
  const { count, length } = rowsOf(row.output);
  const head = `const length = ${length}u; let start = at * length;`;
  return written(row, data, names, `${head}\n${body}`, count);
}

const softmaxSum = `
  var most = input[start]; var sum = 0.0;
  for (var i = start + 1u; i < start + length; i++) { most = max(most, input[i]); }
  for (var i = start; i < start + length; i++) { sum += exp(input[i] - most); }`;

/** Over the last dimension, or its gradient. */
export function softmax(row: Row, data: Data): Shading {
  const forward = `for (var i = start; i < start + length; i++) { result[i] = exp(input[i] - most) / sum; }`;
  if (row.gradient === undefined) return byRows(row, data, ["input"], softmaxSum + forward);
  const back = `
  var dot = 0.0;
  for (var i = start; i < start + length; i++) { dot += exp(input[i] - most) / sum * upstream[i]; }
  for (var i = start; i < start + length; i++) { result[i] = exp(input[i] - most) / sum * (upstream[i] - dot); }`;
  return byRows(row, data, ["input", "upstream"], softmaxSum + back);
}

const moments = `
  var mean = 0.0; var variance = 0.0;
  for (var i = start; i < start + length; i++) { mean += input[i]; }
  mean /= f32(length);
  for (var i = start; i < start + length; i++) { let d = input[i] - mean; variance += d * d; }
  let inverse = inverseSqrt(variance / f32(length) + ${epsilon});`;

/** Over the last dimension, or the gradient of its input. */
export function layerNorm(row: Row, data: Data): Shading {
  const forward = `
  for (var i = start; i < start + length; i++) { result[i] = (input[i] - mean) * inverse * weight[i - start] + bias[i - start]; }`;
  if (row.gradient === undefined) return byRows(row, data, ["input", "weight", "bias"], moments + forward);
  const back = `
  var sum = 0.0; var along = 0.0;
  for (var i = start; i < start + length; i++) {
    let g = upstream[i] * weight[i - start]; sum += g; along += g * (input[i] - mean) * inverse;
  }
  for (var i = start; i < start + length; i++) {
    let g = upstream[i] * weight[i - start];
    result[i] = (g - sum / f32(length) - (input[i] - mean) * inverse * along / f32(length)) * inverse;
  }`;
  return byRows(row, data, ["input", "weight", "upstream"], moments + back);
}
