/** How a step is computed: by one routine, or by one of several families of kernels, of which shapes and hardware decide. */
import type { Kernel, Site } from "./kernel";
import type { Shape } from "./shape";

/** The dispatches of a step, in order. */
export type Routine<A = Readonly<Record<string, unknown>>> = readonly Kernel<A>[];

/** Several ways to the same result. */
export interface Choice<A = Readonly<Record<string, unknown>>> {
  readonly families: Readonly<Record<string, Routine<A>>>;
  /**
   * The families that suit these shapes, the best guess first. Where a step is small the first of them is taken, so that
   * the bits follow from the shapes alone; where it is large, the one that was fastest on this adapter.
   */
  suited(site: Site<A>): readonly [string, ...string[]];
  /** Shapes and attributes on which the families are timed, each of which must suit them. */
  readonly probe: { readonly shapes: Readonly<Record<string, Shape>>; readonly attributes?: Given };
}
type Given = Readonly<Record<string, unknown>>;

export type Recipe<A = Readonly<Record<string, unknown>>> = Routine<A> | Choice<A>;

export const isChoice = <A>(recipe: Recipe<A>): recipe is Choice<A> => "families" in recipe;

/** Every kernel that a recipe may run. */
export const kernelsIn = <A>(recipe: Recipe<A>): readonly Kernel<A>[] =>
  isChoice(recipe) ? Object.values(recipe.families).flat() : recipe;

/** The recipe with each kernel replaced. */
export const mapKernels = <A>(recipe: Recipe<A>, change: (kernel: Kernel<A>) => Kernel<A>): Recipe<A> =>
  isChoice(recipe)
    ? {
        ...recipe,
        families: Object.fromEntries(
          Object.entries(recipe.families).map(([name, kernels]) => [name, kernels.map(change)]),
        ),
      }
    : recipe.map(change);

/** What a step of this many cells in its largest tensor may be, at most, to be computed by the first family that suits it. */
export const smallStep = 2 ** 16;
