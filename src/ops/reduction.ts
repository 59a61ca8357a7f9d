/**
 * Long sums on the GPU: each cell's terms are split into parts that threads of their own add up, and a second dispatch
 * adds the parts. How many there are follows from the shapes alone, so the same input gives the same bits.
 */
import { linearGrid, type Binding, type Grid, type Kernel, type Site } from "../core/kernel";
import total from "../../shaders/total.wgsl?raw";

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
export const idle: Grid = [0, 1, 1];

/**
 * Adds up the scratch buffer `parts`, parts × cells, and divides by `divisor` where there is one; idle where the first
 * dispatch wrote the result itself.
 */
export const totalInto = <A>(
  target: Binding,
  measure: (site: Site<A>) => { cells: number; parts: number; divisor?: number },
): Kernel<A> => ({
  shader: { file: "total.wgsl", code: total },
  entry: "total",
  binds: [{ scratch: "parts" }, target],
  block: (site) => {
    const { cells, parts, divisor = 1 } = measure(site);
    return [cells, parts, divisor];
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
