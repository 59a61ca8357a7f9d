/** Softmax along one axis, shifted by the largest of each line so that nothing overflows. */
import { integer, only } from "../core/attributes";
import { largestOver, over, type Apply, type Formula } from "../core/formula";
import type { Binding, Kernel } from "../core/kernel";
import { defineOp, type Operand } from "../core/op";
import type { Choice } from "../core/recipe";
import { quotient } from "../core/rule";
import { axisOf, checkShape, type Index, type Shape } from "../core/shape";
import { shifted } from "../core/shifted";
import { exponential } from "../core/transcendental";
import rows from "../../shaders/rows.wgsl?raw";
import code from "../../shaders/softmax.wgsl?raw";
import { lineAt, linesAlong, onLines, sharedBy, sharingOf, type LinesOf } from "./lines";

const where = "softmax";

interface SoftmaxAttributes extends Readonly<Record<string, unknown>> {
  readonly dim: number;
}

/** The axis of a shape; a scalar is a line of one cell, as in PyTorch. Throws ShapeError. */
const axisFor = (shape: Shape, dim: number): number =>
  shape.length === 0 && (dim === 0 || dim === -1) ? 0 : axisOf(where, shape, dim);

/** What the cells of a line along `axis` share, `index` being one of them: m, the largest, and S = Σ e^(x − m). */
export function summaryOf(input: Operand, axis: number, index: Index) {
  const { shape } = input;
  const line = lineAt(shape, axis, index);
  const { lines, length } = linesAlong(shape, axis);
  const cell = (k: number): Formula => (shape.length === 0 ? input.flat(0) : input.cell(index.with(axis, k)));
  const largest = sharedBy("m", line, lines, largestOver(length, cell));
  const less = (x: Formula): Apply => shifted(x, largest);
  const powers = over(length, (k) => exponential(less(cell(k))));
  return { less, total: sharedBy("S", line, lines, powers) };
}

// ── kernels ─────────────────────────────────────────────────────────────────

const shader = { file: "softmax.wgsl", code: `${code}\n${rows}` };
const partial: Binding = { scratch: "partial" };
const whole: Binding = { scratch: "whole" };

/** The dispatches that leave m and S of each line in the scratch buffer `whole`. */
export const summarizing = <A>(lines: LinesOf<A>): readonly Kernel<A>[] => [
  onLines({ shader, entry: "part", binds: [{ input: "input" }, partial], lines, owns: "part" }),
  onLines({ shader, entry: "combine", binds: [partial, whole], lines, owns: "line" }),
];

const lines: LinesOf<SoftmaxAttributes> = ({ inputs, attributes }) =>
  linesAlong(inputs["input"], axisFor(inputs["input"], attributes.dim));

const choice = {
  suited: (site: Parameters<typeof lines>[0]) => sharingOf(lines(site)),
  probe: { shapes: { input: [1024, 256] }, attributes: { dim: -1 } },
};

const written = [{ input: "input" }, { output: "output" }] as const;
const forward: Choice<SoftmaxAttributes> = {
  ...choice,
  families: {
    rows: [onLines({ shader, entry: "rows", binds: written, lines, owns: "group" })],
    lines: [onLines({ shader, entry: "lines", binds: written, lines, owns: "line" })],
    parts: [
      ...summarizing(lines),
      onLines({ shader, entry: "finish", binds: [...written, whole], lines, owns: "cells" }),
    ],
  },
};

const upstream: Binding = { upstream: "output" };
const output: Binding = { output: "output" };
const back = [upstream, { gradient: "input" }, output] as const;
const backward: Choice<SoftmaxAttributes> = {
  ...choice,
  families: {
    rows: [onLines({ shader, entry: "backwardRows", binds: back, lines, owns: "group" })],
    lines: [onLines({ shader, entry: "backwardLines", binds: back, lines, owns: "line" })],
    parts: [
      onLines({ shader, entry: "backwardPart", binds: [upstream, partial, output], lines, owns: "part" }),
      onLines({ shader, entry: "backwardCombine", binds: [partial, whole], lines, owns: "line" }),
      onLines({ shader, entry: "backwardFinish", binds: [...back, whole], lines, owns: "cells" }),
    ],
  },
};

export const softmax = defineOp<"input", never, SoftmaxAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html",
  inputs: [{ name: "input" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, ["dim"]);
    return { dim: integer(where, given, "dim", undefined) };
  },
  shape({ input }, { dim }) {
    checkShape(`${where}: input`, input);
    axisFor(input, dim);
    return { output: input };
  },
  formula(_, index, { input }, { dim }) {
    const { less, total } = summaryOf(input, axisFor(input.shape, dim), index);
    return quotient(exponential(less(input.shape.length === 0 ? input.flat(0) : input.cell(index))), total);
  },
  kernels: { forward, gradient: { input: backward } },
  cases: [
    { shapes: { input: [2, 3] }, attributes: { dim: 1 } },
    { shapes: { input: [] }, attributes: { dim: -1 } },
    { shapes: { input: [3, 1] }, attributes: { dim: 1 } },
    { shapes: { input: [4, 3] }, attributes: { dim: 0 } },
    { shapes: { input: [2, 3, 5] }, attributes: { dim: 1 } },
    { shapes: { input: [5, 7] }, attributes: { dim: -1 } },
    { shapes: { input: [3, 10] }, attributes: { dim: -1 } },
    { shapes: { input: [4, 8] }, attributes: { dim: -1 } },
    { shapes: { input: [1, 131] }, attributes: { dim: 1 } },
    { shapes: { input: [128, 2] }, attributes: { dim: 0 } },
  ],
});
