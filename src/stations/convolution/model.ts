/**
 * What station 7 computes: O = conv2d(I, F, b), its gradients, each gradient also as the convolution that it is, and what
 * the windows leave behind one after the other.
 */
import { Graph, type Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { conv2d } from "../../ops/conv2d";
import { cumsum } from "../../ops/cumsum";
import { mul } from "../../ops/mul";
import { sum } from "../../ops/sum";
import { transpose } from "../../ops/transpose";
import { unfold } from "../../ops/unfold";
import type { Axis } from "../../ops/window";
import { paddingRing, type Ring } from "../../story/sliding";
import { mostAuxiliary, spreadOut, summed, turned, writerOf, type Spread, type Summed } from "./convolutions";
import { attributesOf, columnsOf, rowsOf, sideOf, type Setting } from "./setting";

/** Gradients as each position leaves them, positions first: what they show while windows send back one by one. */
export interface Scattered {
  readonly dI?: Tensor;
  readonly dF?: Tensor;
  readonly db?: Tensor;
}

export interface Model {
  readonly setting: Setting;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly tape: Tape;
  /** [C, H, W], [O, C / groups, K, K], [O] and [O, h, w]. */
  readonly I: Tensor;
  readonly F: Tensor;
  readonly b: Tensor;
  readonly O: Tensor;
  readonly dI: Tensor;
  readonly dF: Tensor;
  readonly db: Tensor;
  readonly dO: Tensor;
  readonly forward: Step;
  readonly gradientI: Step;
  readonly gradientF: Step;
  readonly gradientB: Step;
  readonly ring: Ring;
  readonly spread: Spread;
  readonly turned: Tensor;
  /** The gradients by convolutions; that of the filter is [C / groups, O, K′, K′] with K′ ≥ K where a margin is unread. */
  readonly convolved: { readonly dI: Tensor; readonly dF: Tensor; readonly db: Tensor };
  readonly sums: { readonly O?: Summed; readonly dI?: Summed; readonly dF?: Summed; readonly db?: Tensor };
  readonly scattered: Scattered;
  /** Given tensors whose numbers the structure alone decides. */
  readonly fixed: ReadonlyMap<Tensor, Float32Array>;
}

const named = (tensor: Tensor): string => `d${tensor.name}`;

/** Records everything. Throws the ShapeError of conv2d where the setting does not fit together. */
export function model(setting: Setting): Model {
  const { height, width, kernel_size, in_channels, out_channels, groups } = setting;
  const [rows, columns] = [rowsOf(setting), columnsOf(setting)];
  const graph = new Graph();
  const I = graph.given("I", [in_channels, height, width]);
  const perGroup = Math.max(1, Math.floor(in_channels / groups));
  const F = graph.given("F", [out_channels, perGroup, kernel_size, kernel_size]);
  const b = graph.given("b", [out_channels]);
  const O = graph.apply(conv2d, { input: I, weight: F, bias: b }, { attributes: attributesOf(setting), names: "O" });
  const dO = graph.given({ name: "dO", tex: "dO" }, O.shape);
  const tape = new Tape(graph);
  const [forward] = tape.forward();
  const gradient = tape.backward(O, { of: [I, F, b], upstream: dO, name: named }, add);
  const [dI, dF, db] = [I, F, b].map((tensor) => gradient.get(tensor)!);
  const base = { graph, tape, setting, I, F, b, dO };
  const convolved = asConvolutions(base);
  const { scattered, fixed } = scatter(base);
  const writer = (tensor: Tensor): Step => tape.steps.find((step) => step.writes.includes(tensor))!;
  return {
    setting,
    rows,
    columns,
    tape,
    I,
    F,
    b,
    O,
    dI,
    dF,
    db,
    dO,
    forward,
    gradientI: writer(dI),
    gradientF: writer(dF),
    gradientB: writer(db),
    ring: paddingRing(graph, in_channels, sideOf(rows), sideOf(columns)),
    ...convolved,
    scattered,
    fixed: new Map([...fixed, [convolved.spread.oneHot, convolved.spread.numbers]]),
  };
}

interface Base {
  readonly graph: Graph;
  readonly tape: Tape;
  readonly setting: Setting;
  readonly I: Tensor;
  readonly F: Tensor;
  readonly b: Tensor;
  readonly dO: Tensor;
}

/** The gradients as the convolutions that they are, with the products of all three. */
function asConvolutions({ graph, tape, setting, I, F, dO }: Base) {
  const { height, width, kernel_size, stride, padding, dilation, in_channels, groups } = setting;
  const over = (tensor: Tensor): Tensor => graph.view(tensor, [1, ...tensor.shape]);
  const more = dilation * (kernel_size - 1);
  const spread = spreadOut(tape, dO, [height + more, width + more], stride, more - padding);
  const back = turned(graph, F, groups);
  const slide = { stride: 1, padding: 0, dilation, groups };
  const dI = graph.apply(
    conv2d,
    { input: spread.spread, weight: back },
    { attributes: slide, names: { name: "dI as a convolution", tex: "dI" } },
  );
  const perGroup = in_channels / groups;
  const samples = graph.apply(
    transpose,
    { input: graph.view(I, [groups, perGroup, height, width]) },
    { attributes: { dim0: 0, dim1: 1 }, names: { name: "I, its channels as samples", tex: "I^{\\leftrightarrow}" } },
  );
  const filter = graph.view(dO, [dO.shape[0], 1, ...dO.shape.slice(1)]);
  const across = { stride: dilation, padding, dilation: stride, groups };
  const dF = graph.apply(
    conv2d,
    { input: samples, weight: filter },
    { attributes: across, names: { name: "dF as a convolution", tex: "dF" } },
  );
  const db = graph.apply(
    sum,
    { input: dO },
    { attributes: { dim: [1, 2] }, names: { name: "db as a sum", tex: "db" } },
  );
  const positions = dO.shape[1] * dO.shape[2];
  const sums = {
    O: summed(graph, over(I), F, attributesOf(setting), "O"),
    dI: summed(graph, over(spread.spread), back, slide, "dI"),
    dF: summed(graph, samples, filter, across, "dF"),
    db:
      size(dO.shape) > mostAuxiliary
        ? undefined
        : graph.apply(
            cumsum,
            { input: graph.view(dO, [dO.shape[0], positions]) },
            { attributes: { dim: 1 }, names: "running sums of db" },
          ),
  };
  tape.forward();
  return { spread, turned: back, convolved: { dI, dF, db }, sums: defined(sums) };
}

/** The entries that are there. */
const defined = <T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/**
 * The gradients position by position, where there are not too many numbers. That of the input by the verified kernel: the
 * convolution runs once per position, stacked, and copy p receives dO from position p alone.
 */
function scatter(base: Base): {
  readonly scattered: Scattered;
  readonly fixed: ReadonlyMap<Tensor, Float32Array>;
} {
  const { graph, tape, I, F, dO } = base;
  const positions = dO.shape[1] * dO.shape[2];
  const most = positions * Math.max(size(I.shape), size(F.shape), size(dO.shape), positions);
  if (most > mostAuxiliary) return { scattered: {}, fixed: new Map() };
  const alone = graph.given("one position at a time", [positions, 1, positions]);
  const scattered = {
    dI: sentToInput(base, alone, positions),
    dF: sentToFilter(base, positions),
    db: sentToBias(base),
  };
  tape.forward();
  return { scattered, fixed: new Map([[alone, unitMatrix(positions)]]) };
}

function unitMatrix(n: number): Float32Array {
  const data = new Float32Array(n * n);
  for (let row = 0; row < n; row++) data[row * n + row] = 1;
  return data;
}

function sentToInput({ graph, tape, setting, I, F, dO }: Base, alone: Tensor, positions: number): Tensor {
  const [outputs, high, wide] = dO.shape;
  const parts = graph.apply(
    mul,
    { a: graph.view(dO, [1, outputs, positions]), b: alone },
    { names: "dO, one position at a time" },
  );
  const copies = graph.apply(
    mul,
    { a: graph.view(I, [1, ...I.shape]), b: graph.filled("ones", [positions, 1, 1, 1], 1) },
    { names: "I, once per position" },
  );
  const stacked = graph.apply(
    conv2d,
    { input: copies, weight: F },
    { attributes: attributesOf(setting), names: "O, once per position" },
  );
  tape.forward();
  const upstream = graph.view(parts, [positions, outputs, high, wide]);
  const sent = tape.gradient(writerOf(graph, stacked), "input", { output: upstream }, "sent back by each position");
  return graph.apply(cumsum, { input: sent }, { attributes: { dim: 0 }, names: "dI, position by position" });
}

function sentToFilter({ graph, setting, I, F, dO }: Base, positions: number): Tensor {
  const { groups, kernel_size, ...window } = setting;
  const { stride, padding, dilation } = window;
  const outputs = dO.shape[0];
  const taps = size(F.shape) / outputs;
  const patches = graph.apply(
    unfold,
    { input: graph.view(I, [1, ...I.shape]) },
    { attributes: { kernel_size, stride, padding, dilation }, names: "windows of I" },
  );
  const products = graph.apply(
    mul,
    {
      a: graph.view(patches, [groups, 1, taps, positions]),
      b: graph.view(dO, [groups, outputs / groups, 1, positions]),
    },
    { names: "products of dF, position by position" },
  );
  const running = graph.apply(
    cumsum,
    { input: graph.view(products, [outputs * taps, positions]) },
    { attributes: { dim: 1 }, names: "running sums of dF, position by position" },
  );
  const first = graph.apply(
    transpose,
    { input: running },
    { attributes: { dim0: 0, dim1: 1 }, names: "dF, position by position" },
  );
  return graph.view(first, [positions, ...F.shape]);
}

function sentToBias({ graph, dO }: Base): Tensor {
  const [outputs, high, wide] = dO.shape;
  const running = graph.apply(
    cumsum,
    { input: graph.view(dO, [outputs, high * wide]) },
    { attributes: { dim: 1 }, names: "sums of dO" },
  );
  return graph.apply(
    transpose,
    { input: running },
    { attributes: { dim0: 0, dim1: 1 }, names: "db, position by position" },
  );
}
