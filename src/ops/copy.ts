/** Ops that only move cells: each cell of the result is one cell of what is read. */
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import { size, strides, type Shape } from "../core/shape";
import code from "../../shaders/copy.wgsl?raw";
import { threadsFor } from "./elementwise";
import { width } from "./reduction";
import { rows, walk, type Walk } from "./walk";

/** Where to read: from cell `offset` on, by the strides of the walk over the result, which may be below 0. */
export interface Source {
  readonly walk: Walk;
  readonly offset?: number;
}

/** A dispatch of `copy.wgsl`: each cell of `target`, row-major over the walk, from one cell of `from`. */
export const copying = <A>(from: Binding, target: Binding, sourceOf: (site: Site<A>) => Source): Kernel<A> => ({
  shader: { file: "copy.wgsl", code },
  entry: "copy",
  binds: [from, target],
  block(site) {
    const { walk: path, offset = 0 } = sourceOf(site);
    const cells = size(path.extents);
    // Seven words after the one of +∞, so that the rows of vec4 start at a multiple of four.
    return [cells, threadsFor(cells), path.extents.length, offset, 0, 0, 0, ...rows(path)];
  },
  workgroups: (site) => linearGrid(threadsFor(size(sourceOf(site).walk.extents)), width),
});

/** Forward and backward of an op that moves the cells of `input` to places of their own: two copies. */
export const moving = <A>(
  forward: (shape: Shape, attributes: A) => Source,
  backward: (shape: Shape, attributes: A) => Source,
) => ({
  forward: [
    copying<A>({ input: "input" }, { output: "output" }, ({ inputs, attributes }) =>
      forward(inputs["input"], attributes),
    ),
  ],
  gradient: {
    input: [
      copying<A>({ upstream: "output" }, { gradient: "input" }, ({ outputs, attributes }) =>
        backward(outputs["output"], attributes),
      ),
    ],
  },
});

/** Every cell of a tensor in its order. */
export const inOrder = (shape: Shape): Source => ({ walk: walk(shape, strides(shape)) });
