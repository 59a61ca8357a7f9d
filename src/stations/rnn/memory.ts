/** An LSTM on the same inputs, and how much its last cell state depends on each earlier one. */
import type { Graph, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { unrolledLstm } from "../../ops/compositions/recurrent";
import { stacked } from "../../ops/compositions/sequence";
import { mul } from "../../ops/mul";
import { rootMeanSquare } from "./distances";

/** What an LSTM is given, the four gates side by side. */
export interface LstmWeights {
  readonly w_ih: Tensor;
  readonly w_hh: Tensor;
  readonly b: Tensor;
}

export const lstmWeights = (graph: Graph, cells: number, width: number): LstmWeights => ({
  w_ih: graph.given({ name: "W_ih of the LSTM", tex: "W_{ih}" }, [4 * cells, width]),
  w_hh: graph.given({ name: "W_hh of the LSTM", tex: "W_{hh}" }, [4 * cells, cells]),
  b: graph.given({ name: "b of the LSTM", tex: "b" }, [4 * cells]),
});

/** By distance: entry n speaks of the cell state n steps before the last. */
export interface LstmDistances {
  /** Given: a 1 that each cell of the last cell state sends back alone, in a copy of the network of its own. */
  readonly unit: Tensor;
  /** ‖∂c_T/∂cₜ‖ over the root of the extent. */
  readonly norms: Tensor;
  /** The same of the products of the forget gates alone. */
  readonly gates: Tensor;
}

/**
 * The network runs once per cell of its state, side by side, and copy r sends back a 1 from cell r alone: what returns to
 * copy r of cₜ is row r of ∂c_T/∂cₜ.
 */
export function lstmDistances(tape: Tape, x: Tensor, weights: LstmWeights): LstmDistances {
  const { graph } = tape;
  const [length, width] = x.shape;
  const cells = weights.w_hh.shape[1];
  const unit = graph.given("unit upstreams", [cells, cells]);
  const ones = graph.filled("ones", [1, cells, 1], 1);
  const copies = graph.apply(mul, { a: graph.view(x, [length, 1, width]), b: ones }, { names: "x, once per cell" });
  const start = graph.filled("0", [cells, cells], 0);
  const steps = unrolledLstm(graph, { x: copies, h0: start, c0: start, ...weights });
  tape.forward();
  const memories = steps.map(({ memory }) => memory);
  const gradient = tape.backward(
    new Map([[memories[length - 1], unit]]),
    { of: [memories[0]], name: ({ name }) => `∂c_T/∂${name}` },
    add,
  );
  const rows = memories.map((memory) => gradient.get(memory) ?? unit).toReversed();
  const kept = products(
    graph,
    steps.slice(1).map(({ forget }) => forget),
  );
  const found = {
    unit,
    norms: rootMeanSquare(
      graph,
      stacked(graph, rows, "∂c_T/∂c_t"),
      { name: "‖∂c_T/∂c_t‖", tex: "\\lVert\\partial c_T/\\partial c_t\\rVert" },
      cells,
    ),
    // Every copy has the same gates.
    gates: rootMeanSquare(graph, stacked(graph, kept, "products of the gates"), "product of the gates", cells ** 2),
  };
  tape.forward();
  return found;
}

/** 1, f_T, f_T f_T₋₁, …: what the forget gates leave of something that goes back along the cell state. */
function products(graph: Graph, forgets: readonly Tensor[]): readonly Tensor[] {
  const found = [graph.filled("nothing forgotten", forgets[0].shape, 1)];
  for (const [back, forget] of forgets.toReversed().entries())
    found.push(graph.apply(mul, { a: found[back], b: forget }, { names: `gates, ${back + 1} back` }));
  return found;
}
