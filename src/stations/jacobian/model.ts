/** What station 5 computes: C = A·B, its gradients, every product behind them, and one Jacobian made row by row. */
import { formulaOf, Graph, type Node, type Tensor } from "../../core/graph";
import { leaves } from "../../core/leaves";
import { size } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { cumsum } from "../../ops/cumsum";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";

/** The operand that the Jacobian is taken by. */
export type By = "A" | "B";

/** A matrix product with the products that it adds, and its running sums, as the cube shows them: M × K × N. */
export interface Summed {
  readonly products: Tensor;
  readonly running: Tensor;
  /** The axis that is summed. */
  readonly along: 0 | 1 | 2;
}

export interface Model {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly by: By;
  readonly tape: Tape;
  readonly A: Tensor;
  readonly B: Tensor;
  readonly C: Tensor;
  readonly dA: Tensor;
  readonly dB: Tensor;
  readonly dC: Tensor;
  readonly forward: Step;
  readonly gradientA: Step;
  readonly gradientB: Step;
  readonly cubes: { readonly C: Summed; readonly dA: Summed; readonly dB: Summed };
  /** (M·N) × (cells of the operand), as M × N × rows × columns. */
  readonly jacobian: Tensor;
  /** 1 where the Jacobian's entry may differ from 0 for some A and B. */
  readonly mask: Tensor;
  readonly identity: Tensor;
  /** vec(dC)ᵀ·J, the long way. */
  readonly long: Tensor;
  readonly longStep: Step;
}

const named = (tensor: Tensor): string => `d${tensor.name}`;

export function model(M: number, K: number, N: number, by: By): Model {
  const graph = new Graph();
  const A = graph.given("A", [M, K]);
  const B = graph.given("B", [K, N]);
  const dC = graph.given({ name: "dC", tex: "dC" }, [M, N]);
  const C = graph.apply(matmul, { a: A, b: B }, { names: "C" });
  const tape = new Tape(graph);
  const [forward] = tape.forward();
  const gradient = tape.backward(C, { of: [A, B], upstream: dC, name: named }, add);
  const [dA, dB] = [gradient.get(A)!, gradient.get(B)!];
  const views = { a: graph.view(A, [M, K, 1]), b: graph.view(B, [1, K, N]), dc: graph.view(dC, [M, 1, N]) };
  const cubes = {
    C: summed(graph, views.a, views.b, 1, { name: "A·B", tex: "" }),
    dA: summed(graph, views.dc, views.b, 2, { name: "dC·B", tex: "^{dA}" }),
    dB: summed(graph, views.a, views.dc, 0, { name: "A·dC", tex: "^{dB}" }),
  };
  const { jacobian, identity } = unrolled(tape, { A, B, M, K, N, by });
  const operand = by === "A" ? A : B;
  const mask = graph.given("not always zero", [M, N, ...operand.shape]);
  const rows = M * N;
  const long = graph.apply(
    matmul,
    { a: graph.view(dC, [1, rows]), b: graph.view(jacobian, [rows, size(operand.shape)]) },
    { names: { name: "vec(dC)ᵀ·J", tex: "\\mathrm{vec}(dC)^{\\mathsf T} J" } },
  );
  tape.forward();
  return {
    M,
    K,
    N,
    by,
    tape,
    A,
    B,
    C,
    dA,
    dB,
    dC,
    cubes,
    jacobian,
    mask,
    identity,
    long,
    forward,
    gradientA: tape.writer(dA),
    gradientB: tape.writer(dB),
    longStep: tape.writer(long),
  };
}

/** The products of two broadcast operands, and their running sums along an axis. */
function summed(
  graph: Graph,
  a: Tensor,
  b: Tensor,
  along: 0 | 1 | 2,
  of: { readonly name: string; readonly tex: string },
): Summed {
  const products = graph.apply(mul, { a, b }, { names: { name: `products ${of.name}`, tex: `P${of.tex}` } });
  const running = graph.apply(
    cumsum,
    { input: products },
    { attributes: { dim: along }, names: { name: `sums ${of.name}`, tex: `S${of.tex}` } },
  );
  return { products, running, along };
}

/**
 * The Jacobian by the verified gradient kernel: the product runs once per output, stacked, and output r sends back a 1
 * from its own cell alone. What returns to copy r of the operand is row r.
 */
function unrolled(
  tape: Tape,
  { A, B, M, K, N, by }: { A: Tensor; B: Tensor; M: number; K: number; N: number; by: By },
): { jacobian: Tensor; identity: Tensor } {
  const { graph } = tape;
  const rows = M * N;
  const operand = by === "A" ? A : B;
  const ones = graph.filled("ones", [rows, 1, 1], 1);
  const copies = graph.apply(
    mul,
    { a: graph.view(operand, [1, ...operand.shape]), b: ones },
    { names: `${by}, once per output` },
  );
  const stacked = graph.apply(matmul, by === "A" ? { a: copies, b: B } : { a: A, b: copies }, {
    names: "C, once per output",
  });
  tape.forward();
  const identity = graph.given({ name: "unit upstreams", tex: "E" }, [rows, M, N]);
  const node = graph.nodes.find((n) => n.outputs["output"] === stacked)!;
  const found = tape.gradient(node, by === "A" ? "a" : "b", { output: identity }, { name: "J rows", tex: "J" });
  const name = { name: `∂C/∂${by}`, tex: `\\partial C/\\partial ${by}` };
  return { jacobian: graph.view(found, [M, N, ...(by === "A" ? [M, K] : [K, N])], name), identity };
}

const structures = new WeakMap<Node, Map<By, Float32Array>>();

/** The structure of ∂C/∂operand, from the formula's leaves: 1 where an output may depend on an input. Read once per product. */
export function structure(node: Node, by: By): Float32Array {
  const known = structures.get(node) ?? new Map<By, Float32Array>();
  structures.set(node, known);
  const mask = known.get(by) ?? readStructure(node, by);
  known.set(by, mask);
  return mask;
}

function readStructure(node: Node, by: By): Float32Array {
  const inputs = size(node.inputs[by === "A" ? "a" : "b"].shape);
  const outputs = size(node.outputs["output"].shape);
  const which = by === "A" ? 0 : 1;
  const mask = new Float32Array(outputs * inputs);
  for (let at = 0; at < outputs; at++) {
    leaves(formulaOf(node, "output", at), (input, cell) => {
      if (input === which) mask[at * inputs + cell] = 1;
    });
  }
  return mask;
}

/** The 1 that each output sends back alone. */
export function unitUpstreams(rows: number): Float32Array {
  const data = new Float32Array(rows * rows);
  for (let r = 0; r < rows; r++) data[r * rows + r] = 1;
  return data;
}

/** How many entries a Jacobian has, how many of them may differ from 0, and how many are 0 for every A and B. */
export function counts(node: Node, by: By): { readonly entries: number; readonly free: number; readonly zero: number } {
  const mask = structure(node, by);
  const free = mask.reduce((n, bit) => n + bit, 0);
  return { entries: mask.length, free, zero: mask.length - free };
}
