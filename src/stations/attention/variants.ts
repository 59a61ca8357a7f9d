/** The same attention under every setting of order: with and without positions, with and without a causal mask. */
import type { Name, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { embedding } from "../../ops/embedding";
import { matmul } from "../../ops/matmul";
import { mean } from "../../ops/mean";
import { narrow } from "../../ops/narrow";
import { sub } from "../../ops/sub";
import { attend, type Attended } from "./attend";

export type Positions = "none" | "sinusoidal";

/** What tells the tokens apart besides what they are. */
export interface Order {
  readonly positions: Positions;
  readonly causal: boolean;
}

/** Every setting there is, the one without any order first. */
export const orders: readonly Order[] = (["none", "sinusoidal"] as const).flatMap((positions) =>
  [false, true].map((causal) => ({ positions, causal })),
);

export const sameOrder = (a: Order, b: Order): boolean => a.positions === b.positions && a.causal === b.causal;

/** Rows that came from the tokens, ready to attend. */
export interface Projected {
  readonly x: Tensor;
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
}

/** The tokens in one order through one attention. */
export interface Branch extends Projected, Attended {
  /** The mean over all outputs. */
  readonly pooled: Tensor;
}

/** The attention of one setting, of the sentence as written and of the shuffled one. */
export interface Variant {
  readonly order: Order;
  readonly written: Branch;
  readonly shuffled: Branch;
  /** The first dog's output less the second's. */
  readonly dogs: Tensor;
  /** The shuffled outputs, put back into the order as written. */
  readonly undone: Tensor;
  /** The outputs less the shuffled ones that were put back. */
  readonly moved: Tensor;
  /** The same of the means. */
  readonly pooledMoved: Tensor;
}

/** How the tensors of a branch are called: a letter plainly, or with what sets the branch apart. */
export type Naming = (letter: string) => Name;

/** What all branches have in common. */
export interface Shared {
  readonly tape: Tape;
  readonly heads: number;
  readonly temperature: Tensor;
  readonly projections: Readonly<Record<"q" | "k" | "v", Tensor>>;
  /** For each token as written, where the shuffle put it. */
  readonly places: Tensor;
  readonly dogs: readonly [number, number];
}

/** Queries, keys and values of some rows. */
export function project({ tape: { graph }, projections }: Shared, x: Tensor, named: Naming): Projected {
  const by = (which: "q" | "k" | "v"): Tensor =>
    graph.apply(matmul, { a: x, b: projections[which] }, { names: named(which.toUpperCase()) });
  return { x, q: by("q"), k: by("k"), v: by("v") };
}

function branch({ tape: { graph }, ...shared }: Shared, rows: Projected, causal: boolean, named: Naming): Branch {
  const attended = attend(graph, rows, { ...shared, causal }, named);
  const attributes = { dim: [0], keepdim: true };
  const pooled = graph.apply(mean, { input: attended.output }, { attributes, names: named("m") });
  return { ...rows, ...attended, pooled };
}

/** Both branches of a setting and what they are compared by. */
export function variant(
  shared: Shared,
  order: Order,
  rows: { readonly written: Projected; readonly shuffled: Projected },
  named: (mark: string) => Naming,
): Variant {
  const { graph } = shared.tape;
  const written = branch(shared, rows.written, order.causal, named(""));
  const shuffled = branch(shared, rows.shuffled, order.causal, named("'"));
  const less = (a: Tensor, b: Tensor, letter: string): Tensor =>
    graph.apply(sub, { a, b }, { names: named("")(letter) });
  const row = (start: number): Tensor =>
    graph.apply(
      narrow,
      { input: written.output },
      { attributes: { dim: 0, start, length: 1 }, names: { name: `O[${start}]`, tex: `O_{${start}}` } },
    );
  const [first, second] = shared.dogs.map(row);
  const undone = graph.apply(
    embedding,
    { input: shared.places, weight: shuffled.output },
    { names: { name: "O', put back", tex: "O'_{\\text{back}}" } },
  );
  return {
    order,
    written,
    shuffled,
    dogs: less(first, second, "D"),
    undone,
    moved: less(written.output, undone, "M"),
    pooledMoved: less(written.pooled, shuffled.pooled, "m−m'"),
  };
}
