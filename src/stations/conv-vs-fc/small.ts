/** A convolution small enough to write out as the dense matrix that it is: its own Jacobian by the input. */
import { formulaOf, operandsOf, type Graph, type Node, type Tensor } from "../../core/graph";
import { leaves } from "../../core/leaves";
import { size } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";

/** What is turned that changes shapes. */
export interface SmallSizes {
  readonly side: number;
  readonly window: number;
  readonly padding: number;
}
export interface Small extends SmallSizes {
  /** Outputs along each side. */
  readonly across: number;
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly y: Tensor;
  readonly node: Node;
  /** Outputs × inputs. */
  readonly matrix: Tensor;
  /** 1 where an entry may differ from 0 for some weights. */
  readonly mask: Tensor;
  readonly upstream: Tensor;
  /** The matrix times the image: the same outputs. */
  readonly dense: Tensor;
}

/** Records the convolution, its matrix by the gradient kernel, and the matrix times the image. Throws ShapeError. */
export function smallConvolution(tape: Tape, { side, window, padding }: SmallSizes): Small {
  const { graph } = tape;
  const attributes = { padding };
  const x = graph.given("x", [side, side]);
  const weight = graph.given("w", [window, window]);
  const four = (tensor: Tensor, count = 1): Tensor => graph.view(tensor, [count, 1, ...tensor.shape.slice(-2)]);
  const out = graph.apply(conv2d, { input: four(x), weight: four(weight) }, { attributes, names: "y" });
  const node = graph.nodes.at(-1)!;
  const across = out.shape[3];
  const y = graph.view(out, [across, across], "y");
  const rows = across * across;
  const copies = copied(graph, x, rows);
  graph.apply(conv2d, { input: four(copies, rows), weight: four(weight) }, { attributes, names: "y, once per output" });
  const stacked = graph.nodes.at(-1)!;
  tape.forward();
  const upstream = graph.given({ name: "unit upstreams", tex: "E" }, [rows, 1, across, across]);
  const back = tape.gradient(stacked, "input", { output: upstream }, { name: "∂y/∂x", tex: "\\partial y/\\partial x" });
  const matrix = graph.view(back, [rows, side * side]);
  const mask = graph.given("not always zero", [rows, side * side]);
  const dense = graph.apply(
    matmul,
    { a: matrix, b: graph.view(x, [side * side, 1]) },
    { names: { name: "M·x", tex: "M x" } },
  );
  tape.forward();
  return {
    side,
    window,
    padding,
    across,
    x,
    weight,
    y,
    node,
    matrix,
    mask,
    upstream,
    dense: graph.view(dense, [across, across]),
  };
}

const copied = (graph: Graph, x: Tensor, rows: number): Tensor =>
  graph.apply(
    mul,
    { a: graph.view(x, [1, ...x.shape]), b: graph.filled("ones", [rows, 1, 1], 1) },
    { names: { name: "x, once per output", tex: "x" } },
  );

const structures = new WeakMap<Node, Float32Array>();

/** Outputs × inputs: 1 where an output may change with an input, from the formulas' leaves. */
export function structureOf({ node, x, y }: Small): Float32Array {
  const known = structures.get(node);
  if (known) return known;
  const inputs = size(x.shape);
  const mask = new Float32Array(size(y.shape) * inputs);
  const which = operandsOf(node).indexOf(node.inputs["input"]);
  for (let r = 0; r < size(y.shape); r++)
    leaves(formulaOf(node, "output", r), (input, cell) => {
      if (input === which) mask[r * inputs + cell] = 1;
    });
  structures.set(node, mask);
  return mask;
}

/** The weight that stands in an entry of the matrix; undefined where it is always zero. */
export function weightAt(small: Small, entry: number): number | undefined {
  const { side, window, padding, across } = small;
  if (structureOf(small)[entry] === 0) return undefined;
  const [r, c] = [Math.floor(entry / (side * side)), entry % (side * side)];
  const row = Math.floor(c / side) - Math.floor(r / across) + padding;
  const column = (c % side) - (r % across) + padding;
  return row * window + column;
}

/** Every entry in which a weight stands. */
export const repeatsOf = (small: Small, weight: number): readonly number[] =>
  [...structureOf(small).keys()].filter((entry) => weightAt(small, entry) === weight);

/** The inputs that an output reads. */
export const windowOf = (small: Small, output: number): readonly number[] => {
  const inputs = small.side * small.side;
  return Array.from({ length: inputs }, (_, c) => c).filter((c) => structureOf(small)[output * inputs + c] === 1);
};

/** What each output sends back alone. */
export function unitsOf({ across }: Small): Float32Array {
  const rows = across * across;
  return Float32Array.from({ length: rows * rows }, (_, at) => (at % (rows + 1) === 0 ? 1 : 0));
}
