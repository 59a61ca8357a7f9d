/** Medians and quartiles of a few measured numbers. */

export interface Spread {
  readonly median: number;
  /** The middle half of the samples lies between these. */
  readonly lower: number;
  readonly upper: number;
  readonly samples: number;
}

/** The value below which a share of the samples lies, read off a straight line between neighbours. Throws on none. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError("quantile: no samples were given; one or more would fit");
  const sorted = samples.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Throws on no samples. */
export const spreadOf = (samples: readonly number[]): Spread => ({
  median: median(samples),
  lower: quantile(samples, 0.25),
  upper: quantile(samples, 0.75),
  samples: samples.length,
});
