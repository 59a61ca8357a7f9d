/** What station 8 computes: a pool of I, its gradient, the same pool of I moved by one pixel, and each window's route alone. */
import { Graph, type Name, type Node, type Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { isInside, tapped, unread, type Axis } from "../../ops/window";
import { paddingRing, type Ring, type Side } from "../../story/sliding";
import { linear, type Linear } from "./linear";
import { asImages, inBatch, planesShape, sampleHolding } from "./batch";
import { applied, type Structure } from "./pool";
import { routed, travelled, type Routes, type Travelled } from "./routes";

export interface Model extends Structure {
  readonly rows: Axis;
  readonly columns: Axis;
  /** The shape of the output. */
  readonly outputRows: number;
  readonly outputColumns: number;
  /** How many windows there are on one sample, and how many cells it has. */
  readonly windows: number;
  readonly cells: number;
  readonly tape: Tape;
  /** The zeros around I. */
  readonly ring: Ring;
  /** The places around dI that windows reach over. */
  readonly gradientRing: Ring;
  /** Rows × columns; samples × 1 × rows × columns where there are several. */
  readonly I: Tensor;
  readonly O: Tensor;
  readonly dI: Tensor;
  readonly dO: Tensor;
  /** Where each window found its largest number, as flat positions in its sample's plane. */
  readonly indices?: Tensor;
  /** The gradient of I where every output sends back a 1: how many windows each cell won, or the shares it has in them. */
  readonly mask: Tensor;
  /** I moved right by one pixel, zeros in, and the pool of it. */
  readonly moved: Tensor;
  readonly movedO: Tensor;
  readonly forward: Step;
  readonly backward: Step;
  readonly movedStep: Step;
  /** While windows × cells stay few enough to be drawn one by one. */
  readonly travelled?: Travelled;
  readonly movedRoutes?: Routes;
  /** The gradient as a sum of its own, where there is one. */
  readonly linear?: Linear;
  /** Where there are several samples: the gradient of I when only sample 0 sends anything back. */
  readonly alone?: Alone;
}

/** What the outputs of sample 0 send back while all others send nothing. */
export interface Alone {
  /** The given upstream gradient: dO in sample 0, and 0 in all others. */
  readonly upstream: Tensor;
  readonly dI: Tensor;
}

/** Windows × cells, up to which every window's route is a tensor of its own. */
const mostRouted = 16_384;

const named = (tensor: Tensor): string => `d${tensor.name}`;

export function model(structure: Structure): Model {
  const { batch, height, width } = structure;
  const graph = new Graph();
  const tape = new Tape(graph);
  const I = graph.given("I", planesShape(batch, height, width));
  const { output, O, indices, node } = pooled(graph, structure, I, "O");
  const [forward] = tape.forward();
  const [outputRows, outputColumns] = O.shape.slice(-2);
  const windows = outputRows * outputColumns;
  const dO = graph.given("dO", O.shape);
  const dI = tape.backward(output, { of: [I], upstream: graph.view(dO, output.shape), name: named }, add).get(I)!;
  const ones = graph.filled({ name: "ones", tex: "\\mathbf{1}" }, output.shape, 1);
  const mask = tape.gradient(node, "input", { output: ones }, maskName(structure));
  const moved = graph.given({ name: "I′", tex: "I'" }, I.shape);
  const again = pooled(graph, structure, moved, { name: "O′", tex: "O'" });
  tape.forward();
  const [rows, columns] = [axisOf(structure, height), axisOf(structure, width)];
  const few = windows * size(I.shape) <= mostRouted;
  const ways = few && {
    travelled: travelled(tape, structure, I, dO),
    movedRoutes: routed(tape, structure, moved, windows),
  };
  const other = linear(tape, structure, { I, dO, ...ways });
  return {
    ...structure,
    rows,
    columns,
    outputRows,
    outputColumns,
    windows,
    cells: height * width,
    tape,
    ring: paddingRing(graph, [batch], sideOf(rows), sideOf(columns)),
    gradientRing: paddingRing(graph, [batch], sideOf(rows), sideOf(columns)),
    I,
    O,
    dI,
    dO,
    ...(indices && { indices }),
    mask: graph.view(mask, I.shape),
    moved,
    movedO: again.O,
    forward,
    backward: tape.writer(dI),
    movedStep: tape.writer(again.O),
    ...ways,
    ...(other && { linear: other }),
    ...(batch > 1 && { alone: sampleAlone(tape, node, output) }),
  };
}

/** The gradient kernel once more, with an upstream gradient that is 0 outside of sample 0. */
function sampleAlone(tape: Tape, node: Node, output: Tensor): Alone {
  const upstream = tape.graph.given({ name: "dO of sample 0 alone", tex: "dO_0" }, output.shape);
  const dI = tape.gradient(node, "input", { output: upstream }, { name: "dI by sample 0 alone", tex: "dI_0" });
  return { upstream, dI };
}

const maskName = ({ pool }: Structure): Name =>
  pool === "max" ? { name: "mask", tex: "\\text{mask}" } : { name: "shares", tex: "\\text{shares}" };

const axisOf = ({ kernel, stride, padding }: Structure, extent: number): Axis => ({
  extent,
  kernel,
  stride,
  padding,
  dilation: 1,
});

/** An axis of I as the ground over which windows slide. */
export const sideOf = (of: Axis): Side => ({ ...of, reach: of.kernel, unread: unread(of) });

/** The pool of all samples; of a single one the outputs without the channel are what is shown. */
function pooled(
  graph: Graph,
  structure: Structure,
  input: Tensor,
  name: string | { readonly name: string; readonly tex: string },
): { readonly output: Tensor; readonly O: Tensor; readonly indices: Tensor | undefined; readonly node: Node } {
  const of = typeof name === "string" ? name : name.name;
  const { output, indices } = applied(graph, structure, graph.view(input, asImages(input.shape)), {
    output: of,
    indices: `indices of ${of}`,
  });
  const shape = structure.batch > 1 ? output.shape : output.shape.slice(1);
  return {
    output,
    O: graph.view(output, shape, name),
    indices: indices && graph.view(indices, shape, { name: "indices", tex: "\\text{indices}" }),
    node: graph.nodes[graph.nodes.length - 1],
  };
}

/** A window by row and column in its sample, from its row-major position in the batch. */
export const windowAt = ({ outputColumns, windows }: Model, window: number): readonly [row: number, column: number] => [
  Math.floor((window % windows) / outputColumns),
  window % outputColumns,
];

/** A cell of I that a window reads: its tap in the window, its row and column, and its position in the batch. */
export interface Candidate {
  readonly tap: readonly [row: number, column: number];
  readonly row: number;
  readonly column: number;
  readonly at: number;
}

/** The cells that a window reads, in the order in which they are compared. */
export function candidates(m: Model, window: number): readonly Candidate[] {
  const [r, c] = windowAt(m, window);
  const found: Candidate[] = [];
  for (let a = 0; a < m.kernel; a++)
    for (let b = 0; b < m.kernel; b++) {
      const [row, column] = [tapped(m.rows, r, a), tapped(m.columns, c, b)];
      if (isInside(m.rows, row) && isInside(m.columns, column))
        found.push({ tap: [a, b], row, column, at: inBatch(m, window, row * m.width + column) });
    }
  return found;
}

/** The windows along an axis that read a place on it. */
function through(axis: Axis, at: number, windows: number): readonly number[] {
  return Array.from({ length: windows }, (_, window) => window).filter((window) => {
    const first = tapped(axis, window, 0);
    return first <= at && at < first + axis.kernel;
  });
}

/** The windows that read a cell: they are of its own sample. */
export function readers(m: Model, at: number): readonly number[] {
  const first = sampleHolding(m, at) * m.windows;
  const columns = through(m.columns, at % m.width, m.outputColumns);
  return through(m.rows, Math.floor(at / m.width) % m.height, m.outputRows).flatMap((r) =>
    columns.map((c) => first + r * m.outputColumns + c),
  );
}
