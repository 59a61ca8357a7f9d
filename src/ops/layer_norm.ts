/** Layer normalization: each row along the last axis has its mean taken out and its spread made 1. */
import { only } from "../core/attributes";
import { linearGrid, type Binding, type Kernel, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import type { Choice } from "../core/recipe";
import { checkShape, ShapeError } from "../core/shape";
import code from "../../shaders/layer_norm.wgsl?raw";
import math from "../../shaders/math.wgsl?raw";
import shared from "../../shaders/normalize.wgsl?raw";
import rows from "../../shaders/rows.wgsl?raw";
import { groupOf, lineAt, linesAlong, onLines, scratchOfLines, sharingOf, type Lines, type Sharing } from "./lines";
import {
  checkVector,
  finishing,
  measuring,
  normalized,
  presence,
  returning,
  statisticsOf,
  type Make,
} from "./normalize";
import { splitDepth, width } from "./reduction";

const where = "layer_norm";
const shader = { file: "layer_norm.wgsl", code: `${code}\n${rows}\n${shared}\n${math}` };

const linesOf = ({ inputs }: Site): Lines => linesAlong(inputs["input"], inputs["input"].length - 1);

// ── kernels ─────────────────────────────────────────────────────────────────

/** Rows of a column's sum are dealt out to `parts` threads, `chunk` each. */
const splitRows = ({ lines, length }: Lines) => splitDepth(length, lines);

/** Quads that a row may touch, and the next whole number; `quadsPerRow` in the shader. */
const quadsPerRow = (length: number): number => Math.floor((length + 2) / 4) + 1;

/** Scratch beside that of all lines: weight and bias by fours, the sums of each line, and those of parts of columns. */
function scratch(site: Site): Readonly<Record<string, number>> {
  const place = linesOf(site);
  const { parts } = splitRows(place);
  return {
    ...scratchOfLines(place),
    sums: 2 * place.lines,
    affine: 8 * groupOf(place.length) * quadsPerRow(place.length),
    parts: parts === 1 ? 1 : parts * place.length,
  };
}

function make(entry: string, binds: readonly Binding[], owns: "group" | "line" | "part" | "cells"): Kernel {
  const words = (site: Site): readonly number[] => {
    const place = linesOf(site);
    const { parts, chunk } = splitRows(place);
    return [place.length, place.length, 0, 1, ...presence(site), parts, chunk];
  };
  return { ...onLines({ shader, entry, binds, lines: linesOf, owns, words }), scratch };
}
const common: Make<Site["attributes"]> = make;

const input: Binding = { input: "input" };
const weight: Binding = { input: "weight" };
const bias: Binding = { input: "bias" };
const output: Binding = { output: "output" };
const upstream: Binding = { upstream: "output" };
const gradient: Binding = { gradient: "input" };
const affine: Binding = { scratch: "affine" };
const whole: Binding = { scratch: "whole" };

const layingOut: Kernel = {
  ...make("affine", [affine, weight, bias], "line"),
  workgroups(site) {
    const { length } = linesOf(site);
    return linearGrid(groupOf(length) * quadsPerRow(length), width);
  },
};

/** What `sharingOf` calls lines are short rows here. */
const choose = (families: Choice["families"] & Readonly<Record<Sharing, readonly Kernel[]>>): Choice => ({
  families,
  suited: (site) => sharingOf(linesOf(site)),
  probe: { shapes: { input: [1024, 256], weight: [256], bias: [256] } },
});

const forward = choose({
  rows: [layingOut, make("rows", [input, output, affine], "group")],
  lines: [make("short", [input, output, weight, bias], "line")],
  parts: [...measuring(common), finishing(common)],
});
const backward = choose({
  rows: [layingOut, make("rowsBack", [input, gradient, affine, upstream], "group")],
  lines: [make("shortBack", [input, gradient, weight, upstream], "line")],
  parts: [...measuring(common), ...returning(common)],
});

const parts: Binding = { scratch: "parts" };
/** The dispatches that sum over the rows of each column. `total.wgsl` knows of no eps, and cannot add the pieces up. */
const overRows = (entry: string, target: Binding, reads: readonly Binding[]): readonly Kernel[] => [
  {
    ...make(entry, [upstream, target, ...reads, parts], "line"),
    workgroups(site) {
      const place = linesOf(site);
      return linearGrid(place.length * splitRows(place).parts, width);
    },
  },
  {
    ...make("addUp", [parts, target], "line"),
    workgroups(site) {
      const place = linesOf(site);
      return splitRows(place).parts === 1 ? [0, 1, 1] : linearGrid(place.length, width);
    },
  },
];
const ofWeight = [...measuring(common), ...overRows("columns", { gradient: "weight" }, [whole, input])];
const ofBias = overRows("plainColumns", { gradient: "bias" }, []);

export const layerNorm = defineOp({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html",
  inputs: [
    { name: "input" },
    // What each number of a row sends back is its x̂, and their mean square is 1, even where one of them is 0.
    { name: "weight", optional: true, scale: 1 },
    { name: "bias", optional: true },
  ],
  scalars: [{ name: "eps", symbol: "ε", tex: "\\varepsilon", initial: 1e-5 }],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape(inputs) {
    checkShape(`${where}: input`, inputs.input);
    const length = inputs.input.at(-1);
    if (length === undefined)
      throw new ShapeError(`${where}: input is a scalar; a shape with a last dimension to normalize over would fit`);
    for (const name of ["weight", "bias"] as const) checkVector(where, name, inputs[name], length, "column");
    return { output: inputs.input };
  },
  formula(_, index, operands, _attributes, { eps }) {
    const { shape } = operands.input;
    const axis = shape.length - 1;
    const cell = (k: number) => operands.input.cell(index.with(axis, k));
    const { lines, length } = linesAlong(shape, axis);
    const statistics = statisticsOf(lineAt(shape, axis, index), lines, length, cell, eps);
    const column = [index[axis]];
    // An optional operand is there or not, whatever its type says.
    const at = (name: "weight" | "bias") => (name in operands ? operands[name].cell(column) : undefined);
    return normalized(operands.input.cell(index), statistics, at("weight"), at("bias"));
  },
  kernels: { forward, gradient: { input: backward, weight: ofWeight, bias: ofBias } },
  cases: [
    { shapes: { input: [2, 3], weight: [3], bias: [3] } },
    { shapes: { input: [1], weight: [1], bias: [1] }, scalars: { eps: 0.5 } },
    { shapes: { input: [3, 4] } },
    { shapes: { input: [2, 2, 6], weight: [6] } },
    { shapes: { input: [5, 7], weight: [7], bias: [7] } },
    { shapes: { input: [3, 9], bias: [9] } },
    { shapes: { input: [1, 131], weight: [131], bias: [131] } },
    { shapes: { input: [67, 5], weight: [5], bias: [5] } },
  ],
});
