/** The same cells in the same order under another shape. */
import { AttributeError, integers, only } from "../core/attributes";
import { defineOp } from "../core/op";
import { checkShape, ravel, shapeText, ShapeError, size, type Shape } from "../core/shape";
import { inOrder, moving } from "./copy";

const where = "reshape";

interface ReshapeAttributes extends Readonly<Record<string, unknown>> {
  /** An extent may be −1, which stands for what the others leave. */
  readonly shape: readonly number[];
}

const listText = (shape: readonly number[]): string => `[${shape.join(", ").replaceAll("-", "−")}]`;

/** The shape with what stands for −1 put in. Throws ShapeError. */
function shapeOf(input: Shape, wanted: readonly number[]): Shape {
  const cells = size(input);
  const others = size(wanted.filter((extent) => extent !== -1));
  const open = wanted.filter((extent) => extent === -1).length;
  if (open > 1) throw new ShapeError(`${where}: shape ${listText(wanted)} has ${open} extents of −1; one would fit`);
  const low = wanted.find((extent) => extent < 1 && extent !== -1);
  if (low !== undefined) {
    throw new ShapeError(
      `${where}: shape ${listText(wanted)} has an extent of ${String(low).replace("-", "−")}; 1 or more, or −1 for what is left, would fit`,
    );
  }
  if (open === 1 ? cells % others !== 0 : cells !== others) {
    throw new ShapeError(
      `${where}: input is ${shapeText(input)} and holds ${cells} cells, shape ${listText(wanted)} ${open === 1 ? "holds a multiple of" : "holds"} ${others}; a shape of ${cells} cells would fit`,
    );
  }
  const shape = wanted.map((extent) => (extent === -1 ? cells / others : extent));
  checkShape(`${where}: output`, shape);
  return shape;
}

export const reshape = defineOp<"input", never, ReshapeAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.reshape.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["shape"]);
    const shape = integers(where, given, "shape", undefined);
    if (!shape) throw new AttributeError(`${where}: shape is missing; a list of extents such as [2, −1] would fit`);
    return { shape };
  },
  shape({ input }, { shape }) {
    checkShape(`${where}: input`, input);
    return { output: shapeOf(input, shape) };
  },
  formula: (_, index, { input }, { shape }) => input.flat(ravel(shapeOf(input.shape, shape), index)),
  kernels: moving<ReshapeAttributes>(inOrder, inOrder),
  cases: [
    { shapes: { input: [2, 6] }, attributes: { shape: [3, 4] } },
    { shapes: { input: [] }, attributes: { shape: [1, 1] } },
    { shapes: { input: [1] }, attributes: { shape: [] } },
    { shapes: { input: [2, 3, 5] }, attributes: { shape: [-1, 2] } },
    { shapes: { input: [131] }, attributes: { shape: -1 } },
  ],
});
