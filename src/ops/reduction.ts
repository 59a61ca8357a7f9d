/**
 * Long sums on the GPU: each cell's terms are split into parts that threads of their own add up, and a second dispatch
 * adds the parts. How many there are follows from the shapes alone, so the same input gives the same bits.
 */
import { linearGrid, type Binding, type Grid, type Kernel, type Site } from "../core/kernel";
import { size } from "../core/shape";
import total from "../../shaders/total.wgsl?raw";
import reduce from "../../shaders/reduce.wgsl?raw";
import { rows, type Walk } from "./walk";

/** Threads in a workgroup of the one-dimensional kernels. */
export const width = 64;

/** How the terms of a sum are dealt out: `parts` threads per cell with up to `chunk` terms each. */
export interface Split {
  readonly parts: number;
  readonly chunk: number;
}

/** With this many cells there is work for every thread without splitting. */
const plenty = 2 ** 16;
/** Sums up to this length are not worth a second dispatch. */
const brief = 64;

/** Splits sums of `terms` terms for `cells` cells; both dispatches then take about √terms steps. */
export function splitOf(cells: number, terms: number): Split {
  if (terms <= brief || cells >= plenty) return { parts: 1, chunk: terms };
  const chunk = Math.ceil(terms / Math.min(Math.ceil(Math.sqrt(terms)), Math.ceil(plenty / cells)));
  return { parts: Math.ceil(terms / chunk), chunk };
}

/** With this many threads a GPU is busy, and sums are not split. */
const enough = 2 ** 14;
/** Splits a long sum over more threads where there are few. */
export function splitDepth(threads: number, terms: number): Split {
  const parts = Math.max(1, Math.min(Math.ceil(terms / width), Math.floor(enough / threads)));
  const chunk = Math.ceil(terms / parts);
  return { parts: Math.ceil(terms / chunk), chunk };
}

/** Nothing to run. */
const idle: Grid = [0, 1, 1];

/** Adds up the scratch buffer `parts`, parts × cells; idle where the first dispatch wrote the result itself. */
export const totalInto = <A>(
  target: Binding,
  measure: (site: Site<A>) => { cells: number; parts: number },
): Kernel<A> => ({
  shader: { file: "total.wgsl", code: total },
  entry: "total",
  binds: [{ scratch: "parts" }, target],
  block: (site) => {
    const { cells, parts } = measure(site);
    return [cells, parts, 0];
  },
  workgroups: (site) => {
    const { cells, parts } = measure(site);
    return parts === 1 ? idle : linearGrid(cells, width);
  },
});

/** Cells of the scratch buffer; one where it is not used, since a buffer of none cannot be bound. */
export const scratchOf = (cells: number, parts: number): Readonly<Record<string, number>> => ({
  parts: parts === 1 ? 1 : cells * parts,
});

/** A strided sum: the axes that the result keeps and those that are summed, each with the strides of what is read. */
export interface Summation {
  readonly kept: Walk;
  readonly summed: Walk;
}

/** The dispatches of `reduce.wgsl` that write each cell of `target` as a sum over what `reads` hold. */
export function summing<A>(
  entry: "sum" | "negated" | "products",
  reads: readonly Binding[],
  target: Binding,
  summation: (site: Site<A>) => Summation,
): readonly Kernel<A>[] {
  const measure = (site: Site<A>) => {
    const { kept, summed } = summation(site);
    const cells = size(kept.extents);
    const terms = size(summed.extents);
    return { kept, summed, cells, terms, ...splitOf(cells, terms) };
  };
  const [left, ...right] = reads;
  const first: Kernel<A> = {
    shader: { file: "reduce.wgsl", code: reduce },
    entry,
    binds: [left, { scratch: "parts" }, target, ...right],
    block: (site) => {
      const { kept, summed, cells, terms, parts, chunk } = measure(site);
      // Seven words after the one of +∞, so that the rows of vec4 start at a multiple of four.
      const counts = [cells, terms, parts, chunk, kept.extents.length, summed.extents.length, 0];
      return [...counts, ...rows(paired(kept)), ...rows(paired(summed))];
    },
    workgroups: (site) => {
      const { cells, parts } = measure(site);
      return linearGrid(cells * parts, width);
    },
    scratch: (site) => {
      const { cells, parts } = measure(site);
      return scratchOf(cells, parts);
    },
  };
  return [first, totalInto(target, measure)];
}

/** The walk with a row of strides for a second operand, which a sum over one does not read. */
const paired = ({ extents, strides }: Walk): Walk => ({ extents, strides: [strides[0], strides[1] ?? strides[0]] });
