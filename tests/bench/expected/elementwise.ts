/** What elementwise ops and their gradients come to. */
import type { Expectation } from "../check";
import { cells, division, exponential, gamma, u } from "./arithmetic";

type Inputs = Readonly<Record<string, Float32Array>>;

/** erf by the series 2/√π · exp(−z²) · Σ 2ⁿz²ⁿ⁺¹ / (1·3·…·(2n+1)), none of whose terms is negative for z ≥ 0. */
function erf(z: number): number {
  if (z < 0) return -erf(-z);
  let term = z;
  let total = z;
  for (let n = 1; term > total * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * total;
}

/** How far a float32 erf may be off that uses Abramowitz and Stegun 7.1.26: its own error, and that of evaluating it. */
function erfStrays(z: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(z));
  const [a, b, c, d, e] = [0.254829592, 0.284496736, 1.421413741, 1.453152027, 1.061405429];
  const sizes = t * (a + t * (b + t * (c + t * (d + t * e))));
  return 1.5e-7 + (gamma(16) + 5 * division + exponential(z * z)) * sizes * Math.exp(-z * z) + 2 * u;
}

/** x · Φ(x), or its gradient. */
export function gelu({ input }: Inputs, upstream?: Float32Array): Expectation {
  return cells(input.length, (at) => {
    const x = input[at];
    const z = x * Math.SQRT1_2;
    const share = (1 + erf(z)) / 2;
    const strayed = erfStrays(z) / 2 + 4 * u;
    if (!upstream) return { value: x * share, bound: Math.abs(x) * strayed };
    const density = (x * Math.exp(-z * z)) / Math.sqrt(2 * Math.PI);
    const slope = share + density;
    const lost = strayed + Math.abs(density) * (exponential(z * z) + gamma(6)) + 2 * u * (share + Math.abs(density));
    return { value: upstream[at] * slope, bound: Math.abs(upstream[at]) * lost };
  });
}

/** Exact, and so is its gradient. */
export const relu = ({ input }: Inputs, upstream?: Float32Array): Expectation =>
  cells(input.length, (at) => ({ value: input[at] > 0 ? (upstream ?? input)[at] : 0, bound: 0 }));

/** A sum; what arrives is its gradient. */
export const add = ({ a, b }: Inputs, upstream?: Float32Array): Expectation =>
  cells(a.length, (at) => {
    const value = upstream ? upstream[at] : a[at] + b[at];
    return { value, bound: upstream ? 0 : u * Math.abs(value) };
  });

/** A product; what arrives takes the place of a in its gradient. */
export const mul = ({ a, b }: Inputs, upstream?: Float32Array): Expectation =>
  cells(a.length, (at) => {
    const value = (upstream ?? a)[at] * b[at];
    return { value, bound: u * Math.abs(value) };
  });
