/** Who wins where the largest of several is asked for, and who might have won as far as the errors tell. */
import type { Trace } from "./trace";

/** The position of the largest: of equals the first; NaN wins, of several the last. So PyTorch's pooling has it. */
export function winnerOf(values: readonly number[]): number {
  let win = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[win] || Number.isNaN(values[i])) win = i;
  return win;
}

/** The candidates that may be the largest instead of the winner, as far as their errors tell. */
export function rivalsOf(args: readonly Trace[], win: number): readonly number[] {
  const least = args[win].value - args[win].error;
  return [...args.keys()].filter((k) => {
    const { value, error } = args[k];
    return k !== win && error + args[win].error > 0 && value + error >= least;
  });
}
