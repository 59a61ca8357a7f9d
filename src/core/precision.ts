/** The arithmetic that values and bounds are evaluated in: what one rounding loses, and where numbers end. */

/** The arithmetic that a bound is derived for. */
export interface Precision {
  /** Largest relative error of one rounding. */
  readonly unit: number;
  /** Below this size a result may be flushed to 0. */
  readonly smallest: number;
  readonly largest: number;
  /** Whether rules err as the forms of textbooks do, which PyTorch evaluates, instead of as our own WGSL. */
  readonly textbook?: boolean;
}
/** WGSL's f32: a correctly rounded result may be either neighbour, so one rounding errs by up to 2⁻²³. */
export const float32: Precision = { unit: 2 ** -23, smallest: 2 ** -126, largest: (2 - 2 ** -23) * 2 ** 127 };
/** JavaScript's numbers. */
export const float64: Precision = { unit: 2 ** -53, smallest: 2 ** -1022, largest: Number.MAX_VALUE, textbook: true };

/** What is lost of a number that the arithmetic may take for 0 because it is subnormal. */
export const flushed = (value: number, { smallest }: Precision): number =>
  Math.abs(value) < smallest ? Math.abs(value) : 0;
