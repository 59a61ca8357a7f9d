/** Formulas in which every rule that can be printed and pulled occurs, over the cells of one input. */
import { cell, constant, over, type Cell, type Formula } from "../../src/core/formula";
import { sigmoid, normalDistribution, tanh } from "../../src/core/activation";
import { difference, halfSquare, leakyRelu, product, quotient, relu, square, sum } from "../../src/core/rule";
import {
  cosine,
  expm1,
  exponential,
  logarithm,
  reciprocalSquareRoot,
  sine,
  squareRoot,
} from "../../src/core/transcendental";

/** How many cells the formulas read. */
export const cellCount = 6;

/** The cells of input 0. */
export const cells: readonly Cell[] = Array.from({ length: cellCount }, (_, at) => cell(0, at));
const [a, b, c, d, e, f] = cells;

/** Formulas whose gradients can be pulled. */
export const differentiable: Readonly<Record<string, Formula>> = {
  "a network": halfSquare(difference(product(c, sum(relu(product(a, e)), relu(product(b, e)))), f)),
  "a leaky network": halfSquare(
    difference(product(c, sum(leakyRelu(product(a, e), d), leakyRelu(product(b, e), d))), f),
  ),
  "a quotient of squares": quotient(sum(square(a), b), sum(square(c), constant(1.5))),
  "a sum over an index": over(4, (k) => product(cells[k], square(cells[k + 1]), constant(-0.25))),
  "a cell that nothing reaches but itself": sum(a, a, product(a, a)),
};

const positive = sum(square(a), constant(0.125));

/** Formulas that can be printed alone. */
export const printable: Readonly<Record<string, Formula>> = {
  ...differentiable,
  exponentials: sum(exponential(a), expm1(b), logarithm(positive)),
  roots: product(squareRoot(positive), reciprocalSquareRoot(positive)),
  waves: difference(sine(c), cosine(d)),
  activations: product(sigmoid(a), tanh(b), normalDistribution(c)),
};
