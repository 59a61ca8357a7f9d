import { difference } from "../core/rule";
import { defineBinary } from "./elementwise";

/** a − b, with broadcasting. */
export const sub = defineBinary({ name: "sub", combine: difference, slopes: { a: "sum", b: "negated" } });
