/** Ops of two operands that meet cell by cell, with broadcasting: what `add`, `sub`, `mul` and `div` have in common. */
import { only } from "../core/attributes";
import type { Formula } from "../core/formula";
import type { Binding, Kernel, Site } from "../core/kernel";
import { defineOp, type AnyOp, type Case } from "../core/op";
import type { Routine } from "../core/recipe";
import { broadcast, broadcastIndex, checkShape, size, strides, type Shape } from "../core/shape";
import code from "../../shaders/broadcast.wgsl?raw";
import { isAligned, lineCounts, lineGrid, linewise, outerRows, quadGrid, type Linewise } from "./linewise";
import { eachOf } from "./quads";
import { idle } from "./reduction";
import { summing, type Summation, type Term } from "./summing";
import { broadcastStrides, walk, type Walk } from "./walk";

/** What `broadcast.wgsl` makes of two operands, by its number there. */
const operations = { add: 0, sub: 1, mul: 2, div: 3, left: 4, negated: 5, opposed: 6 } as const;
type Operation = keyof typeof operations;

/** What a dispatch of `broadcast.wgsl` computes: each cell of `target` from one cell of each of `reads`. */
interface Meeting<A> {
  readonly operation: Operation;
  readonly reads: readonly [Binding, Binding];
  readonly target: Binding;
  readonly walkOf: (site: Site<A>) => Walk;
  /** Whether there is anything to do; always, unless given. */
  readonly wanted?: (site: Site<A>) => boolean;
  /** Cells of the scratch buffer, if the target is one. */
  readonly scratch?: Kernel<A>["scratch"];
}

type Entry = "pairs" | "quads" | "cells";

/** What is baked into a kernel: whether an operand stays at one cell along a line. */
interface Baked {
  readonly leftStays: boolean;
  readonly rightStays: boolean;
}
const moving: readonly Baked[] = [
  { leftStays: false, rightStays: false },
  { leftStays: true, rightStays: false },
  { leftStays: false, rightStays: true },
  { leftStays: true, rightStays: true },
];

/** The dispatch for the shapes at hand; all others are idle. */
const meeting = <A>(what: Meeting<A>): Routine<A> =>
  (["pairs", "quads", "cells"] as const).flatMap((entry) => moving.map((baked) => meetingBy(entry, baked, what)));

function meetingBy<A>(entry: Entry, { leftStays, rightStays }: Baked, what: Meeting<A>): Kernel<A> {
  const { operation, reads, target, walkOf, wanted = () => true, scratch } = what;
  return {
    shader: { file: "broadcast.wgsl", code },
    entry,
    binds: [reads[0], target, reads[1]],
    constants: {
      operation: operations[operation],
      leftStays: Number(leftStays),
      rightStays: Number(rightStays),
    },
    block(site) {
      const lines = linewise(walkOf(site));
      // Seven words after the one of +∞, so that the rows of vec4 start at a multiple of four.
      return [...lineCounts(lines), eachOf(lines.quads), ...outerRows(lines)];
    },
    workgroups(site) {
      const lines = linewise(walkOf(site));
      const [left, right] = lines.steps;
      const suits = entry === entryOf(lines) && leftStays === (left === 0) && rightStays === (right === 0);
      if (!suits || !wanted(site)) return idle;
      return entry === "pairs" ? quadGrid(lines) : lineGrid(lines);
    },
    ...(scratch && { scratch }),
  };
}

function entryOf(lines: Linewise): Entry {
  if (!isAligned(lines)) return "cells";
  return lines.lines === 1 ? "pairs" : "quads";
}

type Name = "a" | "b";

const walkBoth = ({ inputs, outputs }: Site): Walk => {
  const shape = outputs["output"];
  return walk(shape, broadcastStrides(inputs["a"], shape), broadcastStrides(inputs["b"], shape));
};

/** The axes that `of` has, and those along which it was broadcast, over the upstream gradient and what it is joined with. */
function gathered({ inputs, outputs }: Site, of: Name, joined: Shape): Summation {
  const shape = outputs["output"];
  const own = broadcastStrides(inputs[of], shape);
  const reads = [strides(shape), broadcastStrides(joined, shape)];
  const along = (kept: boolean): Walk => {
    const axes = (list: readonly number[]): number[] => list.filter((_, axis) => own[axis] > 0 === kept);
    return walk(axes(shape), ...reads.map(axes));
  };
  return { kept: along(true), summed: along(false) };
}

/** What a slope is called where nothing was broadcast: then it is one term, and met cell by cell. */
const alone = { sum: "left", negated: "negated", products: "mul", quotients: "div", opposed: "opposed" } as const;

/**
 * The gradient of an operand from the upstream gradient: as it is, negated, times or by the other operand; for a divisor,
 * minus the product with what `slope` left.
 */
function gradient(of: Name, term: Term): Routine {
  const other = of === "a" ? "b" : "a";
  const upstream: Binding = { upstream: "output" };
  const second: Readonly<Record<Term, Binding>> = {
    sum: upstream,
    negated: upstream,
    products: { input: other },
    quotients: { input: other },
    opposed: { scratch: "slope" },
  };
  const joined = ({ inputs, outputs }: Site): Shape => ("input" in second[term] ? inputs[other] : outputs["output"]);
  const summation = (site: Site): Summation => gathered(site, of, joined(site));
  const single = (site: Site): boolean => size(summation(site).summed.extents) === 1;
  const shared = { reads: [upstream, second[term]] as const, target: { gradient: of } };
  return [
    ...(term === "opposed" ? slope : []),
    ...meeting({ ...shared, operation: alone[term], walkOf: (site) => summation(site).kept, wanted: single }),
    ...summing(term, shared.reads, shared.target, summation, (site) => !single(site)),
  ];
}

/** output / b: the slope of a quotient by its divisor, but for the sign. */
const slope = meeting({
  operation: "div",
  reads: [{ output: "output" }, { input: "b" }],
  target: { scratch: "slope" },
  walkOf({ inputs, outputs }: Site) {
    const shape = outputs["output"];
    return walk(shape, strides(shape), broadcastStrides(inputs["b"], shape));
  },
  scratch: ({ outputs }) => ({ slope: size(outputs["output"]) }),
});

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
  readonly name: "add" | "sub" | "mul" | "div";
  readonly combine: (a: Formula, b: Formula) => Formula;
  /** How the gradient of each operand is made of the upstream gradient. */
  readonly slopes: Readonly<Record<Name, Term>>;
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
      forward: meeting({
        operation: name,
        reads: [{ input: "a" }, { input: "b" }],
        target: { output: "output" },
        walkOf: walkBoth,
      }),
      gradient: { a: gradient("a", slopes.a), b: gradient("b", slopes.b) },
    },
    cases,
  });

function shapeOf(name: string, a: Shape, b: Shape): Shape {
  checkShape(`${name}: a`, a);
  checkShape(`${name}: b`, b);
  return broadcast(name, a, b);
}

/** Threads of the kernels that take one cell at a time, eight cells each. */
export const threadsFor = (cells: number): number => Math.ceil(cells / 8);
