/** Ops of one operand that work cell by cell: what `relu`, `leaky_relu` and `identity` have in common. */
import { only } from "../core/attributes";
import type { Formula } from "../core/formula";
import { linearGrid, type Binding, type Kernel, type Shader } from "../core/kernel";
import { defineOp, type AnyOp, type Case, type ScalarSpec } from "../core/op";
import { checkShape, size } from "../core/shape";
import { threadsFor } from "./elementwise";
import { width } from "./reduction";

const cases: readonly Case[] = [
  { shapes: { input: [2, 3] } },
  { shapes: { input: [] } },
  { shapes: { input: [1] } },
  { shapes: { input: [131] } },
  { shapes: { input: [2, 1, 3, 1] } },
];

/** What an op of one operand says for itself; the rest follows. */
interface Unary<S extends string> {
  readonly name: string;
  readonly source: string;
  readonly scalars?: readonly ScalarSpec<S>[];
  readonly rule: (x: Formula, scalars: Readonly<Record<S, Formula>>) => Formula;
  /** With the entries `forward`, binding input and output, and `backward`, binding upstream, input if `reads`, and gradient. */
  readonly shader: Shader;
  /** Whether the gradient reads the input. */
  readonly reads: boolean;
}

/** A dispatch over all cells; the block ends in their number and that of the threads that share them. */
const everyCell = (shader: Shader, entry: string, binds: readonly Binding[]): Kernel => ({
  shader,
  entry,
  binds,
  block: ({ inputs }) => {
    const cells = size(inputs["input"]);
    return [cells, threadsFor(cells)];
  },
  workgroups: ({ inputs }) => linearGrid(threadsFor(size(inputs["input"])), width),
});

/** States an op that maps each cell on its own. */
export const defineUnary = <const S extends string = never>(unary: Unary<S>): AnyOp =>
  defineOp<"input", S, Record<string, never>>({
    name: unary.name,
    source: unary.source,
    inputs: [{ name: "input" }],
    scalars: unary.scalars ?? [],
    outputs: [{ name: "output" }],
    attributes(given) {
      only(unary.name, given, []);
      return {};
    },
    shape({ input }) {
      checkShape(`${unary.name}: input`, input);
      return { output: input };
    },
    formula: (_, index, { input }, _attributes, scalars) => unary.rule(input.cell(index), scalars),
    kernels: {
      forward: [everyCell(unary.shader, "forward", [{ input: "input" }, { output: "output" }])],
      gradient: {
        input: [
          everyCell(unary.shader, "backward", [
            { upstream: "output" },
            { gradient: "input" },
            ...(unary.reads ? [{ input: "input" }] : []),
          ]),
        ],
      },
    },
    cases,
  });
