/** The mean squared error, its sum, or the squares themselves. */
import { oneOf, only } from "../core/attributes";
import { constant, over } from "../core/formula";
import { linearGrid, type Binding, type Grid, type Kernel, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import { difference, quotient, square } from "../core/rule";
import { checkShape, sameShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/mse_loss.wgsl?raw";
import { quadsOf, threadsOver } from "./quads";
import { width } from "./reduction";

const where = "mse_loss";
const shader = { file: "mse_loss.wgsl", code };

const reductions = ["mean", "sum", "none"] as const;
interface MseLossAttributes extends Readonly<Record<string, unknown>> {
  readonly reduction: (typeof reductions)[number];
}
type MseLossSite = Site<MseLossAttributes>;

/** Threads whose sums one thread then adds up, at most. */
const mostParts = 1024;
/** Up to this many quads are summed by one thread. */
const few = 16;

const cellsOf = ({ inputs }: MseLossSite): number => size(inputs["input"]);
const partsOf = (cells: number): number =>
  quadsOf(cells) <= few ? 1 : Math.min(mostParts, Math.ceil(Math.sqrt(quadsOf(cells))));
const divisorOf = (cells: number, reduction: string): number => (reduction === "mean" ? cells : 1);

const idle: Grid = [0, 1, 1];
const target: Binding = { input: "target" };
const input: Binding = { input: "input" };

/** A dispatch by so many threads: of the kernels over squares or of those over their sum the others are idle. */
const kernel = (
  entry: string,
  binds: readonly Binding[],
  none: boolean,
  threadsFor: (cells: number) => number,
  grid = (cells: number): Grid => linearGrid(threadsFor(cells), width),
): Kernel<MseLossAttributes> => ({
  shader,
  entry,
  binds,
  block(site) {
    const cells = cellsOf(site);
    return [cells, threadsFor(cells), divisorOf(cells, site.attributes.reduction)];
  },
  workgroups: (site) => ((site.attributes.reduction === "none") === none ? grid(cellsOf(site)) : idle),
  scratch: (site) => ({ partial: partsOf(cellsOf(site)) }),
});

const everyQuad = (cells: number): number => threadsOver(quadsOf(cells));
const output: Binding = { output: "output" };
const partial: Binding = { scratch: "partial" };
const back = [input, target, { gradient: "input" }, { upstream: "output" }] as const;

export const mseLoss = defineOp<"input" | "target", never, MseLossAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html",
  inputs: [{ name: "input" }, { name: "target", differentiable: false }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["reduction"]);
    return { reduction: oneOf(where, given, "reduction", reductions, "mean") };
  },
  shape(inputs, { reduction }) {
    checkShape(`${where}: input`, inputs.input);
    if (!sameShape(inputs.input, inputs.target)) {
      throw new ShapeError(
        `${where}: input is ${shapeText(inputs.input)}, target is ${shapeText(inputs.target)}; equal shapes would fit`,
      );
    }
    return { output: reduction === "none" ? inputs.input : [] };
  },
  formula(_, index, operands, { reduction }) {
    if (reduction === "none") return square(difference(operands.input.cell(index), operands.target.cell(index)));
    const cells = size(operands.input.shape);
    const total = over(cells, (k) => square(difference(operands.input.flat(k), operands.target.flat(k))));
    return reduction === "mean" ? quotient(total, constant(cells)) : total;
  },
  kernels: {
    forward: [
      kernel("squares", [input, target, output], true, everyQuad),
      kernel("parts", [input, target, output, partial], false, partsOf),
      kernel("finish", [partial, output], false, partsOf, (cells) => (partsOf(cells) > 1 ? [1, 1, 1] : idle)),
    ],
    gradient: {
      input: [kernel("backwardSquares", back, true, everyQuad), kernel("backward", back, false, everyQuad)],
    },
  },
  cases: [
    { shapes: { input: [2, 3], target: [2, 3] } },
    { shapes: { input: [], target: [] } },
    { shapes: { input: [1], target: [1] }, attributes: { reduction: "sum" } },
    { shapes: { input: [7], target: [7] }, attributes: { reduction: "none" } },
    { shapes: { input: [2, 1, 3], target: [2, 1, 3] }, attributes: { reduction: "none" } },
    { shapes: { input: [131], target: [131] } },
    { shapes: { input: [67, 2], target: [67, 2] }, attributes: { reduction: "sum" } },
  ],
});
