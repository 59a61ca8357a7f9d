/** Ops of two operands that meet cell by cell, with broadcasting: what `add`, `sub` and `mul` have in common. */
import { only } from "../core/attributes";
import type { Formula } from "../core/formula";
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import { defineOp, type AnyOp, type Case } from "../core/op";
import { broadcast, broadcastIndex, checkShape, size, type Shape } from "../core/shape";
import code from "../../shaders/broadcast.wgsl?raw";
import { summing, width, type Summation } from "./reduction";
import { broadcastStrides, rows, walk, type Walk } from "./walk";

/** Cells per thread of the kernels that move more than they compute: an invocation costs more than a few of them. */
const each = 8;
/** Threads that share `cells` cells. */
export const threadsFor = (cells: number): number => Math.ceil(cells / each);

/** A dispatch of `broadcast.wgsl`: one cell of `target` from one cell of each of `reads`. */
const meeting = <A>(
  entry: "add" | "sub" | "mul",
  reads: readonly [Binding, Binding],
  target: Binding,
  walkOf: (site: Site<A>) => Walk,
): Kernel<A> => ({
  shader: { file: "broadcast.wgsl", code },
  entry,
  binds: [reads[0], target, ...reads.slice(1)],
  block: (site) => {
    const path = walkOf(site);
    const cells = size(path.extents);
    // Three words after the one of +∞, so that the rows of vec4 start at a multiple of four.
    return [cells, threadsFor(cells), path.extents.length, ...rows(path)];
  },
  workgroups: (site) => linearGrid(threadsFor(size(walkOf(site).extents)), width),
});

type Name = "a" | "b";

const walkBoth = ({ inputs, outputs }: Site): Walk => {
  const shape = outputs["output"];
  return walk(shape, broadcastStrides(inputs["a"], shape), broadcastStrides(inputs["b"], shape));
};

/** The axes that `of` has, and those along which it was broadcast, over the upstream gradient and the other operand. */
function gathered({ inputs, outputs }: Site, of: Name): Summation {
  const shape = outputs["output"];
  const own = broadcastStrides(inputs[of], shape);
  const reads = [broadcastStrides(shape, shape), broadcastStrides(inputs[of === "a" ? "b" : "a"], shape)];
  const along = (kept: boolean): Walk => {
    const axes = (list: readonly number[]): number[] => list.filter((_, axis) => own[axis] > 0 === kept);
    return walk(axes(shape), ...reads.map(axes));
  };
  return { kept: along(true), summed: along(false) };
}

/** How the gradient of an operand is summed from the upstream gradient: as it is, negated, or times the other operand. */
type Slope = "sum" | "negated" | "products";

const gradient = (of: Name, slope: Slope): readonly Kernel[] =>
  summing(
    slope,
    [{ upstream: "output" }, ...(slope === "products" ? [{ input: of === "a" ? "b" : "a" }] : [])],
    { gradient: of },
    (site) => gathered(site, of),
  );

const cases: readonly Case[] = [
  { shapes: { a: [2, 3], b: [2, 3] } },
  { shapes: { a: [], b: [] } },
  { shapes: { a: [4, 3], b: [3] } },
  { shapes: { a: [1, 3], b: [2, 1] } },
  { shapes: { a: [2, 1, 5], b: [3, 1] } },
  { shapes: { a: [6], b: [] } },
  { shapes: { a: [], b: [2, 2] } },
  { shapes: { a: [131], b: [1] } },
  { shapes: { a: [1, 3, 1, 2, 1, 2, 1, 2], b: [2, 1, 2, 1, 2, 1, 1, 1] } },
];

/** What an op of two operands says for itself; the rest follows. */
interface Binary {
  readonly name: "add" | "sub" | "mul";
  readonly combine: (a: Formula, b: Formula) => Formula;
  readonly slopes: Readonly<Record<Name, Slope>>;
}

/** States an op of two operands that broadcast. */
export const defineBinary = ({ name, combine, slopes }: Binary): AnyOp =>
  defineOp({
    name,
    source: `https://docs.pytorch.org/docs/stable/generated/torch.${name}.html`,
    inputs: [{ name: "a" }, { name: "b" }],
    scalars: [],
    outputs: [{ name: "output" }],
    attributes(given) {
      only(name, given, []);
      return {};
    },
    shape: ({ a, b }) => ({ output: shapeOf(name, a, b) }),
    formula: (_, index, { a, b }) =>
      combine(a.cell(broadcastIndex(a.shape, index)), b.cell(broadcastIndex(b.shape, index))),
    kernels: {
      forward: [meeting(name, [{ input: "a" }, { input: "b" }], { output: "output" }, walkBoth)],
      gradient: { a: gradient("a", slopes.a), b: gradient("b", slopes.b) },
    },
    cases,
  });

function shapeOf(name: string, a: Shape, b: Shape): Shape {
  checkShape(`${name}: a`, a);
  checkShape(`${name}: b`, b);
  return broadcast(name, a, b);
}
