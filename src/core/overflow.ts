/**
 * What leaves the range of the arithmetic is an infinity there, of which some rules make a number again: 1 / ∞ is 0. Both
 * are honest results, which bounds have to allow for.
 */
import type { Rule } from "./rule";
import type { Trace } from "./trace";

/** What a value may be instead: nothing but a number. */
export const none: readonly number[] = [];

/** The infinities that a value may be instead: by its sign where it is too large itself, of either where only its parts are. */
export function infinitiesOf(value: number, size: number, largest: number): readonly number[] {
  if (!(size > largest)) return none;
  return Math.abs(value) > largest ? [Math.sign(value) * Infinity] : [Infinity, -Infinity];
}

/** All the infinities that any of some values may be, once each. */
export const together = (values: readonly Pick<Trace, "infinities">[]): readonly number[] =>
  values.every(({ infinities }) => infinities.length === 0)
    ? none
    : [...new Set(values.flatMap(({ infinities }) => infinities))];

/** The arguments, each time with one of them at an infinity that it may be instead. */
export const ends = (args: readonly Trace[]): readonly (readonly number[])[] =>
  args.flatMap(({ infinities }, j) =>
    infinities.map((infinity) => args.map(({ value }, i) => (i === j ? infinity : value))),
  );

/** What becomes of a rule's result: how far off the numbers are that it makes of infinities, and the infinities that it may be. */
interface Overflow {
  readonly off: number;
  readonly infinities: readonly number[];
}

/** Tries every infinity that an argument may be; `own` are those that the result may be by itself. */
export function overflow(rule: Rule, args: readonly Trace[], value: number, own: Overflow["infinities"]): Overflow {
  if (args.every(({ infinities }) => infinities.length === 0)) return { off: 0, infinities: own };
  const reached = ends(args).map((end) => rule.value(end));
  const off = reached.filter(Number.isFinite).map((number) => Math.abs(number - value));
  const infinite = reached.filter((number) => Math.abs(number) === Infinity);
  return { off: Math.max(0, ...off), infinities: [...new Set([...own, ...infinite])] };
}
