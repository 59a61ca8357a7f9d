/** The loss of the recitation: ½ Σ (input − target)². */
import { only } from "../core/attributes";
import { over } from "../core/formula";
import { linearGrid, type Kernel, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { difference, halfSquare } from "../core/rule";
import { checkShape, sameShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/half_squared_error.wgsl?raw";
import { quadsOf, threadsOver } from "./quads";
import { scratchOf, splitOf, totalInto, width } from "./reduction";

const where = "half_squared_error";
const shader = { file: "half_squared_error.wgsl", code };

function measure({ inputs }: Site): { cells: number; threads: number; parts: number } {
  const cells = size(inputs["input"]);
  return { cells, threads: threadsOver(quadsOf(cells)), parts: splitOf(1, cells).parts };
}
const block = (site: Site): readonly number[] => {
  const { cells, threads, parts } = measure(site);
  return [cells, quadsOf(cells), threads, parts];
};

const forward: Kernel = {
  shader,
  entry: "forward",
  binds: [{ input: "input" }, { input: "target" }, { output: "output" }, { scratch: "parts" }],
  block,
  workgroups: (site) => linearGrid(measure(site).parts, width),
  scratch: (site) => scratchOf(1, measure(site).parts),
};
const backward: Kernel = {
  shader,
  entry: "backward",
  binds: [{ input: "input" }, { input: "target" }, { gradient: "input" }, { upstream: "output" }],
  block,
  workgroups: (site) => linearGrid(measure(site).threads, width),
};

export const halfSquaredError = defineOp({
  name: where,
  // PyTorch has no such loss; it is half of this one with reduction="sum", as the recitation writes it.
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html",
  inputs: [{ name: "input" }, { name: "target", differentiable: false }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape({ input, target }) {
    checkShape(`${where}: input`, input);
    if (!sameShape(input, target)) {
      throw new ShapeError(
        `${where}: input is ${shapeText(input)}, target is ${shapeText(target)}; equal shapes would fit`,
      );
    }
    return { output: [] };
  },
  formula: (_, _index, { input, target }) =>
    over(size(input.shape), (k) => halfSquare(difference(input.flat(k), target.flat(k)))),
  kernels: {
    forward: [forward, totalInto({ output: "output" }, (site: Site) => ({ cells: 1, parts: measure(site).parts }))],
    gradient: { input: [backward] },
  },
  cases: [
    { shapes: { input: [1], target: [1] } },
    { shapes: { input: [], target: [] } },
    { shapes: { input: [7], target: [7] } },
    { shapes: { input: [2, 3], target: [2, 3] } },
    { shapes: { input: [131], target: [131] } },
  ],
});
