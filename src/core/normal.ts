/** The standard normal distribution in float64: JavaScript lacks it, as it lacks erf. Φ(x) = ½ (1 + erf(x / √2)). */

/**
 * Chebyshev coefficients of (1 + 2a) · M(a) / √(2π) over t = (a − 5) / (a + 5), with M Mills' ratio (the area beyond a
 * by the density at a), found in fifty digits; those left out are below 10⁻¹⁷. The method is that of M. M. Shepherd and
 * J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x, Math. Comp. 36 (1981).
 */
const coefficients: readonly number[] = [
  0.7681926193803801, 0.08965860286732753, -0.09716796458748396, 0.05286673510283755, -0.020644868408320347,
  0.00618617186370881, -0.0014177562191435087, 0.00023214934246683033, -2.0421856389885825e-5, -1.3227167712039977e-6,
  6.83530392723164e-7, -5.877541016894432e-8, -1.155388670769958e-8, 2.81043182735621e-9, 1.1456473507904821e-10,
  -9.628683998568975e-11, 1.4612590097237545e-12, 3.2407908943954395e-12, -1.4807141411029586e-13,
  -1.1686906841734208e-13, 6.543133814810702e-15, 4.615225242833406e-15, -2.0914359662913348e-16,
  -1.9676170123032256e-16,
];

/** The sum of the Chebyshev series at −1 ≤ t ≤ 1, by Clenshaw's recurrence. */
function series(t: number): number {
  let [later, latest] = [0, 0];
  for (let i = coefficients.length - 1; i > 0; i--) [later, latest] = [2 * t * later - latest + coefficients[i], later];
  return t * later - latest + coefficients[0];
}

/** e to the power of −x²/2: the square is taken apart, so that its rounding does not grow with x. */
function bell(x: number): number {
  const head = Math.fround(x);
  return Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (x - head) * (x + head));
}

/** Beyond this the bell is 0 in float64. */
const farthest = 40;

/** The share of the standard normal distribution below x, to a relative 10⁻¹⁵, in the far tail too. */
export function normalDistribution(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.min(Math.abs(x), farthest);
  const tail = (bell(a) * series((a - 5) / (a + 5))) / (1 + 2 * a);
  return x > 0 ? 1 - tail : tail;
}

/** The density of the standard normal distribution at x. */
export const normalDensity = (x: number): number =>
  Number.isNaN(x) ? x : bell(Math.min(Math.abs(x), farthest)) / Math.sqrt(2 * Math.PI);
