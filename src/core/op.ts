/** What an op is: the formula of one output cell, its shapes, its kernels, and the cases on which it is tested and shown. */
import { cell, type Formula } from "./formula";
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
}
export interface OutputSpec {
  readonly name: string;
  readonly type?: TensorType;
  readonly differentiable?: boolean;
  /** Kept for the backward pass only (an argmax, the softmax): drawn when a station asks for it. */
  readonly saved?: boolean;
}
/** A number that a slider may move without rebuilding anything: a formula input that lives in the uniform block. */
export interface ScalarSpec<S extends string = string> {
  readonly name: S;
  readonly symbol: string;
  readonly tex: string;
  readonly initial?: number;
}

/** What the attributes of a call are before the op has looked at them. */
export type Given = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, unknown>>;

/** Shapes, attributes and scalars on which an op is tested and shown. */
export interface Case {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly attributes?: Given;
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
  /** Shape per output; throws ShapeError. */
  shape(inputs: Readonly<Record<I, Shape>>, attributes: A): Readonly<Record<string, Shape>>;
  /** The formula of cell `index` of `output`. */
  formula(
    output: string,
    index: Index,
    inputs: Readonly<Record<I, Operand>>,
    attributes: A,
    scalars: Readonly<Record<S, Formula>>,
  ): Formula;
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
