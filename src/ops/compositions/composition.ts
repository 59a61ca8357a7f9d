/** What a composition is: a function that applies ops, with the names under which it is called. */
import type { Tensor } from "../../core/graph";
import type { Attributes, Case, Given, InputSpec, OutputSpec } from "../../core/op";
import type { Tape } from "../../core/tape";

export interface Composition<I extends string = string, A extends Attributes = Attributes> {
  readonly name: string;
  /** Where the definition comes from. */
  readonly source: string;
  readonly inputs: readonly InputSpec<I>[];
  readonly outputs: readonly OutputSpec[];
  /** The names of its attributes. */
  readonly takes: readonly string[];
  /** Structure, and the numbers that a slider may move; throws AttributeError. */
  read(given: Given): { readonly attributes: A; readonly scalars: Readonly<Record<string, number>> };
  /**
   * Applies ops to tensors and returns the outputs by name. Steps that are not recorded yet belong to the forward pass.
   * Throws ShapeError under its own name.
   */
  apply(
    tape: Tape,
    inputs: Readonly<Record<I, Tensor>>,
    attributes: A,
    scalars: Readonly<Record<string, Tensor>>,
  ): Readonly<Record<string, Tensor>>;
  readonly cases: readonly Case[];
}

/** A composition of any kind, as registries hold it. */
export type AnyComposition = Composition;

/** States a composition with its own input names and attributes checked, and hands it on as one that registries can hold. */
export const defineComposition = <const I extends string, A extends Attributes>(
  composition: Composition<I, A>,
): AnyComposition => composition;
