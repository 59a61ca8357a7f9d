/** Ops applied to formulas instead of numbers: a whole network becomes one formula, with one bound from end to end. */
import { cell, type Formula } from "../../src/core/formula";
import type { AnyOp, Given, Operand } from "../../src/core/op";
import { ravel, size, unravel, type Shape } from "../../src/core/shape";

/** Cells that are formulas themselves. */
export interface Composed extends Operand {
  readonly cells: readonly Formula[];
}

export const composed = (shape: Shape, cells: readonly Formula[]): Composed => ({
  shape,
  cells,
  cell: (index) => cells[ravel(shape, index)],
  flat: (at) => cells[at],
});

/** Input number `input`, from cell `from` on. */
export const leaf = (input: number, shape: Shape, from = 0): Composed =>
  composed(
    shape,
    Array.from({ length: size(shape) }, (_, at) => cell(input, from + at)),
  );

/** An op's first output as formulas over those of its inputs. */
export function through(
  op: AnyOp,
  inputs: Readonly<Record<string, Composed>>,
  scalars: Readonly<Record<string, Formula>> = {},
  given: Given = {},
): Composed {
  const attributes = op.attributes(given);
  const [{ name }] = op.outputs;
  const shapes = Object.fromEntries(Object.entries(inputs).map(([input, { shape }]) => [input, shape]));
  const shape = op.shape(shapes, attributes)[name];
  const cells = Array.from({ length: size(shape) }, (_, at) =>
    op.formula(name, unravel(shape, at), inputs, attributes, scalars),
  );
  return composed(shape, cells);
}
