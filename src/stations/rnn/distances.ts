/**
 * How much the last state depends on each earlier one. By the chain rule ∂h_T/∂hₜ₋₁ = ∂h_T/∂hₜ · diag(f′(zₜ)) · W_hh; the
 * slopes f′ are made by the gradient kernel of f, with a 1 sent back from every cell.
 */
import type { Graph, Name, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { stacked } from "../../ops/compositions/sequence";
import type { Unrolled } from "../../ops/compositions/recurrent";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { normOf } from "./clip";
import { powersOf } from "./powers";

/** All by distance: entry n speaks of the state n steps before the last. */
export interface Distances {
  /** Given: the identity, ∂h_T/∂h_T. */
  readonly unit: Tensor;
  /** ∂h_T/∂hₜ, stacked: (T + 1) × cells × cells. */
  readonly jacobians: Tensor;
  /** The same from one step back on, and the farthest alone. */
  readonly earlier: Tensor;
  readonly farthest: Tensor;
  /** The root mean square of the singular values of each: their Frobenius norm over the root of their extent. */
  readonly norms: Tensor;
  /** The same of the products of the slopes alone. */
  readonly slopes: Tensor;
  /** ρⁿ. */
  readonly powers: Tensor;
}

/** A Jacobian of the last state. */
const jacobian: Name = { name: "∂h_T/∂h_t", tex: "\\partial h_T/\\partial h_t" };

export function distances(tape: Tape, { states, sums }: Unrolled, w_hh: Tensor, radius: Tensor): Distances {
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
    const names = t === 1 ? jacobian : `∂h/∂h${t - 1}`;
    jacobians.push(graph.apply(matmul, { a: scaled, b: w_hh }, { names }));
    products.push(graph.apply(mul, { a: products[back], b: slope }, { names: `slopes to h${t - 1}` }));
  }
  const all = stacked(graph, jacobians, { name: "all ∂h_T/∂h_t", tex: "\\partial h_T/\\partial h_t" });
  const length = states.length;
  const earlier = graph.apply(
    narrow,
    { input: all },
    { attributes: { dim: 0, start: 1, length }, names: "∂h_T/∂h_t, from one step back on" },
  );
  const found = {
    unit,
    jacobians: all,
    earlier,
    farthest: jacobians[length],
    slopes: rootMeanSquare(graph, stacked(graph, products, "products of the slopes"), "product of the slopes", extent),
    powers: powersOf(graph, radius, length + 1),
    norms: rootMeanSquare(
      graph,
      all,
      { name: "‖∂h_T/∂h_t‖", tex: "\\lVert\\partial h_T/\\partial h_t\\rVert" },
      extent,
    ),
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

/**
 * The norm over all axes but the first, divided by the root of a count: of the singular values of a matrix, or of the
 * cells of a vector. It is ρⁿ where W_hh is ρ times an orthogonal matrix.
 */
export function rootMeanSquare(graph: Graph, input: Tensor, name: Name, count: number): Tensor {
  const plain = typeof name === "string" ? name : name.name;
  const lifted = graph.apply(mul, { a: input, b: graph.filled("2³⁰", [], lift) }, { names: `${plain}, lifted` });
  const share = graph.filled(
    { name: "1 / (2³⁰ √count)", tex: `1 / (2^{30} \\sqrt{${count}})` },
    [],
    1 / (lift * Math.sqrt(count)),
  );
  const dim = input.shape.slice(1).map((_, axis) => axis + 1);
  const norm = normOf(graph, lifted, { name: `${plain}, lifted norm`, tex: "2^{30} \\lVert\\cdot\\rVert_F" }, dim);
  return graph.apply(mul, { a: norm, b: share }, { names: name });
}
