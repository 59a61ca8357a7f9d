/** The filters that both convolutions share, and the fixed one of the blur. */

/** Ones, twos and a four: binomial weights along rows and columns, which add up to 16. */
const binomial = [1, 2, 1, 2, 4, 2, 1, 2, 1] as const;

/** Weights that blur and keep the brightness. */
export const blurring: readonly number[] = binomial.map((weight) => weight / 16);

const filters: Readonly<Record<string, readonly number[]>> = {
  identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  smooth: blurring,
  // Sobel's: the difference of the columns on both sides.
  edge: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
};

/** The names of the filters, in the order of the knob. */
export const filterNames: readonly string[] = Object.keys(filters);

/** The nine weights of a filter, row by row. */
export const filterOf = (name: string): Float32Array => Float32Array.from(filters[name]);
