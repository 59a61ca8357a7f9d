import { sum } from "../core/rule";
import { defineBinary } from "./elementwise";

/** a + b, with broadcasting. */
export const add = defineBinary({ name: "add", combine: (a, b) => sum(a, b), slopes: { a: "sum", b: "sum" } });
