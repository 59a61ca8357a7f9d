/** Kernels over planes in which a thread owns a strip of columns, a few cells wide, in a run of lines: what lines share is found once. */
import { linearGrid, type Binding, type Kernel, type Shader, type Site } from "../core/kernel";
import { idle, width } from "./reduction";
import { slidingBlock, type Sliding } from "./sliding";

/** How planes are dealt out. */
export interface Strips {
  readonly planes: number;
  /** Strips side by side, and lines below one another; a line may stand for several of cells. */
  readonly strips: number;
  readonly lines: number;
  /** Lines per thread. */
  readonly run: number;
}

/** What tells one such kernel from another. */
interface Stripwise<A> {
  readonly shader: Shader;
  readonly entry: string;
  readonly constants?: Readonly<Record<string, number>>;
  readonly binds: readonly Binding[];
  /** How the planes are dealt out; undefined where another kernel is the one to run. */
  readonly strips: (site: Site<A>) => Strips | undefined;
  /** How windows slide over the op's input. */
  readonly sliding: (attributes: A) => Sliding;
  /** Further words for the end of the uniform block. */
  readonly words?: (attributes: A) => readonly number[];
}

/** A dispatch in which neighbouring threads own neighbouring strips. */
export function stripwise<A>(what: Stripwise<A>): Kernel<A> {
  const { shader, entry, constants, binds, strips, sliding, words } = what;
  return {
    shader,
    entry,
    binds,
    ...(constants && { constants }),
    block(site) {
      const { inputs, attributes } = site;
      const dealt = strips(site) ?? none;
      const own = [dealt.strips, runsOf(dealt), dealt.run, threadsOf(dealt)];
      return [...slidingBlock(inputs["input"], sliding(attributes)), ...own, ...(words?.(attributes) ?? [])];
    },
    workgroups(site) {
      const dealt = strips(site);
      return dealt ? linearGrid(threadsOf(dealt), width) : idle;
    },
  };
}

const none: Strips = { planes: 0, strips: 0, lines: 0, run: 1 };
const runsOf = ({ lines, run }: Strips): number => Math.ceil(lines / run);
const threadsOf = (dealt: Strips): number => dealt.planes * dealt.strips * runsOf(dealt);
