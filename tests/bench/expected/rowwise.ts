/** What softmax and layer_norm come to, over the last dimension. */
import type { Expectation } from "../check";
import { epsilon, rowsOf, type Row } from "../row";
import { cells, division, exponential, gamma, inverseRoot, mean, u, type Cell } from "./arithmetic";

/** What a row of numbers comes to, with a bound per cell. */
export type OfRow = (from: number, length: number) => (at: number) => Cell;

/** Every row of an output. */
export function byRows(row: Row, ofRow: OfRow): Expectation {
  const { count, length } = rowsOf(row.output);
  const parts = Array.from({ length: count }, (_, i) => ofRow(i * length, length));
  return cells(count * length, (at) => parts[Math.floor(at / length)](at));
}

/** exp(x − m) / Σ exp(x − m), each of its roundings relative. */
export const softmaxRow =
  (x: Float32Array): OfRow =>
  (from, length) => {
    const most = x.subarray(from, from + length).reduce((a, b) => Math.max(a, b));
    const terms = mean(from, length, (at) => Math.exp(x[at] - most)) * length;
    const spread = x.subarray(from, from + length).reduce((far, value) => Math.max(far, Math.abs(value - most)), 0);
    const each = exponential(spread) + spread * u;
    const relative = ((1 + each) * (1 + division)) / ((1 - each) * (1 - gamma(length))) - 1;
    return (at) => {
      const value = Math.exp(x[at] - most) / terms;
      return { value, bound: relative * value };
    };
  };

/** y · (g − Σ y·g), from the float64 y. */
export const softmaxGradientRow =
  (x: Float32Array, g: Float32Array): OfRow =>
  (from, length) => {
    const y = softmaxRow(x)(from, length);
    const dot = mean(from, length, (at) => y(at).value * g[at]) * length;
    const sizes = mean(from, length, (at) => y(at).value * Math.abs(g[at])) * length;
    const strayed = mean(from, length, (at) => y(at).bound * Math.abs(g[at])) * length;
    return (at) => {
      const { value, bound } = y(at);
      const difference = g[at] - dot;
      const loss = gamma(length + 1) * sizes + strayed + u * Math.abs(difference);
      return {
        value: value * difference,
        bound: value * loss * (1 + 2 * u) + (bound + 2 * u * value) * (Math.abs(g[at]) + sizes),
      };
    };
  };

/** The normalized cells and 1/σ, with bounds that hold for the mean of squares less the square of the mean too. */
function normalized(x: Float32Array, from: number, length: number) {
  const middle = mean(from, length, (at) => x[at]);
  const square = mean(from, length, (at) => x[at] ** 2);
  const variance = mean(from, length, (at) => (x[at] - middle) ** 2);
  const inverse = 1 / Math.sqrt(variance + epsilon);
  const strayedMean = gamma(length + 1) * mean(from, length, (at) => Math.abs(x[at]));
  const strayedVariance = 4 * gamma(length + 4) * square;
  const relative =
    (strayedVariance / (variance + epsilon)) * 0.5 * (1 + strayedVariance / variance) + inverseRoot + division;
  const cell = (at: number): Cell => {
    const difference = x[at] - middle;
    const value = difference * inverse;
    return { value, bound: (strayedMean + u * Math.abs(difference)) * inverse + Math.abs(value) * (relative + 2 * u) };
  };
  return { cell, inverse, relative };
}

/** x̂ · weight + bias. */
export const layerNormRow =
  ({ input, weight, bias }: Readonly<Record<string, Float32Array>>): OfRow =>
  (from, length) => {
    const { cell } = normalized(input, from, length);
    return (at) => {
      const { value, bound } = cell(at);
      const [w, b] = [weight[at - from], bias[at - from]];
      const scaled = value * w;
      const result = scaled + b;
      return { value: result, bound: Math.abs(w) * bound + 2 * u * (Math.abs(scaled) + Math.abs(result)) };
    };
  };

/** (g − mean g − x̂ · mean(g·x̂)) / σ, where g is what arrives times the weight. */
export const layerNormGradientRow =
  ({ input, weight }: Readonly<Record<string, Float32Array>>, upstream: Float32Array): OfRow =>
  (from, length) => {
    const { cell, inverse, relative } = normalized(input, from, length);
    const g = (at: number): number => upstream[at] * weight[at - from];
    const middle = mean(from, length, g);
    const along = mean(from, length, (at) => g(at) * cell(at).value);
    const sizes = mean(from, length, (at) => Math.abs(g(at)));
    const alongSizes = mean(from, length, (at) => Math.abs(g(at) * cell(at).value));
    const strayed = mean(from, length, (at) => Math.abs(g(at)) * cell(at).bound);
    return (at) => {
      const { value, bound } = cell(at);
      const lost =
        gamma(length + 3) * (Math.abs(g(at)) + sizes + Math.abs(value) * alongSizes) +
        Math.abs(value) * strayed +
        bound * alongSizes;
      const most = Math.abs(g(at)) + sizes + Math.abs(value) * alongSizes;
      return { value: (g(at) - middle - value * along) * inverse, bound: inverse * (lost + (relative + 4 * u) * most) };
    };
  };
