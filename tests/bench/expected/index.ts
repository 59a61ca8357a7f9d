/** What each row must come to: in float64, by the plainest loops, with a bound on what float32 may make of it. */
import type { Expectation } from "../check";
import type { Data, Row } from "../row";
import { add, gelu, mul, relu } from "./elementwise";
import { byRows, layerNormGradientRow, layerNormRow, softmaxGradientRow, softmaxRow } from "./rowwise";
import { chain, convolution, matmul, pool } from "./sums";

type Expecting = (row: Row, data: Data) => Expectation;

const arriving = ({ gradient }: Row, { upstream }: Data): Float32Array | undefined =>
  gradient === undefined ? undefined : upstream;

const byOp: Readonly<Record<string, Expecting>> = {
  matmul: (row, data) => (row.chain === undefined ? matmul(row, data) : chain(row, data)),
  conv2d: convolution,
  max_pool2d: pool,
  softmax: (row, { inputs: { input }, upstream }) =>
    byRows(row, row.gradient === undefined ? softmaxRow(input) : softmaxGradientRow(input, upstream)),
  layer_norm: (row, { inputs, upstream }) =>
    byRows(row, row.gradient === undefined ? layerNormRow(inputs) : layerNormGradientRow(inputs, upstream)),
  relu: (row, data) => relu(data.inputs, arriving(row, data)),
  gelu: (row, data) => gelu(data.inputs, arriving(row, data)),
  add: (row, data) => add(data.inputs, arriving(row, data)),
  mul: (row, data) => mul(data.inputs, arriving(row, data)),
};

/** Throws where the op is none of those that are measured. */
export function expectationOf(row: Row, data: Data): Expectation {
  const expecting = byOp[row.op];
  if (!expecting)
    throw new Error(`${row.name}: nothing says what ${row.op} must come to; ${Object.keys(byOp).join(", ")} would fit`);
  return expecting(row, data);
}
