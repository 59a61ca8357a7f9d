/** ρ⁰, ρ¹, ρ², … by doubling: what there is, times the power that comes next, is as much again. */
import type { Graph, Tensor } from "../../core/graph";
import { concat } from "../../ops/concat";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";

/** The first `count` powers of a base of one cell. */
export function powersOf(graph: Graph, base: Tensor, count: number): Tensor {
  let powers = graph.filled("ρ⁰", [1], 1);
  let next = base;
  for (let length = 1; length < count; length *= 2) {
    if (length > 1) next = graph.apply(mul, { a: next, b: next }, { names: `ρ^${length}` });
    const further = graph.apply(mul, { a: powers, b: next }, { names: `from ρ^${length} on` });
    powers = graph.apply(concat, { a: powers, b: further }, { attributes: { dim: 0 }, names: `up to ρ^${2 * length}` });
  }
  return graph.apply(
    narrow,
    { input: powers },
    { attributes: { dim: 0, start: 0, length: count }, names: { name: "ρⁿ", tex: "\\rho^n" } },
  );
}
