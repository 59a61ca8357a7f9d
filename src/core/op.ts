/** What an op is: the formula of one output cell, its shapes, its kernels, and the cases on which it is tested and shown. */
import { cell, type Formula } from "./formula";
import type { Contraction } from "./contraction";
import type { Recipe } from "./recipe";
import { ravel, type Index, type Shape } from "./shape";

/** An operand as a formula sees it: its shape, and its cells by multi-index. */
export interface Operand {
  readonly shape: Shape;
  cell(index: Index): Formula;
  /** The cell at a row-major position. */
  flat(at: number): Formula;
}
export const operand = (input: number, shape: Shape): Operand => ({
  shape,
  cell: (index) => cell(input, ravel(shape, index)),
  flat: (at) => cell(input, at),
});

/** Real numbers are float32 on the GPU, indices int32. Only real numbers are differentiable. */
export type TensorType = "real" | "index";

export interface InputSpec<I extends string = string> {
  readonly name: I;
  readonly type?: TensorType;
  /** Whether a gradient of it exists; real inputs are differentiable unless told otherwise. */
  readonly differentiable?: boolean;
  readonly optional?: boolean;
  /**
   * The size of what a gradient of 1 sends back to it, where that is known whatever the numbers are: its gradient's bound
   * is judged beside that where they happen to cancel.
   */
  readonly scale?: number;
  /** Whether numbers below 0 make no sense, as for a variance: tests then give none. */
  readonly nonnegative?: boolean;
  /** Real numbers that are compared and not reckoned with: tests give whole ones from 0 on, so few that some are equal. */
  readonly symbols?: number;
  /**
   * Of an index input: its numbers lie in 0 … below − 1, by the shapes of the inputs. A call is refused where they do
   * not; in a kernel, which nobody may refuse, an index outside makes NaN.
   */
  readonly below?: (shapes: Readonly<Record<string, Shape>>) => number;
}
export interface OutputSpec {
  readonly name: string;
  readonly type?: TensorType;
  readonly differentiable?: boolean;
  /**
   * Whether a cell whose bound is without end is left apart when this output is judged, and counted, instead of leaving
   * the whole undecided: a pixel of a map that lies on the border of two classes says nothing of the others.
   */
  readonly apart?: boolean;
  /** The size of what such cells say, beside which a bound is judged where every one of them is smaller. */
  readonly scale?: number;
  /**
   * The input that this output is a change of, as a weight after a step is of the weight before: its bound is judged
   * beside that input's largest number, where what is left of it cancels.
   */
  readonly beside?: string;
  /** Kept for the backward pass only (an argmax, the softmax): drawn when a station asks for it. */
  readonly saved?: boolean;
}
/** A number that a slider may move without rebuilding anything: a formula input that lives in the uniform block. */
export interface ScalarSpec<S extends string = string> {
  readonly name: S;
  readonly symbol: string;
  readonly tex: string;
  readonly initial?: number;
  /** May be left out, and then counts as `initial`: a formula that does not find it leaves its term out. */
  readonly optional?: boolean;
}

/** What the attributes of a call are before the op has looked at them. */
export type Given = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, unknown>>;

/** Shapes, attributes and scalars on which an op is tested and shown. */
export interface Case {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly attributes?: Given;
  /** Numbers for scalars; the others have their initial ones. */
  readonly scalars?: Readonly<Record<string, number>>;
}

export interface Op<I extends string = string, S extends string = string, A extends Attributes = Attributes> {
  /** PyTorch's name. */
  readonly name: string;
  /** Where the definition comes from. */
  readonly source: string;
  readonly inputs: readonly InputSpec<I>[];
  readonly scalars: readonly ScalarSpec<S>[];
  readonly outputs: readonly OutputSpec[];
  /** Structure read from what a caller gives; throws AttributeError. */
  attributes(given: Given): A;
  /**
   * Attributes under the op's own names, where PyTorch has another form for some (`betas` for two scalars). Throws
   * AttributeError for numbers that PyTorch refuses as well.
   */
  readonly spelled?: (given: Given) => Given;
  /** The state that an optimizer begins with: per input that a first call leaves out, its shape; it is 0 throughout. */
  readonly start?: (param: Shape, given: Given) => Readonly<Partial<Record<I, Shape>>>;
  /** Shape per output, but for outputs that are not there in this call; throws ShapeError. */
  shape(inputs: Readonly<Record<I, Shape>>, attributes: A): Readonly<Record<string, Shape>>;
  /** The formula of cell `index` of `output`. */
  formula(
    output: string,
    index: Index,
    inputs: Readonly<Record<I, Operand>>,
    attributes: A,
    scalars: Readonly<Record<S, Formula>>,
  ): Formula;
  /** What evaluating one cell costs where that is more than the cells it reads, in readings of a cell. */
  effort?(attributes: A): number;
  /** The loops that the formula runs, where it is linear in each of two inputs: large steps are checked by them. */
  contraction?(inputs: Readonly<Record<I, Shape>>, attributes: A): Contraction;
  /** How the forward step is computed, and the gradient step of each differentiable input. */
  readonly kernels: {
    readonly forward: Recipe<A>;
    readonly gradient: Readonly<Partial<Record<I, Recipe<A>>>>;
  };
  readonly cases: readonly Case[];
}

export const isDifferentiable = (spec: { type?: TensorType; differentiable?: boolean }): boolean =>
  spec.differentiable ?? (spec.type ?? "real") === "real";

/** An op of any kind, as registries and graphs hold it. */
export type AnyOp = Op;

/** States an op with its own input names and attributes checked, and hands it on as one that registries can hold. */
export const defineOp = <const I extends string, const S extends string, A extends Attributes>(
  op: Op<I, S, A>,
): AnyOp => op;
