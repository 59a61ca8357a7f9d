/** What a position may look at: itself and what came before it. */
import { only } from "../core/attributes";
import { constant } from "../core/formula";
import type { Binding, Kernel } from "../core/kernel";
import { defineOp } from "../core/op";
import { checkShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/causal_mask.wgsl?raw";
import { everyQuad } from "./quads";

const where = "causal_mask";

/** A dispatch over all cells, whose block says how many columns and rows each matrix has. */
function masking(entry: string, from: Binding, to: Binding): Kernel {
  const shader = { file: "causal_mask.wgsl", code };
  const kernel = everyQuad({ shader, entry, binds: [from, to], cells: ({ inputs }) => size(inputs["input"]) });
  return {
    ...kernel,
    block(site) {
      const [rows, columns] = site.inputs["input"].slice(-2);
      return [columns, rows, ...kernel.block(site)];
    },
  };
}

/** The scores of an attention, −∞ where the column lies beyond the row: nothing passes back from there, not even NaN. */
export const causalMask = defineOp({
  name: where,
  // The mask of PyTorch's attention with is_causal, whose scores are masked before their softmax.
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape({ input }) {
    checkShape(`${where}: input`, input);
    if (input.length < 2)
      throw new ShapeError(`${where}: input is ${shapeText(input)}; two dimensions or more, rows × columns, would fit`);
    return { output: input };
  },
  formula(_, index, { input }) {
    const [row, column] = index.slice(-2);
    return column <= row ? input.cell(index) : constant(-Infinity);
  },
  kernels: {
    forward: [masking("forward", { input: "input" }, { output: "output" })],
    gradient: { input: [masking("backward", { upstream: "output" }, { gradient: "input" })] },
  },
  cases: [
    { shapes: { input: [3, 3] } },
    { shapes: { input: [1, 1] } },
    { shapes: { input: [2, 5] } },
    { shapes: { input: [2, 1, 4, 3] } },
    { shapes: { input: [131, 7] } },
  ],
});
