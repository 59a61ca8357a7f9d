/**
 * How much the last state depends on each earlier one. By the chain rule ∂h_T/∂hₜ₋₁ = ∂h_T/∂hₜ · diag(f′(zₜ)) · W_hh; the
 * slopes f′ are made by the gradient kernel of f, with a 1 sent back from every cell.
 */
import type { Graph, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { stacked } from "../../ops/compositions/sequence";
import type { Unrolled } from "../../ops/compositions/recurrent";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";
import { normOf } from "./clip";

/** All by distance: entry n speaks of the state n steps before the last. */
export interface Distances {
  /** Given: the identity, ∂h_T/∂h_T. */
  readonly unit: Tensor;
  /** ∂h_T/∂hₜ, stacked: (T + 1) × hidden × hidden. */
  readonly jacobians: Tensor;
  /** The root mean square of the singular values of each: their Frobenius norm over the root of their extent. */
  readonly norms: Tensor;
  /** The same of the products of the slopes alone. */
  readonly slopes: Tensor;
}

export function distances(tape: Tape, { states, sums }: Unrolled, w_hh: Tensor): Distances {
  const { graph } = tape;
  const [extent] = w_hh.shape;
  const unit = graph.given("I", [extent, extent]);
  const ones = graph.filled("ones", [extent], 1);
  const slopes = states.map((state, t) => slopeOf(tape, state, sums[t], ones, t + 1));
  const jacobians = [unit];
  const products: Tensor[] = [ones];
  for (const [back, slope] of slopes.toReversed().entries()) {
    const t = states.length - back;
    const scaled = graph.apply(mul, { a: jacobians[back], b: slope }, { names: `∂h/∂z${t}` });
    jacobians.push(graph.apply(matmul, { a: scaled, b: w_hh }, { names: `∂h/∂h${t - 1}` }));
    products.push(graph.apply(mul, { a: products[back], b: slope }, { names: `slopes to h${t - 1}` }));
  }
  const all = stacked(graph, jacobians, { name: "∂h_T/∂h_t", tex: "\\partial h_T/\\partial h_t" });
  const found = {
    unit,
    jacobians: all,
    norms: meanNorm(graph, all, "‖∂h_T/∂h_t‖", [1, 2]),
    slopes: meanNorm(graph, stacked(graph, products, "products of the slopes"), "product of the slopes", [1]),
  };
  tape.forward();
  return found;
}

/** f′(zₜ), by the gradient kernel of f. */
function slopeOf(tape: Tape, state: Tensor, sum: Tensor, ones: Tensor, t: number): Tensor {
  const node = tape.graph.nodes.find(({ inputs, outputs }) => inputs["input"] === sum && outputs["output"] === state)!;
  return tape.gradient(node, "input", { output: ones }, { name: `f′(z${t})`, tex: `f'(z_{${t}})` });
}

/** Numbers are lifted by this before they are squared: the square of 10⁻²⁵ is below what float32 can hold. */
const lift = 2 ** 30;

/** The norm over some axes, divided by the root of the extent of a state: ρⁿ where W_hh is ρ times an orthogonal matrix. */
export function meanNorm(graph: Graph, input: Tensor, name: string, dim: readonly number[]): Tensor {
  const lifted = graph.apply(mul, { a: input, b: graph.filled("2³⁰", [], lift) }, { names: `${name}, lifted` });
  const share = graph.filled("1 / (2³⁰ √extent)", [], 1 / (lift * Math.sqrt(input.shape[1])));
  const norm = normOf(graph, lifted, `${name}, whole`, dim);
  return graph.apply(mul, { a: norm, b: share }, { names: name });
}
