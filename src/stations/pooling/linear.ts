/** The gradient of a pool as a sum of its own: the mean's sends a constant filter back, the largest's turns a selection round. */
import type { Graph, Node, Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import { matmul } from "../../ops/matmul";
import { transpose } from "../../ops/transpose";
import { asImages } from "./batch";
import type { Structure } from "./pool";
import type { Travelled } from "./routes";

/** The same numbers by another way. */
export interface Linear {
  /** What the windows do as a convolution with a filter that is the same everywhere; of the mean only. */
  readonly O?: Tensor;
  readonly dI: Tensor;
}

/** Whether every window divides by the same number, so that one filter fits them all. */
export const isConstant = ({ pool, countsPadding, padding }: Structure): boolean =>
  pool === "average" && (countsPadding || padding === 0);

/** Undefined where no single filter or no list of routes is there to make it from. */
export function linear(
  tape: Tape,
  structure: Structure,
  { I, dO, travelled }: { readonly I: Tensor; readonly dO: Tensor; readonly travelled?: Travelled | undefined },
): Linear | undefined {
  if (isConstant(structure)) return convolved(tape, structure, I, dO);
  return structure.pool === "max" && travelled ? selected(tape, structure, travelled, dO) : undefined;
}

/** The mean is a convolution whose filter holds 1/K² everywhere; its gradient is that convolution transposed. */
function convolved(tape: Tape, { kernel, stride, padding }: Structure, I: Tensor, dO: Tensor): Linear {
  const { graph } = tape;
  const weight = graph.filled({ name: "constant filter", tex: "F" }, [1, 1, kernel, kernel], 1 / (kernel * kernel));
  const O = graph.apply(
    conv2d,
    { input: graph.view(I, asImages(I.shape)), weight },
    { attributes: { stride, padding }, names: { name: "O as a convolution", tex: "O" } },
  );
  tape.forward();
  const upstream = graph.view(dO, O.shape);
  const name = { name: "dI as a transposed convolution", tex: "dI" };
  return { O, dI: tape.gradient(lastOf(graph), "input", { output: upstream }, name) };
}

const lastOf = ({ nodes }: Graph): Node => nodes[nodes.length - 1];

/**
 * The largest selects: a matrix for each sample, with one row for each window and a single 1 in it. Its transpose sends dO
 * back.
 */
function selected(tape: Tape, structure: Structure, travelled: Travelled, dO: Tensor): Linear {
  const { graph } = tape;
  const { batch } = structure;
  const selection = selectionOf(graph, structure, travelled);
  const dI = graph.apply(
    matmul,
    { a: graph.view(dO, [batch, 1, size(dO.shape) / batch]), b: selection },
    { names: { name: "dI by the selection", tex: "dI" } },
  );
  tape.forward();
  return { dI };
}

/** The routes as matrices: samples × windows × cells. */
function selectionOf(graph: Graph, { batch, height, width }: Structure, { routes }: Travelled): Tensor {
  const [windows] = routes.shape;
  const cells = height * width;
  if (batch === 1) return graph.view(routes, [1, windows, cells]);
  return graph.apply(
    transpose,
    { input: graph.view(routes, [windows, batch, cells]) },
    { attributes: { dim0: 0, dim1: 1 }, names: { name: "selection, sample by sample", tex: "S" } },
  );
}
