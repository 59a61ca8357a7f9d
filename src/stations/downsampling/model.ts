/** What station 9 computes: one image through both branches, both ways, and a batch of shifted images for what is measured. */
import { Graph, type Name, type Node, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { div } from "../../ops/div";
import { embedding } from "../../ops/embedding";
import { narrow } from "../../ops/narrow";
import { blurring } from "./filters";
import { convolved, pooled, type Pool, type Weights } from "./branches";
import { changeOf, contrastOf, stacked, type Change } from "./measures";
import { halved, mostShift, seen, shifts, side } from "./sizes";

/** What is measured of one branch. */
export interface Measured extends Change {
  /** The differences at the chosen shift. */
  readonly difference: Tensor;
  /** Contrast of the output against that of the image, a number per shift. */
  readonly contrast: Tensor;
}

export interface Model {
  readonly pool: Pool;
  readonly tape: Tape;
  readonly image: Tensor;
  readonly filter: Tensor;
  /** The chosen shift, as the number of an image in the batch. */
  readonly shift: Tensor;
  /** The image at the chosen shift. */
  readonly x: Tensor;
  /** The same as the strided convolution sees it: each branch lights up what it reads itself. */
  readonly xA: Tensor;
  /** What the strided convolution makes of it. */
  readonly yA: Tensor;
  /** What the convolution at stride 1 makes of it, and the pool of that. */
  readonly f: Tensor;
  readonly yB: Tensor;
  readonly dy: Tensor;
  readonly dxA: Tensor;
  readonly dxB: Tensor;
  readonly df: Tensor;
  /** Contrast of the image, a number per shift. */
  readonly contrastIn: Tensor;
  readonly A: Measured;
  readonly B: Measured;
  readonly nodes: { readonly strided: Node; readonly convolution: Node; readonly pool: Node };
  /** What is played: both branches, both ways back, and all shifts. */
  readonly forward: Step;
  readonly backward: Step;
  readonly shifting: Step;
}

const titles = {
  A: { name: "yA", tex: "y_A" },
  B: { name: "yB", tex: "y_B" },
} as const;

/** One slice of a batch, by its number: as many columns as the slice has cells. */
function picked(graph: Graph, shift: Tensor, batch: Tensor, name: Name): Tensor {
  const [count, ...shape] = batch.shape;
  const cells = shape.reduce((product, extent) => product * extent, 1);
  const row = graph.apply(
    embedding,
    { input: shift, weight: graph.view(batch, [count, cells]) },
    { names: typeof name === "string" ? `${name}, in a row` : `${name.name}, in a row` },
  );
  return graph.view(row, shape, name);
}

/** The image moved right by every shift: its window begins as many columns farther left. */
function shiftedImages(graph: Graph, image: Tensor): Tensor {
  const rows = graph.apply(
    narrow,
    { input: image },
    { attributes: { dim: 0, start: mostShift / 2, length: seen }, names: "rows of the image" },
  );
  const windows = shifts.map((shift) => {
    const attributes = { dim: 1, start: mostShift - shift, length: seen };
    const window = graph.apply(narrow, { input: rows }, { attributes, names: `x(${shift})` });
    return graph.view(window, [1, seen, seen]);
  });
  return stacked(graph, windows, "x(s)");
}

export function model(pool: Pool): Model {
  const graph = new Graph();
  const tape = new Tape(graph);
  const image = graph.given({ name: "image", tex: "\\text{image}" }, [side, side]);
  const filter = graph.given("w", [3, 3]);
  const shift = graph.given("s", [1], "index");
  const dy = graph.given("dy", [halved, halved]);
  const weights: Weights = {
    filter: graph.view(filter, [1, 1, 3, 3]),
    blur: graph.constant("blur", [1, 1, 3, 3], blurring),
  };
  const images = shiftedImages(graph, image);
  const x = picked(graph, shift, images, "x");
  const one = bothBranches(graph, graph.view(x, [1, 1, seen, seen]), pool, weights, "");
  tape.forward();
  const sent = graph.view(dy, [1, 1, halved, halved]);
  const back = (from: Tensor, which: "A" | "B"): ReadonlyMap<Tensor, Tensor> =>
    tape.backward(from, { of: [x], upstream: sent, name: gradientName(which) }, add);
  const [backA, backB] = [back(one.strided.output, "A"), back(one.pool.output, "B")];
  const flat = (tensor: Tensor, extent: number, name: Name = tensor): Tensor =>
    graph.view(tensor, [extent, extent], name);
  const [yA, f] = [flat(one.strided.output, halved, titles.A), flat(one.convolution.output, seen, "f")];
  const yB = flat(one.pool.output, halved, titles.B);
  const all = bothBranches(graph, graph.view(images, [shifts.length, 1, seen, seen]), pool, weights, "(s)");
  const contrastIn = contrastOf(graph, images, 2, "contrast of x");
  const measured = { graph, shift, contrastIn };
  const A = measure({ ...measured, batch: all.strided.output, of: titles.A });
  const B = measure({ ...measured, batch: all.pool.output, of: titles.B });
  tape.forward();
  const dxB = flat(backB.get(x)!, seen);
  return {
    pool,
    tape,
    image,
    filter,
    shift,
    x,
    xA: graph.view(x, x.shape),
    yA,
    f,
    yB,
    dy,
    dxA: flat(backA.get(x)!, seen),
    dxB,
    df: flat(backB.get(one.convolution.output)!, seen),
    contrastIn,
    A,
    B,
    nodes: { strided: one.strided.node, convolution: one.convolution.node, pool: one.pool.node },
    forward: tape.writer(yB),
    backward: tape.writer(dxB),
    shifting: tape.writer(B.difference),
  };
}

const gradientName =
  (which: "A" | "B") =>
  ({ name }: Tensor): Name =>
    name === "x" ? { name: `dx${which}`, tex: `dx_${which}` } : { name: `d${name}`, tex: `d${name}` };

function bothBranches(graph: Graph, input: Tensor, pool: Pool, { filter, blur }: Weights, suffix: string) {
  const strided = convolved(graph, input, filter, 2, `yA${suffix}`);
  const convolution = convolved(graph, input, filter, 1, `f${suffix}`);
  return { strided, convolution, pool: pooled(graph, convolution.output, pool, blur, `yB${suffix}`) };
}

interface ToMeasure {
  readonly graph: Graph;
  readonly shift: Tensor;
  readonly contrastIn: Tensor;
  /** The outputs of all shifts. */
  readonly batch: Tensor;
  readonly of: { readonly name: string; readonly tex: string };
}

function measure({ graph, shift, contrastIn, batch, of }: ToMeasure): Measured {
  const change = changeOf(graph, batch, of);
  const out = contrastOf(graph, change.outputs, 1, `contrast of ${of.name}`);
  const contrast = graph.apply(
    div,
    { a: out, b: contrastIn },
    { names: { name: `contrast of ${of.name} / contrast of x`, tex: `\\text{contrast of } ${of.tex} / x` } },
  );
  const difference = picked(graph, shift, change.differences, {
    name: `Δ${of.name}`,
    tex: `\\Delta ${of.tex}`,
  });
  return { ...change, contrast, difference };
}
