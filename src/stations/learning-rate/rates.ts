/** Plain SGD at several rates side by side: the recitation's five, and one just beyond what is stable. */
import type { Graph, Tensor } from "../../core/graph";
import { subscript } from "../../core/numeral";
import type { Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";
import { sgd } from "../../ops/sgd";
import { stacked } from "../../ops/compositions/sequence";
import type { Results } from "../../story/results";

/** The rates of the recitation's table. */
export const recited = [0.1, 1, 1.5, 2, 2.1] as const;
/** "Too large" is this many times the largest rate that is stable. */
const beyond = 1.05;
/** How many steps they run. */
export const horizon = 10;

/** Their columns: the recitation's rates in order, then the one that is too large. */
const columns = recited.length + 1;

export interface Rates {
  /** The rate of each column. */
  readonly rates: Tensor;
  readonly one: Tensor;
  /** w before the first step and after each, a column per rate. */
  readonly path: Tensor;
}

/** Every column has a rate of its own, so it stands before the gradient, and SGD takes the whole of that. */
export function sideBySide(tape: Tape, start: Tensor, halfCurvature: Tensor): Rates {
  const { graph } = tape;
  const rates = graph.given({ name: "rates", tex: "\\eta" }, [columns]);
  const one = graph.scalar("1");
  const ones = graph.filled("1", [columns], 1);
  const weights = [graph.apply(mul, { a: ones, b: start }, { names: "w of each rate" })];
  for (let t = 0; t < horizon; t++) {
    const gradient = gradientOf(tape, weights[t], halfCurvature);
    const grad = graph.apply(mul, { a: rates, b: gradient }, { names: "η ∂L/∂w of each rate" });
    tape.forward();
    const names = { name: `w${subscript(t + 1)} of each rate`, tex: `w_{${t + 1}}` };
    weights.push(tape.update(sgd, { param: weights[t], grad }, { scalars: { lr: one }, names }));
  }
  const path = stacked(graph, weights, "w at each rate");
  tape.forward();
  return { rates, one, path };
}

function gradientOf(tape: Tape, w: Tensor, halfCurvature: Tensor): Tensor {
  const loss = lossOf(tape.graph, w, halfCurvature);
  tape.forward();
  return tape.backward(loss, { of: [w] }, add).get(w)!;
}

const lossOf = (graph: Graph, w: Tensor, halfCurvature: Tensor): Tensor =>
  graph.apply(
    matmul,
    { a: graph.apply(mul, { a: w, b: halfCurvature }, { names: "½λw of each rate" }), b: w },
    { names: "L of all rates" },
  );

/** The numbers of the columns for a curvature. */
export const rateNumbers = (curvature: number): Float32Array =>
  Float32Array.from([...recited, (beyond * 2) / curvature]);

/** w after t steps in a column. */
export const atRate = ({ path }: Rates, results: Results, column: number, t: number): number =>
  results.value(path, t * columns + column);

/** The column of the rate that is too large. */
export const tooLarge = recited.length;
