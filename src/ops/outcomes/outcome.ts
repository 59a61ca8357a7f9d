/**
 * What becomes of a training, in classes. With m what it is measured by after the last step (|w_T / w₀| of the quadratic,
 * |ŷ_T − y| of the network), m₀ the same before the first step, and the flips of sign over the last quarter of the steps:
 *
 * - dead: m > 10⁻³, and every gradient is exactly 0 (the network alone)
 * - converged: m ≤ 10⁻³
 * - diverged: m > 10³
 * - oscillating: m < m₀, and on average at least one flip in ten steps of that last quarter
 * - converging: m < m₀, with fewer flips
 * - bounded: the rest: no nearer than at the start, and not gone
 *
 * A flip counts unless m is at most 10⁻³ before and after it: there the sign is noise.
 *
 * A training is gone for good as soon as m passes 10¹⁵ or is no number: m counts as ∞ from then on.
 */
export const outcomeNames = ["converged", "converging", "oscillating", "bounded", "diverged", "dead"] as const;
export type OutcomeName = (typeof outcomeNames)[number];

/** Where the classes end; the first as float32 has it. */
export const thresholds = { converged: Math.fround(1e-3), diverged: 1e3, gone: 1e15 } as const;

/** The number of a class, as the map holds it. */
export const outcomeOf = (name: OutcomeName): number => outcomeNames.indexOf(name);

/** The last so many of the steps are watched for flips. */
export const watchedSteps = (steps: number): number => Math.max(1, Math.floor(steps / 4));
/** So many flips among them count as oscillation. */
export const leastFlips = (steps: number): number => Math.max(1, Math.ceil(watchedSteps(steps) / 10));

/** What a training has come to. */
export interface Finish {
  readonly measure: number;
  readonly first: number;
  readonly flips: number;
  readonly dead: boolean;
}

/** The class of a finished training of so many steps. */
export function classify({ measure, first, flips, dead }: Finish, steps: number): number {
  if (measure <= thresholds.converged) return outcomeOf("converged");
  if (dead) return outcomeOf("dead");
  if (!(measure <= thresholds.diverged)) return outcomeOf("diverged");
  if (!(measure < first)) return outcomeOf("bounded");
  return outcomeOf(flips >= leastFlips(steps) ? "oscillating" : "converging");
}
