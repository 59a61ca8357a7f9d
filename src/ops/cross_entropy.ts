/** Cross-entropy of class scores against the numbers of the true classes, by the logarithm of a shifted sum of powers. */
import { oneOf, only } from "../core/attributes";
import { constant, over, pickOver, type Formula } from "../core/formula";
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import { difference, quotient } from "../core/rule";
import { checkShape, sameShape, ShapeError, shapeText, size, unravel, type Index, type Shape } from "../core/shape";
import { logarithm } from "../core/transcendental";
import code from "../../shaders/cross_entropy.wgsl?raw";
import math from "../../shaders/math.wgsl?raw";
import { linesAlong, onLines, scratchOfLines, type Lines } from "./lines";
import { width } from "./reduction";
import { summarizing, summaryOf } from "./softmax";

const where = "cross_entropy";
const shader = { file: "cross_entropy.wgsl", code: `${code}\n${math}` };

const reductions = ["mean", "sum", "none"] as const;
interface CrossEntropyAttributes extends Readonly<Record<string, unknown>> {
  readonly reduction: (typeof reductions)[number];
}
type CrossEntropySite = Site<CrossEntropyAttributes>;

/** The axis of the classes: the second, as in PyTorch, or the only one. */
const classAxis = (input: Shape): number => (input.length === 1 ? 0 : 1);
const linesOf = ({ inputs }: Pick<Site, "inputs">): Lines => linesAlong(inputs["input"], classAxis(inputs["input"]));

// ── the formula ─────────────────────────────────────────────────────────────

/** log S − (x[target] − m) of the line whose target has this index. */
function lossOf(input: Operand, target: Operand, index: Index): Formula {
  const axis = classAxis(input.shape);
  const at = (k: number): Index => index.toSpliced(axis, 0, k);
  const { less, total } = summaryOf(input, axis, at(0));
  const chosen = pickOver(target.cell(index), input.shape[axis], (k) => less(input.cell(at(k))));
  return difference(logarithm(total), chosen);
}

// ── kernels ─────────────────────────────────────────────────────────────────

/** Threads whose sums one thread then adds up: about as many as each of them adds. */
const addersOf = ({ lines }: Lines): number => Math.ceil(Math.sqrt(lines));

function scratch(site: CrossEntropySite): Readonly<Record<string, number>> {
  const place = linesOf(site);
  return { ...scratchOfLines(place), losses: place.lines, sums: addersOf(place) };
}
const isNone = ({ attributes }: CrossEntropySite): boolean => attributes.reduction === "none";

function make(
  entry: string,
  binds: readonly Binding[],
  owns: "line" | "cells",
  idle: (site: CrossEntropySite) => boolean = () => false,
): Kernel<CrossEntropyAttributes> {
  const words = (site: CrossEntropySite): readonly number[] => {
    const place = linesOf(site);
    return [site.attributes.reduction === "mean" ? place.lines : 1, isNone(site) ? 1 : 0, addersOf(place)];
  };
  return { ...onLines<CrossEntropyAttributes>({ shader, entry, binds, lines: linesOf, owns, words, idle }), scratch };
}

const input: Binding = { input: "input" };
const target: Binding = { input: "target" };
const output: Binding = { output: "output" };
const whole: Binding = { scratch: "whole" };
const losses: Binding = { scratch: "losses" };
const sums: Binding = { scratch: "sums" };

const oneByOne = make("losses", [input, target, whole, output], "line", (site) => !isNone(site));
const together = make("losses", [input, target, whole, losses], "line", isNone);
const added: Kernel<CrossEntropyAttributes> = {
  ...make("added", [losses, sums], "line"),
  workgroups: (site) => (isNone(site) ? [0, 1, 1] : linearGrid(addersOf(linesOf(site)), width)),
};
const loss: Kernel<CrossEntropyAttributes> = {
  ...make("loss", [sums, output], "line"),
  workgroups: (site) => [isNone(site) ? 0 : 1, 1, 1],
};

// ── the op ──────────────────────────────────────────────────────────────────

function checkShapes(scores: Shape, classes: Shape): void {
  checkShape(`${where}: input`, scores);
  if (scores.length === 0)
    throw new ShapeError(`${where}: input is a scalar; a score for each class, or samples × classes, would fit`);
  const wanted = scores.toSpliced(classAxis(scores), 1);
  if (!sameShape(wanted, classes)) {
    throw new ShapeError(
      `${where}: input is ${shapeText(scores)}, target is ${shapeText(classes)}; ${shapeText(wanted)}, a class for each sample, would fit`,
    );
  }
}

export const crossEntropy = defineOp<"input" | "target", never, CrossEntropyAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html",
  inputs: [
    { name: "input" },
    { name: "target", type: "index", below: ({ input: scores }) => scores[classAxis(scores)] },
  ],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["reduction"]);
    return { reduction: oneOf(where, given, "reduction", reductions, "mean") };
  },
  shape(inputs, { reduction }) {
    checkShapes(inputs.input, inputs.target);
    return { output: reduction === "none" ? inputs.target : [] };
  },
  formula(_, index, operands, { reduction }) {
    if (reduction === "none") return lossOf(operands.input, operands.target, index);
    const { shape } = operands.target;
    const total = over(size(shape), (k) => lossOf(operands.input, operands.target, unravel(shape, k)));
    return reduction === "mean" ? quotient(total, constant(size(shape))) : total;
  },
  kernels: {
    forward: [...summarizing<CrossEntropyAttributes>(linesOf), oneByOne, together, added, loss],
    gradient: {
      input: [
        ...summarizing<CrossEntropyAttributes>(linesOf),
        make("slopes", [input, target, whole, { gradient: "input" }, { upstream: "output" }], "cells"),
      ],
    },
  },
  cases: [
    { shapes: { input: [2, 3], target: [2] } },
    { shapes: { input: [4], target: [] } },
    { shapes: { input: [1, 1], target: [1] } },
    { shapes: { input: [3, 5], target: [3] }, attributes: { reduction: "none" } },
    { shapes: { input: [2, 3, 2, 2], target: [2, 2, 2] }, attributes: { reduction: "sum" } },
    { shapes: { input: [17, 3], target: [17] } },
    { shapes: { input: [2, 41], target: [2] } },
  ],
});
