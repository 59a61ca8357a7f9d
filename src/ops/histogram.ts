/** How many cells lie in each bin. */
import { integer, only } from "../core/attributes";
import { throughout, within } from "../core/decision";
import { over } from "../core/formula";
import { linearGrid, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { checkShape, ShapeError, shapeText, size, type Shape } from "../core/shape";
import code from "../../shaders/histogram.wgsl?raw";
import { width } from "./reduction";

const where = "histogram";

interface HistogramAttributes extends Readonly<Record<string, unknown>> {
  /** The axes from here on are counted together, as `torch.flatten` names them; 0 counts the whole tensor. */
  readonly start_dim: number;
}

/** The axes that are kept, each with histograms of its own. Throws ShapeError. */
function kept(input: Shape, { start_dim }: HistogramAttributes): Shape {
  if (start_dim >= 0 && start_dim <= input.length) return input.slice(0, start_dim);
  throw new ShapeError(
    `${where}: start_dim is ${start_dim}, input is ${shapeText(input)}; 0 to ${input.length} would fit`,
  );
}

const measure = ({ inputs, attributes }: Site<HistogramAttributes>): { rows: number; bins: number; cells: number } => {
  const rows = size(kept(inputs["input"], attributes));
  return { rows, bins: inputs["bins"][0] - 1, cells: size(inputs["input"]) / rows };
};

/**
 * Cells per bin, as torch.histogram counts them: bin b holds what is at least `bins[b]` and below `bins[b + 1]`, the last one
 * its upper edge too; what lies outside, and NaN, is in none.
 */
export const histogram = defineOp<"input" | "bins", never, HistogramAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.histogram.html",
  inputs: [
    { name: "input", differentiable: false },
    { name: "bins", differentiable: false },
  ],
  scalars: [],
  outputs: [{ name: "hist", differentiable: false }],
  attributes(given) {
    only(where, given, ["start_dim"]);
    return { start_dim: integer(where, given, "start_dim", 0) };
  },
  shape({ input, bins }, attributes) {
    checkShape(`${where}: input`, input);
    if (bins.length !== 1 || bins[0] < 2)
      throw new ShapeError(`${where}: bins is ${shapeText(bins)}; a row of two edges or more would fit`);
    return { hist: [...kept(input, attributes), bins[0] - 1] };
  },
  formula(_, index, { input, bins }, attributes) {
    const rows = kept(input.shape, attributes);
    const cells = size(input.shape) / size(rows);
    const row = index.slice(0, -1).reduce((at, i, axis) => at * rows[axis] + i, 0);
    const bin = index[index.length - 1];
    const isIn = bin === bins.shape[0] - 2 ? throughout : within;
    return over(cells, (k) => isIn(input.flat(row * cells + k), bins.flat(bin), bins.flat(bin + 1)));
  },
  kernels: {
    forward: [
      {
        shader: { file: "histogram.wgsl", code },
        entry: "count",
        binds: [{ input: "input" }, { input: "bins" }, { output: "hist" }],
        block(site) {
          const { rows, bins, cells } = measure(site);
          return [rows, bins, cells];
        },
        workgroups(site) {
          const { rows, bins } = measure(site);
          return linearGrid(rows * bins, width);
        },
      },
    ],
    gradient: {},
  },
  cases: [
    { shapes: { input: [2, 3], bins: [5] } },
    { shapes: { input: [], bins: [2] } },
    { shapes: { input: [1], bins: [3] } },
    { shapes: { input: [131], bins: [7] } },
    { shapes: { input: [3, 4, 5], bins: [4] }, attributes: { start_dim: 1 } },
    { shapes: { input: [7, 33], bins: [22] }, attributes: { start_dim: 1 } },
    { shapes: { input: [2, 3], bins: [3] }, attributes: { start_dim: 2 } },
  ],
});
