/** An LSTM on the same inputs, and how much its last cell state depends on each earlier one. */
import type { Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { unrolledLstm } from "../../ops/compositions/recurrent";
import { stacked } from "../../ops/compositions/sequence";
import { mul } from "../../ops/mul";
import { meanNorm } from "./distances";

export interface LstmDistances {
  readonly w_ih: Tensor;
  readonly w_hh: Tensor;
  readonly b: Tensor;
  /** Given: a 1 that each cell of the last cell state sends back alone, in a copy of the network of its own. */
  readonly unit: Tensor;
  /** ‖∂c_T/∂cₜ‖ by distance, over the root of the extent. */
  readonly norms: Tensor;
}

const cells = 3;

/**
 * The network runs once per cell of its state, side by side, and copy r sends back a 1 from cell r alone: what returns to
 * copy r of cₜ is row r of ∂c_T/∂cₜ.
 */
export function lstmDistances(tape: Tape, x: Tensor): LstmDistances {
  const { graph } = tape;
  const [length, width] = x.shape;
  const w_ih = graph.given({ name: "W_ih of the LSTM", tex: "W_{ih}" }, [4 * cells, width]);
  const w_hh = graph.given({ name: "W_hh of the LSTM", tex: "W_{hh}" }, [4 * cells, cells]);
  const b = graph.given({ name: "b of the LSTM", tex: "b" }, [4 * cells]);
  const unit = graph.given("unit upstreams", [cells, cells]);
  const ones = graph.filled("ones", [1, cells, 1], 1);
  const copies = graph.apply(mul, { a: graph.view(x, [length, 1, width]), b: ones }, { names: "x, once per cell" });
  const start = graph.filled("0", [cells, cells], 0);
  const { memories } = unrolledLstm(graph, { x: copies, h0: start, c0: start, w_ih, w_hh, b });
  tape.forward();
  const last = memories[memories.length - 1];
  const gradient = tape.backward(
    new Map([[last, unit]]),
    { of: [memories[0]], name: ({ name }) => `∂c_T/∂${name}` },
    add,
  );
  const rows = memories.map((memory) => gradient.get(memory) ?? unit).toReversed();
  const norms = meanNorm(graph, stacked(graph, rows, "∂c_T/∂c_t"), "‖∂c_T/∂c_t‖", [1, 2]);
  tape.forward();
  return { w_ih, w_hh, b, unit, norms };
}
