/** What is measured of an output: how it changes when the image moves, and how much contrast comes out. */
import type { Graph, Name, Tensor } from "../../core/graph";
import { add } from "../../ops/add";
import { concat } from "../../ops/concat";
import { div } from "../../ops/div";
import { mean } from "../../ops/mean";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { sqrt } from "../../ops/sqrt";
import { sub } from "../../ops/sub";
import { sum } from "../../ops/sum";
import { compared, halved, movedBy, shifts } from "./sizes";

/** One after the other along the first axis, by halves. */
export function stacked(graph: Graph, parts: readonly Tensor[], names: string): Tensor {
  if (parts.length === 1) return parts[0];
  const half = Math.ceil(parts.length / 2);
  const [a, b] = [stacked(graph, parts.slice(0, half), names), stacked(graph, parts.slice(half), names)];
  return graph.apply(concat, { a, b }, { attributes: { dim: 0 }, names });
}

const columns = (graph: Graph, input: Tensor, start: number, length: number, names: string): Tensor =>
  graph.apply(narrow, { input }, { attributes: { dim: 2, start, length }, names });

const squares = (graph: Graph, of: Tensor): Tensor =>
  graph.apply(
    sum,
    { input: graph.apply(mul, { a: of, b: of }, { names: `(${of.name})²` }) },
    { attributes: { dim: [1, 2] }, names: `‖${of.name}‖²` },
  );

/** How an output changes with the shift. */
export interface Change {
  /** The outputs of all shifts: shifts × rows × columns. */
  readonly outputs: Tensor;
  /** What each shift changes besides moving the output: shifts × rows × the compared columns. */
  readonly differences: Tensor;
  /** The size of that against the size of the output before, a number per shift. */
  readonly change: Tensor;
}

/** Compares each output of a batch of shifts with the first one, moved by whole output pixels. */
export function changeOf(graph: Graph, batch: Tensor, of: { readonly name: string; readonly tex: string }): Change {
  const outputs = graph.view(batch, [shifts.length, halved, halved]);
  const { first, count } = compared;
  const now = columns(graph, outputs, first, count, `${of.name}(s), compared`);
  const start = graph.apply(
    narrow,
    { input: outputs },
    { attributes: { dim: 0, start: 0, length: 1 }, names: `${of.name}(0)` },
  );
  const by = (moved: number): Tensor => columns(graph, start, first - moved, count, `${of.name}(0), moved`);
  const known = shifts.filter((shift) => shift % 2 === 0).map((shift) => by(movedBy(shift)));
  const moved = stacked(
    graph,
    shifts.map((shift) => known[movedBy(shift)]),
    `${of.name}(0), moved`,
  );
  const differences = graph.apply(sub, { a: now, b: moved }, { names: `differences of ${of.name}` });
  const share = graph.apply(
    div,
    { a: squares(graph, differences), b: squares(graph, known[0]) },
    { names: `change of ${of.name}, squared` },
  );
  const names = { name: `change of ${of.name}`, tex: `\\text{change of } ${of.tex}` };
  return { outputs, differences, change: graph.apply(sqrt, { input: share }, { names }) };
}

/** The standard deviation of each image of a batch without its edge, where padding has been read: a number per image. */
export function contrastOf(graph: Graph, images: Tensor, edge: number, name: Name): Tensor {
  const [, rows, across] = images.shape;
  const inner = (input: Tensor, dim: number, extent: number): Tensor =>
    graph.apply(
      narrow,
      { input },
      { attributes: { dim, start: edge, length: extent - 2 * edge }, names: `${images.name} without its edge` },
    );
  // The mean of an edge image cancels to about 0, and no bound can tell such a number from others; around 1 it can.
  const lifted = { a: inner(inner(images, 1, rows), 2, across), b: graph.filled("1", [1, 1, 1], 1) };
  const within = graph.apply(add, lifted, { names: `${images.name} + 1` });
  const average = (input: Tensor, keepdim: boolean, names: string): Tensor =>
    graph.apply(mean, { input }, { attributes: { dim: [1, 2], keepdim }, names });
  const apart = graph.apply(
    sub,
    { a: within, b: average(within, true, `mean of ${images.name} + 1`) },
    { names: `${images.name} − its mean` },
  );
  const square = graph.apply(mul, { a: apart, b: apart }, { names: `(${apart.name})²` });
  return graph.apply(sqrt, { input: average(square, false, `variance of ${images.name}`) }, { names: name });
}
