/** The numbers of the last run, as far as they are known on the page. */
import type { Tensor } from "../core/graph";

export interface Results {
  /** What the GPU computed, or the reference where there is no GPU; NaN before the first run. */
  value(tensor: Tensor, at: number): number;
  /** Whether anything has been computed for the current knobs. */
  readonly ready: boolean;
}

export const noResults: Results = { value: () => Number.NaN, ready: false };
