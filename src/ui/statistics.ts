/** What is said about all numbers of a tensor at once: read through once per run, however often it is asked for. */

export interface Statistics {
  /** Of the finite numbers; ±∞ where there is none. */
  readonly least: number;
  readonly largest: number;
  readonly sum: number;
  readonly finite: number;
  readonly nan: number;
  readonly infinite: number;
}

const known = new WeakMap<ArrayLike<number>, Statistics>();

/** The statistics of numbers that nobody changes: those of another run come in another array. */
export function statisticsOf(values: ArrayLike<number>): Statistics {
  const before = known.get(values);
  if (before) return before;
  const read = readThrough(values);
  known.set(values, read);
  return read;
}

/** The largest finite |number|; 0 where there is none. */
export const magnitude = ({ least, largest, finite }: Statistics): number =>
  finite === 0 ? 0 : Math.max(Math.abs(least), Math.abs(largest));

function readThrough(values: ArrayLike<number>): Statistics {
  let [least, largest, sum, finite, nan, infinite] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      finite++;
      sum += value;
      if (value < least) least = value;
      if (value > largest) largest = value;
    }
  }
  return { least, largest, sum, finite, nan, infinite };
}
