/** The four statements of the multiple choice, each held against what the ops' formulas do. */
import { formulaOf, Graph } from "../../core/graph";
import type { AnyOp } from "../../core/op";
import { evaluate } from "../../core/reading";
import { leakyRelu } from "../../ops/leaky_relu";
import { relu } from "../../ops/relu";
import { couplesSamples, readsOf, sampleCall } from "./structure";

/** Enough points to tell two lines with one corner apart. */
const points = [-3, -1, -0.5, 0, 0.005, 0.5, 2];
const slope = 0.01;

/** Whether an activation is some function of its input, at every point. */
function is(op: AnyOp, expected: (x: number) => number): boolean {
  const graph = new Graph();
  graph.apply(op, { input: graph.given("x", [points.length]) });
  const [node] = graph.nodes;
  const read = (input: number, at: number): number => (input === 0 ? points[at] : slope);
  return points.every((x, at) => evaluate(formulaOf(node, "output", at), read) === expected(x));
}

/** Whether batch norm outside of training reads running averages, and of the batch no cell but its own. */
function readsRunningAverages(): boolean {
  const node = sampleCall("inference", 2, 2);
  const own = readsOf(node, 0);
  const reads = (name: string): boolean => own.some(([tensor]) => tensor === node.inputs[name]);
  return reads("running_mean") && reads("running_var") && !couplesSamples(node);
}

/** A statement of the recitation, and whether it is true. */
export interface Statement {
  readonly letter: string;
  readonly text: string;
  readonly holds: boolean;
}

/** All four, in the recitation's order. */
export const statements = (): readonly Statement[] => [
  { letter: "A", text: "$\\mathrm{ReLU}(x)$ is $x$ for $x \\ge 0$, else 0", holds: is(relu, (x) => (x >= 0 ? x : 0)) },
  {
    letter: "B",
    text: "Leaky ReLU is $\\max(0.01, x)$",
    holds: is(leakyRelu, (x) => Math.max(slope, x)),
  },
  {
    letter: "C",
    text: "In inference, LayerNorm uses statistics of the batch",
    holds: couplesSamples(sampleCall("layer", 2, 2)),
  },
  {
    letter: "D",
    text: "In inference, BatchNorm uses running averages",
    holds: readsRunningAverages(),
  },
];

/** Letters as one reads them out: "A and D", "A, B and D". */
export const listed = (letters: readonly string[]): string =>
  letters.length < 2 ? (letters[0] ?? "none") : `${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`;
