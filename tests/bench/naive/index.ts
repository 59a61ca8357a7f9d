/** The kernel that anyone writes first: a thread a cell, or a row where a whole row is needed, and shapes as constants. */
import type { Contender } from "../contenders/contender";
import { shading, type Shading } from "../contenders/shader";
import type { Data, Row } from "../row";
import { chain } from "./chain";
import { add, gelu, mul, relu } from "./elementwise";
import { layerNorm, softmax } from "./rowwise";
import { convolution, matmul, pool } from "./sums";

const shaders: Readonly<Record<string, (row: Row, data: Data) => Shading>> = {
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

export const naive = (device: GPUDevice): Contender => ({
  name: "naive",
  title: "naive WGSL",
  prepare: async (row, data) => {
    if (row.chain !== undefined) return await chain(device, row, row.chain, data);
    const write = shaders[row.op];
    return write && (await shading(device, write(row, data)));
  },
});
