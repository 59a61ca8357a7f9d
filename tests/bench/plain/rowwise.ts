/** softmax and layer_norm in plain JavaScript. */
import { epsilon, rowsOf, type Data, type Row } from "../row";
import type { Loop, Numbers } from "./loop";

/** Runs `each` on every row: where it begins, and where the next one does. */
const byRows = ({ output }: Row, each: (from: number, to: number) => void): void => {
  const { count, length } = rowsOf(output);
  for (let i = 0; i < count; i++) each(i * length, (i + 1) * length);
};

/** Over the last dimension, or its gradient from y. */
export function softmax(row: Row, { inputs: { input }, upstream }: Data): Loop {
  const forward = (result: Numbers, from: number, to: number): void => {
    let most = -Infinity;
    let sum = 0;
    for (let at = from; at < to; at++) most = Math.max(most, input[at]);
    for (let at = from; at < to; at++) sum += result[at] = Math.exp(input[at] - most);
    for (let at = from; at < to; at++) result[at] /= sum;
  };
  if (row.gradient === undefined) return (result) => byRows(row, (from, to) => forward(result, from, to));
  const y = new Float32Array(input.length);
  byRows(row, (from, to) => forward(y, from, to));
  return (result) =>
    byRows(row, (from, to) => {
      let dot = 0;
      for (let at = from; at < to; at++) dot += y[at] * upstream[at];
      for (let at = from; at < to; at++) result[at] = y[at] * (upstream[at] - dot);
    });
}

function moments(input: Numbers, from: number, to: number): { mean: number; inverse: number } {
  let mean = 0;
  let variance = 0;
  for (let at = from; at < to; at++) mean += input[at];
  mean /= to - from;
  for (let at = from; at < to; at++) variance += (input[at] - mean) ** 2;
  return { mean, inverse: 1 / Math.sqrt(variance / (to - from) + epsilon) };
}

/** Over the last dimension, or the gradient of its input. */
export function layerNorm(row: Row, { inputs: { input, weight, bias }, upstream }: Data): Loop {
  if (row.gradient === undefined)
    return (result) =>
      byRows(row, (from, to) => {
        const { mean, inverse } = moments(input, from, to);
        for (let at = from; at < to; at++)
          result[at] = (input[at] - mean) * inverse * weight[at - from] + bias[at - from];
      });
  return (result) =>
    byRows(row, (from, to) => {
      const { mean, inverse } = moments(input, from, to);
      let sum = 0;
      let along = 0;
      for (let at = from; at < to; at++) {
        const g = upstream[at] * weight[at - from];
        sum += g;
        along += g * (input[at] - mean) * inverse;
      }
      sum /= to - from;
      along /= to - from;
      for (let at = from; at < to; at++)
        result[at] = (upstream[at] * weight[at - from] - sum - (input[at] - mean) * inverse * along) * inverse;
    });
}
