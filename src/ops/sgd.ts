/** One step of gradient descent. */
import { only } from "../core/attributes";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp } from "../core/op";
import { difference, product } from "../core/rule";
import { checkShape, sameShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/sgd.wgsl?raw";
import { threadsFor } from "./elementwise";
import { width } from "./reduction";

const where = "sgd";

const descend: Kernel = {
  shader: { file: "sgd.wgsl", code },
  entry: "descend",
  binds: [{ input: "param" }, { input: "grad" }, { output: "param" }],
  block: ({ inputs }) => {
    const cells = size(inputs["param"]);
    return [cells, threadsFor(cells)];
  },
  workgroups: ({ inputs }) => linearGrid(threadsFor(size(inputs["param"])), width),
};

/** param − lr · grad, as a tensor of its own: nothing is overwritten. */
export const sgd = defineOp({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
  inputs: [
    { name: "param", differentiable: false },
    { name: "grad", differentiable: false },
  ],
  scalars: [{ name: "lr", symbol: "η", tex: "\\eta", initial: 1e-3 }],
  outputs: [{ name: "param", differentiable: false }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape({ param, grad }) {
    checkShape(`${where}: param`, param);
    if (!sameShape(param, grad)) {
      throw new ShapeError(
        `${where}: param is ${shapeText(param)}, grad is ${shapeText(grad)}; equal shapes would fit`,
      );
    }
    return { param };
  },
  formula: (_, index, { param, grad }, _attributes, { lr }) =>
    difference(param.cell(index), product(lr, grad.cell(index))),
  kernels: { forward: [descend], gradient: {} },
  cases: [
    { shapes: { param: [2, 3], grad: [2, 3] } },
    { shapes: { param: [], grad: [] } },
    { shapes: { param: [131], grad: [131] } },
  ],
});
