/** Every window of a pool by itself, the same one in every sample at once, made by the verified gradient kernel: whom it chose, and what it sends back. */
import type { Graph, Node, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { cumsum } from "../../ops/cumsum";
import { mul } from "../../ops/mul";
import { withoutChannel } from "./batch";
import { applied, type Structure } from "./pool";

/** Every window by itself, the windows of a sample along the first axis: L × H × W, or L × N × H × W with several samples. */
export interface Routes {
  /** The pool's gradient for a 1 sent back from one window alone, in every sample: the Jacobian's rows, without the zeros between samples. */
  readonly routes: Tensor;
  /** The given stack of unit upstreams. */
  readonly units: Tensor;
  /** The routes added up: in how many of the windows so far each cell has won, or what share it has had. */
  readonly won: Tensor;
}

/** The routes of the pool of I, and what travels along them. */
export interface Travelled extends Routes {
  /** What each window sends back alone, and the sum so far. */
  readonly sent: Tensor;
  readonly sums: Tensor;
  /** The given stack of upstream gradients, each with one window's number alone. */
  readonly upstreams: Tensor;
  /** What each cell puts into each window's average; undefined for the largest. */
  readonly shares?: Tensor;
}

interface Stacked extends Pick<Routes, "routes" | "units"> {
  /** The pool of the stacked copies, from which each window can send back alone. */
  readonly node: Node;
}

/**
 * The pool runs once per window, on stacked copies, and window p of every sample sends back a 1 from copy p alone. What
 * returns to copy p are its routes: in each sample the Jacobian's row p.
 */
function stacked(tape: Tape, structure: Structure, input: Tensor, windows: number): Stacked {
  const { graph } = tape;
  const planes = withoutChannel(input.shape);
  const ones = graph.filled("ones", [windows, ...planes.map(() => 1)], 1);
  const copies = graph.apply(
    mul,
    { a: graph.view(input, [1, ...planes]), b: ones },
    { names: `${input.name}, once per window` },
  );
  const { output } = applied(graph, structure, copies, {
    output: `pool of ${input.name}, once per window`,
    indices: `indices in ${input.name}, once per window`,
  });
  const node = graph.nodes[graph.nodes.length - 1];
  tape.forward();
  const units = graph.given({ name: `unit upstreams of ${input.name}`, tex: "\\mathbf{1}" }, output.shape);
  return {
    node,
    units,
    routes: tape.gradient(
      node,
      "input",
      { output: units },
      {
        name: `routes of ${input.name}`,
        tex: "\\text{route}",
      },
    ),
  };
}

const summed = (graph: Graph, input: Tensor, name: string): Tensor =>
  graph.apply(cumsum, { input }, { attributes: { dim: 0 }, names: name });

const withWins = (tape: Tape, { routes, units }: Stacked, input: Tensor): Routes => ({
  routes,
  units,
  won: summed(tape.graph, routes, `${input.name}, won so far`),
});

/** The routes of a pool of `input` with that many windows on each sample. */
export function routed(tape: Tape, structure: Structure, input: Tensor, windows: number): Routes {
  const made = withWins(tape, stacked(tape, structure, input, windows), input);
  tape.forward();
  return made;
}

/** The routes of I, with what the upstream gradient sends along each, and both added up window by window. */
export function travelled(tape: Tape, structure: Structure, I: Tensor, dO: Tensor): Travelled {
  const { graph } = tape;
  const [rows, columns] = dO.shape.slice(-2);
  const stack = stacked(tape, structure, I, rows * columns);
  const upstreams = graph.given({ name: "upstreams, one by one", tex: "dO" }, stack.units.shape);
  const sent = tape.gradient(stack.node, "input", { output: upstreams }, { name: "sent", tex: "\\text{sent}" });
  const made: Travelled = {
    ...withWins(tape, stack, I),
    upstreams,
    sent,
    sums: summed(graph, sent, "dI so far"),
    ...(structure.pool === "average" && {
      shares: graph.apply(
        mul,
        { a: graph.view(I, [1, ...withoutChannel(I.shape)]), b: stack.routes },
        { names: "I, by its shares" },
      ),
    }),
  };
  tape.forward();
  return made;
}
