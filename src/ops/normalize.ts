/** What layer_norm and batch_norm share: how lines of cells are normalized, as a formula and in kernels. */
import { constant, over, type Apply, type Formula } from "../core/formula";
import type { Binding, Kernel, Site } from "../core/kernel";
import { difference, product, quotient, square, sum } from "../core/rule";
import { ShapeError, shapeText, type Shape } from "../core/shape";
import { reciprocalSquareRoot } from "../core/transcendental";
import { sharedBy } from "./lines";

/** The mean of a line, the sum of its squared distances from it, and r = 1 / √(σ² + ε); all cells of the line share them. */
export interface Statistics {
  readonly mean: Formula;
  readonly squares: Formula;
  readonly r: Formula;
}

/** The statistics of line number `line` of `lines`, whose cells are `cell(0)` to `cell(length − 1)`. */
export function statisticsOf(
  line: number,
  lines: number,
  length: number,
  cell: (k: number) => Formula,
  eps: Formula,
): Statistics {
  const mean = sharedBy("μ", line, lines, quotient(over(length, cell), constant(length)));
  const squares = sharedBy(
    "Q",
    line,
    lines,
    over(length, (k) => square(difference(cell(k), mean))),
  );
  return { mean, squares, r: sharedBy("r", line, lines, rootOf(quotient(squares, constant(length)), eps)) };
}

/** 1 / √(variance + ε) */
export const rootOf = (variance: Formula, eps: Formula): Apply => reciprocalSquareRoot(sum(variance, eps));

/** (x − μ) · r · weight + bias, without those that are not there. */
export function normalized(
  x: Formula,
  { mean, r }: Pick<Statistics, "mean" | "r">,
  weight: Formula | undefined,
  bias: Formula | undefined,
): Formula {
  const centred = product(difference(x, mean), r);
  const scaled = weight ? product(centred, weight) : centred;
  return bias ? sum(scaled, bias) : scaled;
}

/** Refuses a weight, a bias or statistics that do not have one cell per `what`. */
export function checkVector(where: string, name: string, shape: Shape | undefined, cells: number, what: string): void {
  if (shape && (shape.length !== 1 || shape[0] !== cells))
    throw new ShapeError(`${where}: ${name} is ${shapeText(shape)}; ${cells}, one for each ${what}, would fit`);
}

/** Whether a site has a weight and a bias, as words of a uniform block. */
export const presence = ({ inputs }: Pick<Site, "inputs">): readonly [number, number] => [
  "weight" in inputs ? 1 : 0,
  "bias" in inputs ? 1 : 0,
];

const partial: Binding = { scratch: "partial" };
const whole: Binding = { scratch: "whole" };
const sums: Binding = { scratch: "sums" };
const input: Binding = { input: "input" };
const upstream: Binding = { upstream: "output" };
const weight: Binding = { input: "weight" };

/** Makes a kernel of the op's shader from what tells it from the others. */
export type Make<A> = (entry: string, binds: readonly Binding[], owns: "line" | "part" | "cells") => Kernel<A>;

/** The dispatches that leave μ and r of each line in the scratch buffer `whole`. */
export const measuring = <A>(make: Make<A>): readonly Kernel<A>[] => [
  make("part", [input, partial], "part"),
  make("combine", [partial, whole], "line"),
];

/** The dispatch that normalizes, once `whole` is there. */
export const finishing = <A>(make: Make<A>): Kernel<A> =>
  make("finish", [input, { output: "output" }, whole, weight, { input: "bias" }], "cells");

/** The dispatch that leaves Σ g and Σ g · (x − μ) · r of each part in `partial`; with `across` it reads the weight. */
export const multiplying = <A>(make: Make<A>): Kernel<A> =>
  make("products", [upstream, partial, whole, weight, input], "part");

/** The gradient of the input, from the statistics on. */
export const returning = <A>(make: Make<A>): readonly Kernel<A>[] => [
  multiplying(make),
  make("total", [partial, sums], "line"),
  make("finishBack", [upstream, { gradient: "input" }, whole, weight, input, sums], "cells"),
];
