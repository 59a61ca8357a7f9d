/**
 * Kernels that move more than they compute take cells by fours: one load or store of a vec4 costs little more than one of
 * a cell. Buffers end at a multiple of four cells, so the last quad may hold up to three cells of padding, which a kernel
 * may read and write and no one may take for numbers.
 */
import { linearGrid, type Binding, type Kernel, type Shader, type Site } from "../core/kernel";
import { width } from "./reduction";

/** The most quads per thread: an invocation costs more than a few of them. */
const most = 32;
/** Up to this many quads have a thread each. */
const few = 512;

/** How many quads hold this many cells. */
export const quadsOf = (cells: number): number => Math.ceil(cells / 4);

/** How many quads a thread owns of so many. */
export const eachOf = (quads: number): number => Math.min(most, Math.ceil(quads / few));

/** How many threads share so many quads. */
export const threadsOver = (quads: number): number => Math.ceil(quads / eachOf(quads));

/** What tells one kernel over quads from another. */
interface EveryQuad<A> {
  readonly shader: Shader;
  readonly entry: string;
  readonly binds: readonly Binding[];
  /** How many cells there are. */
  readonly cells: (site: Site<A>) => number;
}

/**
 * A dispatch over all cells by fours; the uniform block ends in the number of quads and how many of them a thread owns. A
 * workgroup owns quads that lie side by side, because caches and prefetching like it, and its threads take them in turns.
 */
export const everyQuad = <A>({ shader, entry, binds, cells }: EveryQuad<A>): Kernel<A> => ({
  shader,
  entry,
  binds,
  block(site) {
    const quads = quadsOf(cells(site));
    return [quads, eachOf(quads)];
  },
  workgroups: (site) => linearGrid(threadsOver(quadsOf(cells(site))), width),
});
