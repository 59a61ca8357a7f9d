/** Sums over any axes, and the gradients of what broadcasts: the dispatches of `reduce.wgsl`. */
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import type { Routine } from "../core/recipe";
import code from "../../shaders/reduce.wgsl?raw";
import { dealingOf, type Dealing, type Entry, type Summation } from "./dealing";
import { idle, scratchOf, totalInto, width } from "./reduction";
import { rows } from "./walk";

export type { Summation } from "./dealing";

/** What a term is made of, by its number in `reduce.wgsl`: of what is read first, and of what is read second. */
const operations = { sum: 0, negated: 1, products: 2, quotients: 3, opposed: 4 } as const;
export type Term = keyof typeof operations;

/**
 * The dispatches that write each cell of `target` as a sum over what `reads` hold; all but one or two are idle. `wanted`
 * says whether there is anything to do: always, unless given.
 */
export function summing<A>(
  term: Term,
  reads: readonly Binding[],
  target: Binding,
  summation: (site: Site<A>) => Summation,
  wanted: (site: Site<A>) => boolean = () => true,
): Routine<A> {
  const [left, right = left] = reads;
  const dealing = (site: Site<A>): Dealing => dealingOf(summation(site));
  const adding = (entry: Entry, whole: boolean): Kernel<A> => ({
    shader: { file: "reduce.wgsl", code },
    entry,
    binds: [left, { scratch: "parts" }, target, right],
    constants: { operation: operations[term], whole: Number(whole) },
    block: (site) => blockOf(dealing(site)),
    workgroups(site) {
      const { threads, across, down, ...dealt } = dealing(site);
      const suits = entry === dealt.entry && whole === (dealt.whole && entry !== "terms");
      return suits && wanted(site) ? linearGrid(threads * across * down, width) : idle;
    },
    scratch(site) {
      const { cells, parts } = dealing(site);
      return scratchOf(cells, parts);
    },
  });
  const total = totalInto(target, dealing);
  return [
    adding("spans", true),
    adding("spans", false),
    adding("columns", true),
    adding("columns", false),
    adding("terms", false),
    { ...total, workgroups: (site) => (wanted(site) ? total.workgroups(site) : idle) },
  ];
}

/** Fifteen words after the one of +∞, so that the rows of vec4 start at a multiple of four. */
const blockOf = (dealing: Dealing): readonly number[] => [
  dealing.units,
  dealing.threads,
  dealing.across,
  dealing.down,
  dealing.extent,
  dealing.lines,
  dealing.divisor,
  dealing.kept.extents.length,
  dealing.outer.extents.length,
  ...dealing.steps,
  dealing.quads,
  dealing.rightMoves ? 1 : 0,
  dealing.limit,
  dealing.parts,
  ...rows(dealing.kept),
  ...rows(dealing.outer),
];
