/**
 * Where numbers stand on the axis upwards of a plot. The chart's own marks know numbers between about 10⁻¹⁶ and 10¹⁷
 * only, so it is given exponents in a logarithmic plot, and shares of a power of ten where numbers are very large or small.
 */

/** An axis upwards. */
export interface PlotScale {
  /** Where a number stands; null where it has no place. */
  place(value: number): number | null;
  /** The number that stands there. */
  valueAt(place: number): number;
  /** The lowest and the highest place that are seen; the chart chooses them unless given. */
  readonly range?: readonly [number, number];
  /** Where numbers are written beside the axis; the chart chooses them unless given. */
  readonly marks?: readonly number[];
}

export const scaleOf = (values: readonly number[], isLogarithmic: boolean): PlotScale =>
  isLogarithmic ? logarithmic(values) : linear(values);

/** So many marks have room beside a plot, at most. */
const mostMarks = 6;
/** Without a number to show, or with nothing but 1. */
const alone = [-1, 1] as const;

function logarithmic(values: readonly number[]): PlotScale {
  const places = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const range = decades(places);
  return {
    place: (value) => (value > 0 && Number.isFinite(value) ? Math.log10(value) : null),
    valueAt: (place) => Number(`1e${Math.round(place)}`),
    range,
    marks: marksWithin(range),
  };
}

/** From a whole power of ten to a higher one, whatever there is between them. */
function decades(places: readonly number[]): readonly [number, number] {
  if (places.length === 0) return alone;
  const [low, high] = [Math.floor(Math.min(...places)), Math.ceil(Math.max(...places))];
  return low === high ? [low + alone[0], high + alone[1]] : [low, high];
}

/** Whole powers of ten, as many apart as there is room, and 10⁰ among them wherever it is seen. */
function marksWithin([low, high]: readonly [number, number]): readonly number[] {
  const apart = Math.ceil((high - low) / (mostMarks - 1));
  const first = Math.ceil(low / apart) * apart;
  return Array.from({ length: Math.floor((high - first) / apart) + 1 }, (_, i) => first + i * apart);
}

/** The chart tells numbers within these powers of ten apart. */
const plain = 9;

function linear(values: readonly number[]): PlotScale {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  const power = largest === 0 ? 0 : Math.floor(Math.log10(largest));
  const unit = Math.abs(power) < plain ? 1 : Number(`1e${power}`);
  return {
    place: (value) => (Number.isFinite(value) ? value / unit : null),
    valueAt: (place) => place * unit,
  };
}
