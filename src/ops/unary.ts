/** Ops of one operand that work cell by cell: what `relu`, `leaky_relu` and `identity` have in common. */
import { only } from "../core/attributes";
import type { Formula } from "../core/formula";
import type { Binding, Kernel, Shader } from "../core/kernel";
import { defineOp, type AnyOp, type Case, type ScalarSpec } from "../core/op";
import { checkShape, size } from "../core/shape";
import { everyQuad } from "./quads";

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
  /** Whether numbers below 0 make no sense. */
  readonly nonnegative?: boolean;
  readonly rule: (x: Formula, scalars: Readonly<Record<S, Formula>>) => Formula;
  /**
   * Works on quads, with the entries `forward`, binding input and output, and `backward`, binding upstream, gradient and
   * what it `reads`. The block ends in the number of quads and that of the threads that share them.
   */
  readonly shader: Shader;
  /** What the gradient reads besides the upstream gradient, in the order of the bindings from 3 on. */
  readonly reads: readonly ("input" | "output")[];
  /** Further cases, with scalars of their own. */
  readonly cases?: readonly Case[];
}

/** A dispatch over all cells. */
const everyCell = (shader: Shader, entry: string, binds: readonly Binding[]): Kernel =>
  everyQuad({ shader, entry, binds, cells: ({ inputs }) => size(inputs["input"]) });

/** States an op that maps each cell on its own. */
export const defineUnary = <const S extends string = never>(unary: Unary<S>): AnyOp =>
  defineOp<"input", S, Record<string, never>>({
    name: unary.name,
    source: unary.source,
    inputs: [{ name: "input", ...(unary.nonnegative && { nonnegative: true }) }],
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
            ...unary.reads.map((name) => (name === "input" ? { input: name } : { output: name })),
          ]),
        ],
      },
    },
    cases: [...cases, ...(unary.cases ?? [])],
  });
