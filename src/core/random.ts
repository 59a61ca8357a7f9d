/** Seeded randomness: the same seed gives the same numbers everywhere. */

/** Uniform numbers in [0, 1): mulberry32, by Tommy Ettinger, public domain. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Normal numbers with mean 0 and variance 1, by Box and Muller. */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** n whole numbers from `least` to `most`. */
export const wholeNumbers = (seed: number, n: number, least: number, most: number): Float32Array => {
  const next = uniform(seed);
  return Float32Array.from({ length: n }, () => least + Math.floor(next() * (most - least + 1)));
};
