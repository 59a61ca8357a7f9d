/** Telling the numbers that a slider may move from the structure of a call. */
import { AttributeError, noneFits, real } from "../core/attributes";
import type { AnyOp, Given } from "../core/op";

export interface Split {
  /** What the op reads as its structure. */
  readonly structure: Given;
  /** Its scalars; an optional one only where it was given. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Structure and scalars of a call that gives them together, as PyTorch takes them. Throws AttributeError. */
export function split(op: AnyOp, given: Given): Split {
  const attrs = op.spelled?.(given) ?? given;
  const names = op.scalars.map((spec) => spec.name);
  const present = op.scalars.filter(({ name, optional }) => !optional || (attrs[name] ?? undefined) !== undefined);
  const scalars = Object.fromEntries(present.map(({ name, initial }) => [name, real(op.name, attrs, name, initial)]));
  const structure = Object.fromEntries(Object.entries(attrs).filter(([name]) => !names.includes(name)));
  try {
    op.attributes(structure);
  } catch (error) {
    if (error instanceof AttributeError && names.length > 0)
      throw new AttributeError(
        `${error.message.replace(noneFits, "")}; besides these, it takes the numbers ${names.join(", ")}`,
      );
    throw error;
  }
  return { structure, scalars };
}
