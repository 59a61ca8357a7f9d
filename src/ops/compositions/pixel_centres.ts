/** What each column and each row of a map stands for. */
import type { Graph, Tensor } from "../../core/graph";
import { add } from "../add";
import { mul } from "../mul";
import { narrow } from "../narrow";
import { sub } from "../sub";

/** Where the centres lie, as shares of the way from one end to the other. */
const shares = (n: number, downward: boolean): number[] =>
  Array.from({ length: n }, (_, i) => ((downward ? n - 1 - i : i) + 0.5) / n);

/** The numbers at the centres of the columns, from left to right, and of the rows, from top to bottom, between `limits` = left, right, bottom, top. */
export function pixelCentres(
  graph: Graph,
  limits: Tensor,
  columns: number,
  rows: number,
): { readonly across: Tensor; readonly up: Tensor } {
  const end = (start: number, names: string): Tensor =>
    graph.apply(narrow, { input: limits }, { attributes: { dim: 0, start, length: 1 }, names });
  const along = (name: string, from: Tensor, to: Tensor, at: readonly number[]): Tensor => {
    const span = graph.apply(sub, { a: to, b: from }, { names: `span ${name}` });
    const share = graph.constant(`share ${name}`, [at.length], at);
    const way = graph.apply(mul, { a: share, b: span }, { names: `way ${name}` });
    return graph.apply(add, { a: way, b: from }, { names: name });
  };
  return {
    across: along("across", end(0, "left"), end(1, "right"), shares(columns, false)),
    up: along("up", end(2, "bottom"), end(3, "top"), shares(rows, true)),
  };
}
