/** What station 8 computes: a pool of I, its gradient, the same pool of I moved by one pixel, and each window's route alone. */
import { Graph, type Name, type Node, type Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { isInside, tapped, unread, type Axis } from "../../ops/window";
import { paddingRing, type Ring, type Side } from "../../story/sliding";
import { linear, type Linear } from "./linear";
import { applied, type Structure } from "./pool";
import { routed, travelled, type Routes, type Travelled } from "./routes";

export interface Model extends Structure {
  readonly rows: Axis;
  readonly columns: Axis;
  /** The shape of the output. */
  readonly outputRows: number;
  readonly outputColumns: number;
  /** How many windows there are. */
  readonly windows: number;
  readonly tape: Tape;
  /** The zeros around I. */
  readonly ring: Ring;
  /** The places around dI that windows reach over. */
  readonly gradientRing: Ring;
  readonly I: Tensor;
  readonly O: Tensor;
  readonly dI: Tensor;
  readonly dO: Tensor;
  /** Where each window found its largest number, as flat positions in I. */
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
}

/** Windows × cells, up to which every window's route is a tensor of its own. */
const mostRouted = 16_384;

const named = (tensor: Tensor): string => `d${tensor.name}`;

export function model(structure: Structure): Model {
  const { height, width } = structure;
  const graph = new Graph();
  const tape = new Tape(graph);
  const I = graph.given("I", [height, width]);
  const { output, O, indices, node } = pooled(graph, structure, I, "O");
  const [forward] = tape.forward();
  const [outputRows, outputColumns] = O.shape;
  const dO = graph.given("dO", O.shape);
  const dI = tape.backward(output, { of: [I], upstream: graph.view(dO, output.shape), name: named }, add).get(I)!;
  const ones = graph.filled({ name: "ones", tex: "\\mathbf{1}" }, output.shape, 1);
  const mask = tape.gradient(node, "input", { output: ones }, maskName(structure));
  const moved = graph.given({ name: "I′", tex: "I'" }, I.shape);
  const again = pooled(graph, structure, moved, { name: "O′", tex: "O'" });
  tape.forward();
  const [rows, columns] = [axisOf(structure, height), axisOf(structure, width)];
  const few = size(O.shape) * size(I.shape) <= mostRouted;
  const ways = few && {
    travelled: travelled(tape, structure, I, dO),
    movedRoutes: routed(tape, structure, moved, size(O.shape)),
  };
  const other = linear(tape, structure, { I, dO, ...ways });
  const writer = (tensor: Tensor): Step =>
    tape.steps.find((step) => step.writes.some((written) => written === (tensor.of ?? tensor)))!;
  return {
    ...structure,
    rows,
    columns,
    outputRows,
    outputColumns,
    windows: size(O.shape),
    tape,
    ring: paddingRing(graph, [1], sideOf(rows), sideOf(columns)),
    gradientRing: paddingRing(graph, [1], sideOf(rows), sideOf(columns)),
    I,
    O,
    dI,
    dO,
    ...(indices && { indices }),
    mask: graph.view(mask, I.shape),
    moved,
    movedO: again.O,
    forward,
    backward: writer(dI),
    movedStep: writer(again.O),
    ...ways,
    ...(other && { linear: other }),
  };
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

/** The pool of one image; the outputs without the channel are what is shown. */
function pooled(
  graph: Graph,
  structure: Structure,
  input: Tensor,
  name: string | { readonly name: string; readonly tex: string },
): { readonly output: Tensor; readonly O: Tensor; readonly indices: Tensor | undefined; readonly node: Node } {
  const of = typeof name === "string" ? name : name.name;
  const { output, indices } = applied(graph, structure, graph.view(input, [1, ...input.shape]), {
    output: of,
    indices: `indices of ${of}`,
  });
  const shape = output.shape.slice(1);
  return {
    output,
    O: graph.view(output, shape, name),
    indices: indices && graph.view(indices, shape, { name: "indices", tex: "\\text{indices}" }),
    node: graph.nodes[graph.nodes.length - 1],
  };
}

/** A window by row and column, from its row-major position. */
export const windowAt = ({ outputColumns }: Model, window: number): readonly [row: number, column: number] => [
  Math.floor(window / outputColumns),
  window % outputColumns,
];

/** A cell of I that a window reads: its tap in the window, its row and column, and its flat position. */
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
        found.push({ tap: [a, b], row, column, at: row * m.width + column });
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

/** The windows that read a cell. */
export function readers(m: Model, at: number): readonly number[] {
  const columns = through(m.columns, at % m.width, m.outputColumns);
  return through(m.rows, Math.floor(at / m.width), m.outputRows).flatMap((r) =>
    columns.map((c) => r * m.outputColumns + c),
  );
}
