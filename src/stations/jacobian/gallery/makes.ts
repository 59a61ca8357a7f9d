/** What an exhibit does, in a sentence. */
import type { Tensor } from "../../../core/graph";
import { shapeText } from "../../../core/shape";
import type { Shown } from "./model";

/** Its op with what it is told to do, what comes out, and what goes in. */
export function makes({ exhibit: { op, at }, node, y }: Shown): string {
  const told = Object.entries({ ...at.attributes, ...at.scalars }).map(([name, value]) => `${name} ${inWords(value)}`);
  const how = told.length === 0 ? "" : ` with ${told.join(", ")}`;
  return `The op ${op.name}${how} makes ${sized(y)} of ${Object.values(node.inputs).map(sized).join(", ")}.`;
}

const sized = ({ tex, shape }: Tensor): string => `$${tex}$ (${shapeText(shape)})`;

/** An attribute as a sentence holds it. */
const inWords = (value: unknown): string =>
  Array.isArray(value) ? `(${value.map(inWords).join(", ")})` : String(value);
