/** Clipping a gradient by its norm, as `torch.nn.utils.clip_grad_norm_` does. */
import type { Graph, Name, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { div } from "../../ops/div";
import { mul } from "../../ops/mul";
import { relu } from "../../ops/relu";
import { sqrt } from "../../ops/sqrt";
import { sub } from "../../ops/sub";
import { sum } from "../../ops/sum";

export interface Clip {
  /** Given: the largest norm that is let through. */
  readonly threshold: Tensor;
  readonly norm: Tensor;
  /** min(1, threshold / (norm + 10⁻⁶)). */
  readonly factor: Tensor;
  readonly clipped: Tensor;
}

/** PyTorch's guard against a division by 0. */
const guard = 1e-6;

/** The root of the sum of the squares over `dim`, all axes unless given. */
export function normOf(graph: Graph, input: Tensor, name: Name, dim?: readonly number[]): Tensor {
  const plain = typeof name === "string" ? name : name.name;
  const squares = graph.apply(mul, { a: input, b: input }, { names: `${plain}, squares` });
  const total = graph.apply(sum, { input: squares }, { ...(dim && { attributes: { dim } }), names: `${plain}²` });
  return graph.apply(sqrt, { input: total }, { names: name });
}

export function clipped(tape: Tape, gradient: Tensor): Clip {
  const { graph } = tape;
  const threshold = graph.given("c", []);
  const norm = normOf(graph, gradient, {
    name: "‖∂L/∂W_hh‖",
    tex: "\\lVert\\partial L/\\partial W_{hh}\\rVert",
  });
  const guarded = graph.apply(add, { a: norm, b: graph.filled("10⁻⁶", [], guard) }, { names: "norm, guarded" });
  const ratio = graph.apply(div, { a: threshold, b: guarded }, { names: "c / norm" });
  const one = graph.filled("1", [], 1);
  const lacking = graph.apply(sub, { a: one, b: ratio }, { names: "1 − c / norm" });
  const excess = graph.apply(relu, { input: lacking }, { names: "what is taken off" });
  const factor = graph.apply(sub, { a: one, b: excess }, { names: "factor" });
  const result = graph.apply(mul, { a: gradient, b: factor }, { names: { name: "clipped", tex: "\\text{clipped}" } });
  tape.forward();
  return { threshold, norm, factor, clipped: result };
}
