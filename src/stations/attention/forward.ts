/** The way forward of the attention picture, part by part: embed, project, score, weigh, mix, compare. */
import type { Current, FlowPath } from "../../story/picture";
import type { Model } from "./model";
import { queryCells, rowCells, tokenText, type Part } from "./parts";
import type { Plan } from "./plan";
import { outputFlows, scoreFlows, toColumn, toDifference, toQuery, toRow, travel } from "./ways";

const data: Current = "data";

/** Parts by the name of the phase that they belong to. */
export type Named = readonly (readonly [phase: string, parts: readonly Part[]])[];

export const forward = (m: Model, p: Plan): Named => [
  ["embed", [embedded(m, p)]],
  ["q, k, v", [queries(m, p), columnPart(m, p, "k"), columnPart(m, p, "v")]],
  ["scores", [scores(m, p)]],
  ["softmax", [weights(m)]],
  ["outputs", [outputs(m, p)]],
  ["compare", [compared(m, p)]],
];

function embedded(m: Model, p: Plan): Part {
  const { x } = m.current.written;
  const positions = m.settings.positions === "sinusoidal";
  const more = positions ? " Its position is added." : "";
  return {
    writes: x,
    current: data,
    moments: m.length,
    unit: "token",
    flows: (token) => [travel(toRow(p, token), data, x, token * p.dim)],
    reads: () => [],
    written: (token) => rowCells(x, token),
    say: (token) => ({ main: `Token ${tokenText(m, token)} becomes a row of numbers.${more}` }),
    whole: {
      main: `Every token becomes a row of $X$: what its id picks from the table.${more}`,
      quiet: positions ? "Equal tokens still differ by where they stand." : "Equal tokens get equal rows.",
    },
  };
}

function queries(m: Model, p: Plan): Part {
  const { q } = m.current.written;
  return {
    writes: q,
    current: data,
    moments: m.length,
    unit: "token",
    flows: (token) => [travel(toQuery(p, token), data, q, token * p.dim)],
    reads: () => [],
    written: (token) => rowCells(q, token),
    say: (token) => ({ main: `Token ${tokenText(m, token)} asks: its row times $W_Q$ is its query.` }),
    whole: { main: "Every token asks: its row times $W_Q$ is its query.", quiet: "The same $W_Q$ for every row." },
  };
}

const words = {
  k: { tex: "K", says: "shows what it has: its row times $W_K$ is its key, a column above" },
  v: { tex: "V", says: "brings what it gives: its row times $W_V$ is its value, a column below" },
} as const;

function columnPart(m: Model, p: Plan, which: "k" | "v"): Part {
  const made = m.current.written[which];
  const { tex, says } = words[which];
  return {
    writes: made,
    current: data,
    moments: m.length,
    unit: "token",
    flows: (token): readonly FlowPath[] => [travel(toColumn(p, token, which), data, made, token * p.dim)],
    reads: () => [],
    written: (token) => rowCells(made, token),
    say: (token) => ({ main: `Token ${tokenText(m, token)} ${says}.` }),
    whole: { main: `Every token ${says}.`, quiet: `$${tex}$ turns rows into columns along the diagonal.` },
  };
}

function scores(m: Model, p: Plan): Part {
  const { scores: made } = m.current.written;
  return {
    writes: made,
    current: data,
    moments: m.length,
    micros: m.length,
    unit: "query",
    flows: (query) => scoreFlows(m, p, query),
    reads: () => [],
    written: (query) => queryCells(m, made, query),
    say: (query) => ({
      main: `Query ${tokenText(m, query)} meets every key: one row of scores.`,
      quiet: "A score is the product of a query and a key, over $\\sqrt d$ and the temperature.",
    }),
    whole: {
      main: "Every query meets every key: a score for each pair.",
      quiet: "$S = QK^{\\mathsf T} / (\\sqrt d\\,\\tau)$. Equal queries make equal rows, equal keys equal columns.",
    },
  };
}

function weights(m: Model): Part {
  const { scores: read, weights: made } = m.current.written;
  const mask = m.settings.causal ? "The mask takes the future out first. " : "";
  return {
    writes: made,
    current: data,
    moments: m.length,
    unit: "query",
    flows: () => [],
    reads: (query) => queryCells(m, read, query),
    written: (query) => queryCells(m, made, query),
    say: (query) => ({
      main: `Softmax turns the scores of query ${tokenText(m, query)} into weights.`,
      quiet: `${mask}They add up to 1.`,
    }),
    whole: { main: "Softmax turns every row of scores into weights.", quiet: `${mask}Each row adds up to 1.` },
  };
}

function outputs(m: Model, p: Plan): Part {
  const { weights: read, output } = m.current.written;
  return {
    writes: output,
    current: data,
    moments: m.length,
    micros: m.length,
    unit: "query",
    flows: (query) => outputFlows(m, p, query),
    reads: (query) => queryCells(m, read, query),
    written: (query) => rowCells(output, query),
    say: (query) => ({
      main: `Token ${tokenText(m, query)} gathers the values, each by its weight.`,
      quiet: "Thick flows carry large weights.",
    }),
    whole: {
      main: "Every token gathers the values, each by its weight: the outputs.",
      quiet: "$O = AV$. Equal rows of weights make equal outputs.",
    },
  };
}

function compared(m: Model, p: Plan): Part {
  const [a, b] = m.sentence.dogs;
  const { output } = m.current.written;
  const { dogs } = m.current;
  const caption = {
    main: `Are the two dogs told apart? Row ${a} less row ${b} of the outputs.`,
    quiet: "A row of zeros means that nothing tells them apart.",
  };
  return {
    writes: dogs,
    current: data,
    moments: p.dim,
    unit: "column",
    flows: (column) => [
      travel(toDifference(p, a, column, -1), data, output, a * p.dim + column),
      travel(toDifference(p, b, column, 1), data, output, b * p.dim + column),
    ],
    reads: (column) => [a, b].map((row) => ({ tensor: output, at: row * p.dim + column })),
    written: (column) => [{ tensor: dogs, at: column }],
    say: () => caption,
    whole: caption,
  };
}
