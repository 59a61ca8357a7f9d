/** Reading the attributes of a call, which may come from anywhere: each reader returns what it asks for or says what would fit. */
import type { Given } from "./op";

/** An attribute that an op cannot take. The message reads "where: what is, what is wrong, what would fit". */
export class AttributeError extends Error {
  override readonly name = "AttributeError";
}

/** As JSON, which has no word for NaN and the infinities. */
const shown = (value: unknown): string =>
  typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));

/** What would fit where an op takes no attributes; it goes where the op takes something else besides. */
export const noneFits = "; a call without attributes would fit";

/** Refuses names that the op does not know. Throws AttributeError. */
export function only(where: string, given: Given, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new AttributeError(
        `${where}: ${name} is no attribute of it; ${known.length === 0 ? `it takes none${noneFits}` : `it takes ${known.join(", ")}`}`,
      );
    }
  }
}

export function flag(where: string, given: Given, name: string, initial: boolean): boolean {
  const value = given[name] ?? initial;
  if (typeof value !== "boolean")
    throw new AttributeError(`${where}: ${name} is ${shown(value)}; true or false would fit`);
  return value;
}

/** A list of integers; one integer counts as a list of one. Undefined and null give `initial`. */
export function integers(
  where: string,
  given: Given,
  name: string,
  initial: readonly number[] | undefined,
): readonly number[] | undefined {
  const value = given[name] ?? initial;
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (!Number.isInteger(item))
      throw new AttributeError(`${where}: ${name} is ${shown(value)}; whole numbers would fit`);
    return item as number;
  });
}

/** One integer. */
export function integer(where: string, given: Given, name: string, initial: number | undefined): number {
  const value = given[name] ?? initial;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new AttributeError(
      `${where}: ${name} is ${value === undefined ? "missing" : shown(value)}; a whole number would fit`,
    );
  }
  return value;
}

/** A number; NaN and infinities are refused. */
export function real(where: string, given: Given, name: string, initial: number | undefined): number {
  const value = given[name] ?? initial;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new AttributeError(
      `${where}: ${name} is ${value === undefined ? "missing" : shown(value)}; a finite number would fit`,
    );
  }
  return value;
}

/** One of some words. */
export function oneOf<const W extends string>(
  where: string,
  given: Given,
  name: string,
  words: readonly W[],
  initial: W,
): W {
  const value = given[name] ?? initial;
  const word = words.find((each) => each === value);
  if (word === undefined)
    throw new AttributeError(`${where}: ${name} is ${shown(value)}; ${words.join(", ")} would fit`);
  return word;
}
