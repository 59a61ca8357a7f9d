/** Batch normalization: each channel has its mean taken out and its spread made 1, by the batch or by running statistics. */
import { flag, only } from "../core/attributes";
import { constant, type Formula } from "../core/formula";
import type { Binding, Kernel, Site } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import { difference, product, quotient, sum } from "../core/rule";
import { checkShape, ShapeError, shapeText, size, type Index, type Shape } from "../core/shape";
import code from "../../shaders/batch_norm.wgsl?raw";
import math from "../../shaders/math.wgsl?raw";
import common from "../../shaders/normalize.wgsl?raw";
import { onLines, scratchOfLines, sharedBy, type Lines } from "./lines";
import {
  checkVector,
  finishing,
  measuring,
  multiplying,
  normalized,
  presence,
  returning,
  rootOf,
  statisticsOf,
  type Make,
  type Statistics,
} from "./normalize";

const where = "batch_norm";
const shader = { file: "batch_norm.wgsl", code: `${code}\n${common}\n${math}` };

interface BatchNormAttributes extends Readonly<Record<string, unknown>> {
  /** Whether the statistics are those of the batch. */
  readonly training: boolean;
}
type BatchNormSite = Site<BatchNormAttributes>;

/** Samples, channels, and cells of a channel in a sample. */
const partsOf = (shape: Shape): readonly [number, number, number] => [shape[0], shape[1], size(shape.slice(2))];

/** A channel is a line: one run of cells in each sample. */
function channelsOf({ inputs }: Pick<Site, "inputs">): Lines {
  const [samples, channels, inner] = partsOf(inputs["input"]);
  return { lines: channels, length: samples * inner, inner };
}

// ── the formula ─────────────────────────────────────────────────────────────

/** The cells of a channel, sample by sample. */
function cellsOf(input: Operand, channel: number): (k: number) => Formula {
  const [, channels, inner] = partsOf(input.shape);
  return (k) => input.flat((Math.floor(k / inner) * channels + channel) * inner + (k % inner));
}

const batchStatistics = (input: Operand, channel: number, eps: Formula): Statistics => {
  const { lines, length } = channelsOf({ inputs: { input: input.shape } });
  return statisticsOf(channel, lines, length, cellsOf(input, channel), eps);
};

/** old · (1 − momentum) + new · momentum */
const followed = (old: Formula, now: Formula, momentum: Formula): Formula =>
  sum(product(difference(constant(1), momentum), old), product(momentum, now));

// ── kernels ─────────────────────────────────────────────────────────────────

const scratch = (site: BatchNormSite): Readonly<Record<string, number>> => ({
  ...scratchOfLines(channelsOf(site)),
  sums: 2 * channelsOf(site).lines,
});

/** Makes the kernels of one mode, which are idle in the other. */
const making =
  (training: boolean): Make<BatchNormAttributes> =>
  (entry, binds, owns) => ({
    ...onLines<BatchNormAttributes>({
      shader,
      entry,
      binds,
      lines: channelsOf,
      owns,
      words(site) {
        const [, channels, inner] = partsOf(site.inputs["input"]);
        return [inner, inner, channels * inner, 0, ...presence(site)];
      },
      idle: ({ attributes }) => attributes.training !== training,
    }),
    scratch,
  });
const byBatch = making(true);
const byRunning = making(false);

const whole: Binding = { scratch: "whole" };
const partial: Binding = { scratch: "partial" };
const oldMean: Binding = { input: "running_mean" };
const oldVariance: Binding = { input: "running_var" };
const newMean: Binding = { output: "running_mean" };
const newVariance: Binding = { output: "running_var" };

const fixing = byRunning("fixed", [oldMean, whole, oldVariance], "line");
const forward: readonly Kernel<BatchNormAttributes>[] = [
  ...measuring(byBatch),
  byBatch("running", [partial, oldMean, oldVariance, newMean, newVariance], "line"),
  fixing,
  byRunning("unchanged", [newMean, oldMean, oldVariance, newVariance], "line"),
  finishing(byBatch),
  finishing(byRunning),
];

const slopes = (make: Make<BatchNormAttributes>): readonly Kernel<BatchNormAttributes>[] => [
  multiplying(make),
  make("slopes", [partial, { gradient: "weight" }], "line"),
];
const scaling = byRunning(
  "scale",
  [{ upstream: "output" }, { gradient: "input" }, whole, { input: "weight" }],
  "cells",
);
/** In both modes alike, so that neither may be idle. */
const always = (kernel: Kernel<BatchNormAttributes>): Kernel<BatchNormAttributes> => ({
  ...kernel,
  workgroups: (site) => kernel.workgroups({ ...site, attributes: { training: true } }),
});
const ofBias = [
  byBatch("plain", [{ upstream: "output" }, partial], "part"),
  byBatch("shifts", [partial, { gradient: "bias" }], "line"),
].map(always);

// ── the op ──────────────────────────────────────────────────────────────────

type Name = "input" | "weight" | "bias" | "running_mean" | "running_var";

function checkInput(input: Shape, training: boolean): void {
  checkShape(`${where}: input`, input);
  if (input.length < 2)
    throw new ShapeError(`${where}: input is ${shapeText(input)}; samples × channels, or more dimensions, would fit`);
  if (training && size(input) === input[1]) {
    throw new ShapeError(
      `${where}: input is ${shapeText(input)}, one cell for each channel has no variance to train on; two or more would fit`,
    );
  }
}

export const batchNorm = defineOp<Name, "eps" | "momentum", BatchNormAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html",
  inputs: [
    { name: "input" },
    { name: "weight", optional: true },
    { name: "bias", optional: true },
    { name: "running_mean", differentiable: false },
    { name: "running_var", differentiable: false, nonnegative: true },
  ],
  scalars: [
    { name: "eps", symbol: "ε", tex: "\\varepsilon", initial: 1e-5 },
    { name: "momentum", symbol: "momentum", tex: "\\mathrm{momentum}", initial: 0.1 },
  ],
  outputs: [
    { name: "output" },
    { name: "running_mean", differentiable: false },
    { name: "running_var", differentiable: false },
  ],
  attributes(given) {
    only(where, given, ["training"]);
    return { training: flag(where, given, "training", false) };
  },
  shape(inputs, { training }) {
    checkInput(inputs.input, training);
    const [, channels] = inputs.input;
    for (const name of ["weight", "bias", "running_mean", "running_var"] as const)
      checkVector(where, name, inputs[name], channels, "channel");
    return { output: inputs.input, running_mean: [channels], running_var: [channels] };
  },
  formula(output, index, operands, { training }, { eps, momentum }) {
    const at: Index = [output === "output" ? index[1] : index[0]];
    const [mean, variance] = [operands.running_mean.cell(at), operands.running_var.cell(at)];
    const batch = batchStatistics(operands.input, at[0], eps);
    if (output === "running_mean") return training ? followed(mean, batch.mean, momentum) : mean;
    const { lines, length } = channelsOf({ inputs: { input: operands.input.shape } });
    if (output === "running_var")
      return training ? followed(variance, quotient(batch.squares, constant(length - 1)), momentum) : variance;
    const fixed = { mean, r: sharedBy("r", at[0], lines, rootOf(variance, eps)) };
    const optional = (name: "weight" | "bias") => (name in operands ? operands[name].cell(at) : undefined);
    return normalized(operands.input.cell(index), training ? batch : fixed, optional("weight"), optional("bias"));
  },
  kernels: {
    forward,
    gradient: {
      input: [...measuring(byBatch), ...returning(byBatch), fixing, scaling],
      weight: [...measuring(byBatch), ...slopes(byBatch), fixing, ...slopes(byRunning)],
      bias: ofBias,
    },
  },
  cases: [true, false].flatMap((training) => [
    { shapes: vectors([2, 3], 3), attributes: { training } },
    { shapes: vectors([3, 2, 5], 2), attributes: { training } },
    { shapes: vectors([2, 1, 3, 3], 1), attributes: { training } },
    { shapes: { input: [4, 3], running_mean: [3], running_var: [3] }, attributes: { training } },
    { shapes: vectors([2, 2, 3, 7], 2), attributes: { training } },
    { shapes: vectors([67, 2], 2), attributes: { training } },
  ]),
});

/** Shapes of a call with everything in it. */
function vectors(input: Shape, channels: number): Readonly<Record<Name, Shape>> {
  return { input, weight: [channels], bias: [channels], running_mean: [channels], running_var: [channels] };
}
