/** What station 5 tells beside the picture. */
import { format as short, grouped } from "../../core/numeral";
import { shapeText } from "../../core/shape";
import type { Passage } from "../../story/station";
import { highlightsPassage } from "./gallery/passages";
import { structureTex } from "./jacobian-words";
import { counts, type Model } from "./model";

const counted = (n: number, one: string, many: string): string => `${grouped(n)} ${n === 1 ? one : many}`;

export function passages(m: Model): readonly Passage[] {
  const { M, K, N, by, A, B } = m;
  const operand = by === "A" ? A : B;
  const inputs = operand.shape[0] * operand.shape[1];
  const { entries } = counts(m.forward.node, by);
  const rule =
    by === "A"
      ? "\\partial C_{ij} / \\partial A_{kl} = B_{lj} \\;\\text{ if } i = k, \\text{ else } 0"
      : "\\partial C_{ij} / \\partial B_{kl} = A_{ik} \\;\\text{ if } j = l, \\text{ else } 0";
  return [
    {
      kind: "text",
      text: `Multiply $A$ (${shapeText(A.shape)}) by $B$ (${shapeText(B.shape)}). There ${M * N === 1 ? "is" : "are"} ${counted(M * N, "output", "outputs")}, and $${by}$ holds ${counted(inputs, "number", "numbers")}. Any output could depend on any of them, so the full table of derivatives has ${M * N} · ${inputs} = ${counted(entries, "entry", "entries")}.`,
    },
    {
      kind: "text",
      text: by === "A" ? "An output only reads its own row of $A$:" : "An output only reads its own column of $B$:",
    },
    { kind: "formula", tex: rule },
    {
      kind: "text",
      text: `So most of the table is decided before any number is known. The hatched part is zero for every $A$ and $B$; a plain 0 is only a 0 that $${by === "A" ? "B" : "A"}$ happens to hold. Flattened by rows, the table is $${structureTex(m, false)}$; by columns, $${structureTex(m, true)}$.`,
    },
    {
      kind: "claims",
      ids: ["A", "B"].flatMap((of) => ["entries", "not-always-zero", "always-zero"].map((id) => `${id}-${of}`)),
    },
    {
      kind: "note",
      title: "Where the slide says more than is true",
      text: "It calls the Jacobian of a linear op block-diagonal. $\\partial C/\\partial A$ is, row by row. $\\partial C/\\partial B$ has its blocks on a diagonal only when $B$ and $C$ are flattened column by column: switch the flattening and watch them move.",
    },
    { kind: "claims", ids: ["block-diagonal"] },
    {
      kind: "text",
      text: `Backpropagation needs $\\mathrm{vec}(dC)^{\\mathsf T} J$, never $J$. The short way, $${by === "A" ? "dC \\cdot B^{\\mathsf T}" : "A^{\\mathsf T} \\cdot dC"}$, gives the same numbers and touches only the entries that matter.`,
    },
    { kind: "claims", ids: ["long-way", "short-way", "same-numbers"] },
    {
      kind: "comparison",
      title: "Both ways, number by number",
      text: "The same upstream gradient, sent through the whole table and through the product.",
      columns: ["entry", "long way", `d${by}`],
      rows: (results) =>
        Array.from({ length: Math.min(inputs, 8) }, (_, at) => [
          `${by}[${Math.floor(at / operand.shape[1])}, ${at % operand.shape[1]}]`,
          results.ready ? short(results.value(m.long, at)) : "…",
          results.ready ? short(results.value(by === "A" ? m.dA : m.dB, at)) : "…",
        ]),
    },
    {
      kind: "try",
      text: `Put a 0 into a cell of $${by === "A" ? "B" : "A"}$. A plain 0 appears in the table, and no entry changes its kind. With ${counted(K, "term", "terms")} per output, what would a wider $K$ add?`,
    },
    highlightsPassage,
  ];
}
