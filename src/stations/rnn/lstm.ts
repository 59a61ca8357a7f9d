/** The first steps of the LSTM, as they are drawn: its forget gates, its cell states, and the gradient on its way back. */
import type { Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { unrolledLstm } from "../../ops/compositions/recurrent";
import type { LstmWeights } from "./memory";
import { gradientName } from "./names";

export interface DrawnLstm {
  /** Given: c₀, and what arrives at the last cell state. */
  readonly start: Tensor;
  readonly upstream: Tensor;
  /** f₁, f₂, … */
  readonly forgets: readonly Tensor[];
  /** c₀, c₁, … and the gradient of each. */
  readonly memories: readonly Tensor[];
  readonly gradients: readonly Tensor[];
}

export function drawnLstm(tape: Tape, x: Tensor, weights: LstmWeights): DrawnLstm {
  const { graph } = tape;
  const cells = weights.w_hh.shape[1];
  const start = graph.given({ name: "c0", tex: "c_{0}" }, [cells]);
  const h0 = graph.filled("h0 of the LSTM", [cells], 0);
  const steps = unrolledLstm(graph, { x, h0, c0: start, ...weights });
  tape.forward();
  const memories = [start, ...steps.map(({ memory }) => memory)];
  const last = memories[steps.length];
  const upstream = graph.given(gradientName(last), [cells]);
  const gradient = tape.backward(new Map([[last, upstream]]), { of: [start], name: gradientName }, add);
  tape.forward();
  return {
    start,
    upstream,
    forgets: steps.map(({ forget }) => forget),
    memories,
    gradients: memories.map((memory) => gradient.get(memory) ?? upstream),
  };
}
