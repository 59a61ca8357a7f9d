/** How errors of the arguments move the result of a rule and its partials: found by moving each argument by its error. */
import type { Apply } from "./formula";
import { ends } from "./overflow";
import type { Derivative } from "./rule";
import type { Trace } from "./trace";

/** An error times a partial; a closed path passes none. */
export const through = (error: number, partial: Derivative): number =>
  error === 0 || partial === "blocked" ? 0 : error * Math.abs(partial);

/**
 * What a result may be off by when its arguments may be off by more than a rounding: each is moved by its error either
 * way, so that a kink is felt, and the partials' own change stands for what two errors do together.
 */
export function wandering(
  formula: Apply,
  args: readonly Trace[],
  value: number,
  partials: readonly Derivative[],
): number {
  const off = uncertainty(formula, args, partials, true);
  return args.reduce((total, { error }, i) => {
    if (error === 0) return total;
    const moves = movedBy(args, i, [error, -error]).map((x) => distance(formula.rule.value(x), value));
    const most = Math.max(through(error, partials[i]), ...moves) + error * off[i];
    return total + (Number.isNaN(most) && !Number.isNaN(value) ? Infinity : most);
  }, 0);
}

/**
 * How far each partial may be off because the arguments carry errors of their own: found by moving each by its error. In
 * doubt they are moved either way, and a path that the move opens or closes counts with its whole slope. An argument that
 * may be an infinity is tried there too.
 */
export function uncertainty(
  { rule }: Apply,
  args: readonly Trace[],
  partials: readonly Derivative[],
  doubtful: boolean,
): number[] {
  const off = partials.map(() => 0);
  args.forEach(({ error }, j) => {
    if (!(error > 0)) return;
    const changes = movedBy(args, j, doubtful ? [error, -error] : [error]).map((moved) =>
      rule.partials(moved, rule.value(moved)).map((partial, i) => changeOf(partials[i], partial, doubtful)),
    );
    off.forEach((_, i) => (off[i] += Math.max(...changes.map((change) => change[i]))));
  });
  for (const end of ends(args))
    rule.partials(end, rule.value(end)).forEach((partial, i) => {
      const change = changeOf(partials[i], partial, true);
      off[i] = Math.max(off[i], Number.isNaN(change) ? Infinity : change);
    });
  return off;
}

/** |after − before|; a path that opens or closes changes by its slope in doubt, and by nothing that is told otherwise. */
function changeOf(before: Derivative, after: Derivative, doubtful: boolean): number {
  if (before !== "blocked" && after !== "blocked") return distance(after, before);
  if (!doubtful || before === after) return 0;
  return Math.abs(Number(before === "blocked" ? after : before));
}

/** |a − b|; an infinity lies at no distance from itself. */
const distance = (a: number, b: number): number => (Object.is(a, b) ? 0 : Math.abs(a - b));

/** The arguments' values with one of them moved by each of some amounts. */
const movedBy = (args: readonly Trace[], j: number, amounts: readonly number[]): readonly (readonly number[])[] =>
  amounts.map((amount) => args.map((arg, i) => arg.value + (i === j ? amount : 0)));
