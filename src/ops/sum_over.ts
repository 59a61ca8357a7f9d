/** Ops that add up the cells along some axes, or along all: what `sum` and `mean` have in common. */
import { flag, integers, only } from "../core/attributes";
import { constant, over, type Formula } from "../core/formula";
import type { Site } from "../core/kernel";
import { defineOp, type AnyOp, type Case } from "../core/op";
import { quotient } from "../core/rule";
import { axisOf, checkShape, ShapeError, shapeText, size, strides, unravel, type Shape } from "../core/shape";
import { copying } from "./copy";
import { summing, type Summation } from "./summing";
import { broadcastStrides, walk, type Walk } from "./walk";

interface SumAttributes extends Readonly<Record<string, unknown>> {
  /** The axes that are summed; none given means all. */
  readonly dim: readonly number[];
  readonly keepdim: boolean;
}

/** Whether each axis is summed. Throws ShapeError. */
function summedAxes(where: string, shape: Shape, dim: readonly number[]): readonly boolean[] {
  const axes = dim.map((axis) => axisOf(where, shape, axis));
  const twice = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (twice !== undefined) {
    throw new ShapeError(
      `${where}: dim [${dim.join(", ")}] names axis ${twice} of ${shapeText(shape)} twice; once would fit`,
    );
  }
  return shape.map((_, axis) => axes.length === 0 || axes.includes(axis));
}

/** What an op says for itself; the rest follows. */
interface SumOver {
  readonly name: string;
  readonly source: string;
  /** Whether the sums are divided by how many cells each of them adds up. */
  readonly divides: boolean;
}

/** States an op that adds up along axes. */
export function defineSumOver({ name, source, divides }: SumOver): AnyOp {
  const summed = (shape: Shape, { dim }: SumAttributes): readonly boolean[] => summedAxes(name, shape, dim);
  const kept = (shape: Shape, attributes: SumAttributes): Shape =>
    summed(shape, attributes).map((is, axis) => (is ? 1 : shape[axis]));
  const divisor = (shape: Shape, attributes: SumAttributes): number =>
    divides ? size(shape) / size(kept(shape, attributes)) : 1;

  function summation({ inputs, attributes }: Site<SumAttributes>): Summation {
    const shape = inputs["input"];
    const is = summed(shape, attributes);
    const along = (which: boolean): Walk => {
      const axes = (list: readonly number[]): number[] => list.filter((_, axis) => is[axis] === which);
      return walk(axes(shape), axes(strides(shape)));
    };
    return { kept: along(false), summed: along(true), divisor: divisor(shape, attributes) };
  }

  return defineOp<"input", never, SumAttributes>({
    name,
    source,
    inputs: [{ name: "input" }],
    scalars: [],
    outputs: [{ name: "output" }],
    attributes(given) {
      only(name, given, ["dim", "keepdim"]);
      return { dim: integers(name, given, "dim", undefined) ?? [], keepdim: flag(name, given, "keepdim", false) };
    },
    shape({ input }, attributes) {
      checkShape(`${name}: input`, input);
      const is = summed(input, attributes);
      return { output: attributes.keepdim ? kept(input, attributes) : input.filter((_, axis) => !is[axis]) };
    },
    formula(_, index, { input }, attributes) {
      const is = summed(input.shape, attributes);
      const extents = input.shape.filter((_extent, axis) => is[axis]);
      const outside = attributes.keepdim ? index.filter((_at, axis) => !is[axis]) : index;
      const total: Formula = over(size(extents), (k) => {
        const [fixed, moving] = [outside.values(), unravel(extents, k).values()];
        return input.cell(is.map((along) => (along ? moving : fixed).next().value ?? 0));
      });
      return divides ? quotient(total, constant(size(extents))) : total;
    },
    kernels: {
      forward: summing("sum", [{ input: "input" }], { output: "output" }, summation),
      gradient: {
        input: copying({ upstream: "output" }, { gradient: "input" }, ({ inputs, attributes }: Site<SumAttributes>) => {
          const shape = inputs["input"];
          return {
            walk: walk(shape, broadcastStrides(kept(shape, attributes), shape)),
            divisor: divisor(shape, attributes),
          };
        }),
      },
    },
    cases,
  });
}

const cases: readonly Case[] = [
  { shapes: { input: [2, 3] } },
  { shapes: { input: [] } },
  { shapes: { input: [4, 3] }, attributes: { dim: [1] } },
  { shapes: { input: [4, 3] }, attributes: { dim: 0, keepdim: true } },
  { shapes: { input: [2, 3, 5] }, attributes: { dim: [0, -1], keepdim: true } },
  { shapes: { input: [2, 3, 5] }, attributes: { dim: [1] } },
  { shapes: { input: [131] }, attributes: { dim: [0] } },
  { shapes: { input: [3, 1, 67] }, attributes: { dim: [2, 1] } },
];
