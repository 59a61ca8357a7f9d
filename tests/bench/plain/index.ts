/** Plain JavaScript on typed arrays, in one thread. */
import { size } from "../../../src/core/shape";
import type { Contender } from "../contenders/contender";
import { resultShape, type Data, type Row } from "../row";
import { add, gelu, mul, relu } from "./elementwise";
import type { Loop } from "./loop";
import { layerNorm, softmax } from "./rowwise";
import { convolution, matmul, pool } from "./sums";

const loops: Readonly<Record<string, (row: Row, data: Data) => Loop>> = {
  matmul,
  conv2d: convolution,
  max_pool2d: pool,
  softmax,
  layer_norm: layerNorm,
  relu,
  gelu,
  add,
  mul,
};

export const plain: Contender = {
  name: "plain",
  title: "plain JS",
  prepare: (row, data) => {
    const result = new Float32Array(size(resultShape(row)));
    const loop = loops[row.op]?.(row, data);
    if (!loop) return Promise.resolve(undefined);
    return Promise.resolve({
      batch: (count) => {
        for (let i = 0; i < count; i++) loop(result);
        return Promise.resolve();
      },
      output: () => Promise.resolve(result),
      dispose: () => undefined,
    });
  },
};
