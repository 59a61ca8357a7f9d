/** Kernels over planes of rows and columns in which a thread owns a few cells of one column: what columns share is found once. */
import { linearGrid, type Binding, type Kernel, type Shader, type Site } from "../core/kernel";
import { width } from "./reduction";
import { slidingBlock, type Sliding } from "./sliding";

/** Planes, rows and columns of what a kernel writes. */
export type Planes = readonly [number, number, number];

/** Rows that a thread owns; `run` in the shaders. */
const run = 8;

/** What tells one such kernel from another. */
interface Columnwise<A> {
  readonly shader: Shader;
  readonly entry: "forward" | "backward";
  readonly binds: readonly Binding[];
  readonly planes: (site: Site<A>) => Planes;
  /** How windows slide over the op's input. */
  readonly sliding: (attributes: A) => Sliding;
  /** Further words for the end of the uniform block. */
  readonly words?: (attributes: A) => readonly number[];
}

/** A dispatch in which neighbouring threads own neighbouring columns, eight rows of each. */
export function columnwise<A>({ shader, entry, binds, planes, sliding, words }: Columnwise<A>): Kernel<A> {
  const measure = (site: Site<A>): { runs: number; threads: number } => {
    const [count, rows, columns] = planes(site);
    const runs = Math.ceil(rows / run);
    return { runs, threads: count * runs * columns };
  };
  return {
    shader,
    entry,
    binds,
    block(site) {
      const { runs, threads } = measure(site);
      const { inputs, attributes } = site;
      return [...slidingBlock(inputs["input"], sliding(attributes)), runs, threads, ...(words?.(attributes) ?? [])];
    },
    workgroups: (site) => linearGrid(measure(site).threads, width),
  };
}
