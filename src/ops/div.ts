import { quotient } from "../core/rule";
import { defineBinary } from "./elementwise";

/** a / b cell by cell, with broadcasting. */
export const div = defineBinary({
  name: "div",
  combine: (a, b) => quotient(a, b),
  slopes: { a: "quotients", b: "opposed" },
});
