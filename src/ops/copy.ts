/** Ops that only move cells: each cell of the result is one cell of what is read. */
import type { Binding, Kernel, Site } from "../core/kernel";
import { strides, type Shape } from "../core/shape";
import code from "../../shaders/copy.wgsl?raw";
import { isAligned, lineCounts, lineGrid, linewise, outerRows, quadGrid, type Linewise } from "./linewise";
import { eachOf } from "./quads";
import { idle } from "./reduction";
import { walk, type Walk } from "./walk";

/** Where to read: from cell `offset` on, by the strides of the walk over the result, which may be below 0. */
export interface Source {
  readonly walk: Walk;
  readonly offset?: number;
  /** What the cells are divided by on their way. */
  readonly divisor?: number;
}

type SourceOf<A> = (site: Site<A>) => Source;
type Entry = "runs" | "quads" | "cells";

/** The dispatch of `copy.wgsl`: each cell of `target`, row-major over the walk, from one cell of `from`; all but one are idle. */
export const copying = <A>(from: Binding, target: Binding, sourceOf: SourceOf<A>): readonly Kernel<A>[] =>
  [false, true].flatMap((divides) => [
    ...(["runs", "quads"] as const).flatMap((entry) =>
      [false, true].map((spreads) => copyingBy(entry, { spreads, divides }, [from, target], sourceOf)),
    ),
    copyingBy("cells", { spreads: false, divides }, [from, target], sourceOf),
  ]);

/** What is baked into a kernel: whether one cell is spread along every line, and whether cells are divided. */
interface Baked {
  readonly spreads: boolean;
  readonly divides: boolean;
}

function copyingBy<A>(entry: Entry, baked: Baked, binds: readonly Binding[], sourceOf: SourceOf<A>): Kernel<A> {
  return {
    shader: { file: "copy.wgsl", code },
    entry,
    constants: { spreads: Number(baked.spreads), divides: Number(baked.divides) },
    binds,
    block(site) {
      const { walk: path, offset = 0, divisor = 1 } = sourceOf(site);
      const lines = linewise(path);
      // Eleven words after the one of +∞, so that the rows of vec4 start at a multiple of four.
      return [...lineCounts(lines), lines.steps[0], offset, divisor, eachOf(lines.quads), 0, ...outerRows(lines)];
    },
    workgroups(site) {
      const source = sourceOf(site);
      const lines = linewise(source.walk);
      const suited = entryOf(lines, source.offset);
      const spreads = suited !== "cells" && lines.steps[0] === 0;
      if (entry !== suited || baked.spreads !== spreads || baked.divides !== ((source.divisor ?? 1) !== 1)) return idle;
      return entry === "runs" ? quadGrid(lines) : lineGrid(lines);
    },
  };
}

function entryOf(lines: Linewise, offset = 0): Entry {
  if (!isAligned(lines, offset)) return "cells";
  return lines.lines === 1 ? "runs" : "quads";
}

/** Forward and backward of an op that moves the cells of `input` to places of their own: two copies. */
export const moving = <A>(
  forward: (shape: Shape, attributes: A) => Source,
  backward: (shape: Shape, attributes: A) => Source,
) => ({
  forward: copying<A>({ input: "input" }, { output: "output" }, ({ inputs, attributes }) =>
    forward(inputs["input"], attributes),
  ),
  gradient: {
    input: copying<A>({ upstream: "output" }, { gradient: "input" }, ({ outputs, attributes }) =>
      backward(outputs["output"], attributes),
    ),
  },
});

/** Every cell of a tensor in its order. */
export const inOrder = (shape: Shape): Source => ({ walk: walk(shape, strides(shape)) });
