import { product } from "../core/rule";
import { defineBinary } from "./elementwise";

/** a · b cell by cell, with broadcasting. */
export const mul = defineBinary({
  name: "mul",
  combine: (a, b) => product(a, b),
  slopes: { a: "products", b: "products" },
});
