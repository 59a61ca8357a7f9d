/** The way back of the attention picture, part by part, in the order of the tape. */
import type { Tensor } from "../../core/graph";
import type { CellRef, Current, FlowPath, Caption } from "../../story/picture";
import type { Model } from "./model";
import { keyCells, queryCells, rowCells, type Part } from "./parts";
import type { Plan } from "./plan";
import { keyBackFlows, queryBackFlows, toColumn, toQuery, travel, valueBackFlows, weightBackFlows } from "./ways";

const gradient: Current = "gradient";

/** The row of a token. */
const row =
  (tensor: Tensor) =>
  (token: number): readonly CellRef[] =>
    rowCells(tensor, token);

/** Everything that goes back from the outputs to the rows of tokens. */
export function backward(m: Model, p: Plan): readonly Part[] {
  const { weights, scores, v, q, k, x } = m.current.written;
  const d = (tensor: Tensor): Tensor => m.gradient(tensor);
  const upstream = m.upstream;
  const part = (of: Tensor, unit: string, whole: Caption, more: Pick<Part, "flows" | "reads" | "written">): Part => ({
    writes: d(of),
    current: gradient,
    moments: m.length,
    micros: m.length,
    unit,
    say: () => whole,
    whole,
    ...more,
  });
  const across =
    (tensor: Tensor) =>
    (query: number): readonly CellRef[] =>
      queryCells(m, tensor, query);
  const parts = [
    part(
      weights,
      "query",
      { main: "A weight's gradient: what arrives at its query, times its value.", quiet: "$dA = dO\\,V^{\\mathsf T}$" },
      { flows: (query) => weightBackFlows(p, d(weights), query), reads: row(upstream), written: across(d(weights)) },
    ),
    part(
      v,
      "value",
      {
        main: "A value is sent what arrives at every query, as much as its weight said.",
        quiet: "$dV = A^{\\mathsf T} dO$",
      },
      {
        flows: (key) => valueBackFlows(m, p, key),
        reads: (key) => keyCells(m, weights, key),
        written: row(d(v)),
      },
    ),
    part(
      scores,
      "query",
      {
        main: "Back through softmax: raising one score lowers the others of its row.",
        quiet: "$dS = A \\circ (dA - \\textstyle\\sum A \\circ dA)$: every row adds up to 0.",
      },
      { flows: () => [], reads: across(d(weights)), written: across(d(scores)) },
    ),
    part(
      q,
      "query",
      { main: "A query gathers from its row of scores.", quiet: "$dQ = dS\\,K / (\\sqrt d\\,\\tau)$" },
      { flows: (query) => queryBackFlows(m, p, query), reads: across(d(scores)), written: row(d(q)) },
    ),
    part(
      k,
      "key",
      { main: "A key gathers from its column of scores.", quiet: "$dK = dS^{\\mathsf T} Q / (\\sqrt d\\,\\tau)$" },
      {
        flows: (key) => keyBackFlows(m, p, key),
        reads: (key) => keyCells(m, d(scores), key),
        written: row(d(k)),
      },
    ),
    part(
      x,
      "token",
      {
        main: "A token is sent three gradients: as a query, as a key and as a value.",
        quiet: "$dX = dQ\\,W_Q^{\\mathsf T} + dK\\,W_K^{\\mathsf T} + dV\\,W_V^{\\mathsf T}$",
      },
      {
        flows: (token) => tokenBack(p, token, { q: d(q), k: d(k), v: d(v) }),
        reads: () => [],
        written: row(d(x)),
      },
    ),
  ];
  return parts.toSorted((a, b) => m.writer(a.writes).index - m.writer(b.writes).index);
}

/** The three ways back to a token. */
const tokenBack = (
  p: Plan,
  token: number,
  gradients: Readonly<Record<"q" | "k" | "v", Tensor>>,
): readonly FlowPath[] => [
  travel(toQuery(p, token).toReversed(), gradient, gradients.q, token * p.dim),
  travel(toColumn(p, token, "k").toReversed(), gradient, gradients.k, token * p.dim),
  travel(toColumn(p, token, "v").toReversed(), gradient, gradients.v, token * p.dim),
];
