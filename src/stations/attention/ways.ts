/** The ways that numbers take in the attention picture: along the streets between cells, the same there and back. */
import type { Tensor } from "../../core/graph";
import type { Current, FlowPath, Vector } from "../../story/picture";
import type { Model } from "./model";
import { columnX, scoreAt, type Plan } from "./plan";

type Points = readonly (readonly [number, number])[];
const way = (points: Points): readonly Vector[] => points.map(([x, y]) => [x, y, 0]);

/** A number on its way. */
export const travel = (
  points: Points,
  current: Current,
  tensor: Tensor,
  at: number,
  more: Partial<FlowPath> = {},
): FlowPath => ({ points: way(points), current, carries: { tensor, at }, start: 0.1, end: 0.85, ...more });

/** From a row of the table of tokens to X; the words stand at the start. */
export const toRow = (p: Plan, token: number): Points => [
  [p.words + 0.02, -token],
  [p.x - 0.03, -token],
];

const street = (p: Plan, head: number, j: number): number => columnX(p, head, j) + p.column / 2;

/** From the row of a token in X to its row in Q. */
export const toQuery = (p: Plan, token: number): Points => [
  [p.x + p.dim * p.narrow + 0.05, -token],
  [p.q - 0.05, -token],
];

/** From the row of a token in X to its column in K or V: row becomes column on the diagonal of the matrix. */
export function toColumn(p: Plan, token: number, end: "k" | "v"): Points {
  const from = p.x + p.dim * p.narrow + 0.05;
  const [x, along] = [columnX(p, 0, token), street(p, 0, token)];
  const y = -token - 0.5;
  const turn = end === "k" ? p.k - 0.16 : p.v + 0.14;
  return [
    [from, -token],
    [from + 0.22, -token],
    [from + 0.22, y],
    [along, y],
    [along, turn],
    [x, turn],
    [x, end === "k" ? p.k - 0.03 : p.v - 0.03],
  ];
}

/** From a key down its street to the score that it makes with a query. */
const keyToScore = (p: Plan, head: number, query: number, key: number): Points => {
  const [x, along] = [columnX(p, head, key), street(p, head, key)];
  return [
    [x, p.k - 0.03],
    [x, p.k - 0.16],
    [along, p.k - 0.16],
    [along, -query],
    [x + 0.4 * p.column, -query],
  ];
};

/** From a query along its street to the end of the matrix. */
const queryAlong = (p: Plan, query: number, to: number): Points => [
  [p.q + p.dim * p.narrow + 0.05, -query],
  [p.q + p.dim * p.narrow + 0.28, -query],
  [p.q + p.dim * p.narrow + 0.28, -query - 0.5],
  [to, -query - 0.5],
];

/** From a value up its street to the row of a query, and out to the outputs. */
const valueToOutput = (p: Plan, head: number, query: number, key: number): Points => {
  const [x, along] = [columnX(p, head, key), street(p, head, key)];
  const y = -query - 0.5;
  return [
    [x, p.v - 0.03],
    [x, p.v + 0.14],
    [along, p.v + 0.14],
    [along, y],
    [p.right + 0.35, y],
    [p.right + 0.28, -query],
    [p.o - 0.05, -query],
  ];
};

/** Every head with every token. */
const pairs = (p: Plan): readonly (readonly [head: number, token: number])[] =>
  Array.from({ length: p.heads * p.n }, (_, at) => [Math.floor(at / p.n), at % p.n]);

/** The keys that a query may look at, in every head. */
const seenKeys = (m: Model, p: Plan, query: number): ReturnType<typeof pairs> =>
  pairs(p).filter(([, key]) => !m.settings.causal || key <= query);

/** The queries that may look at a key, in every head. */
const seeing = (m: Model, p: Plan, key: number): ReturnType<typeof pairs> =>
  pairs(p).filter(([, query]) => !m.settings.causal || key <= query);

/** What a query meets: every key comes down to its row. */
export const scoreFlows = (m: Model, p: Plan, query: number): readonly FlowPath[] => [
  travel(queryAlong(p, query, p.right), "data", m.current.written.q, query * p.dim, { end: 0.6 }),
  ...pairs(p).map(([head, key]) =>
    travel(keyToScore(p, head, query, key), "data", m.current.written.scores, scoreAt(p, head, query, key)),
  ),
];

/** What a query gathers: every value, as much of it as its weight says. */
export const outputFlows = (m: Model, p: Plan, query: number): readonly FlowPath[] =>
  seenKeys(m, p, query).map(([head, key]) =>
    travel(valueToOutput(p, head, query, key), "data", m.current.written.weights, scoreAt(p, head, query, key)),
  );

/** The way back from an output: along its street to the weights that made it. */
export const weightBackFlows = (p: Plan, tensor: Tensor, query: number): readonly FlowPath[] =>
  pairs(p).map(([head, key]) => {
    const [x, along] = [columnX(p, head, key), street(p, head, key)];
    const y = -query - 0.5;
    const points: Points = [
      [p.o - 0.05, -query],
      [p.right + 0.28, -query],
      [p.right + 0.35, y],
      [along, y],
      [along, -query],
      [x + 0.4 * p.column, -query],
    ];
    return travel(points, "gradient", tensor, scoreAt(p, head, query, key));
  });

/** What a value is sent: from every query's output, as much as its weight says. */
export const valueBackFlows = (m: Model, p: Plan, key: number): readonly FlowPath[] =>
  seeing(m, p, key).map(([head, query]) => {
    const points = valueToOutput(p, head, query, key).toReversed();
    return travel(points, "gradient", m.current.written.weights, scoreAt(p, head, query, key));
  });

/** From the gradients of a row of scores back to its query. */
export const queryBackFlows = (m: Model, p: Plan, query: number): readonly FlowPath[] =>
  seenKeys(m, p, query).map(([head, key]) => {
    const [x, along] = [columnX(p, head, key), street(p, head, key)];
    const end = p.q + p.dim * p.narrow;
    const points: Points = [
      [x + 0.4 * p.column, -query],
      [along, -query],
      [along, -query - 0.5],
      [end + 0.28, -query - 0.5],
      [end + 0.28, -query],
      [end + 0.05, -query],
    ];
    return travel(points, "gradient", slopes(m), scoreAt(p, head, query, key));
  });

/** From the gradients of a column of scores back to its key. */
export const keyBackFlows = (m: Model, p: Plan, key: number): readonly FlowPath[] =>
  seeing(m, p, key).map(([head, query]) => {
    const points = keyToScore(p, head, query, key).toReversed();
    return travel(points, "gradient", slopes(m), scoreAt(p, head, query, key));
  });

const slopes = (m: Model): Tensor => m.gradient(m.current.written.scores);

/** From a cell of a dog's row of outputs down to the difference: the first on its left street, the second on its right. */
export function toDifference(p: Plan, query: number, column: number, side: -1 | 1): Points {
  const x = p.o + (column + 0.5) * p.wide;
  const along = x + (side * p.wide) / 2;
  return [
    [x, -query - 0.47],
    [x, -query - 0.5],
    [along, -query - 0.5],
    [along, p.difference + 0.6],
    [x, p.difference + 0.6],
    [x, p.difference + 0.48],
  ];
}
