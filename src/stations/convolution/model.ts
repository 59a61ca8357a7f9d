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
import { sum } from "../../ops/sum";
import { transpose } from "../../ops/transpose";
import type { Axis } from "../../ops/window";
import { paddingRing, type Ring } from "../../story/sliding";
import { mostAuxiliary, spreadOut, summed, turned, type Spread, type Summed } from "./convolutions";
import { asBatch, imagesShape } from "./images";
import { scatter, type Base, type Scattered } from "./positions";
import { attributesOf, columnsOf, rowsOf, sideOf, type Setting } from "./setting";

export interface Model {
  readonly setting: Setting;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly tape: Tape;
  /** [C, H, W], [O, C / groups, K, K], [O] and [O, h, w]; I and O have their samples first where there are several. */
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
  const { batch, height, width, kernel_size, in_channels, out_channels, groups } = setting;
  const [rows, columns] = [rowsOf(setting), columnsOf(setting)];
  const graph = new Graph();
  const I = graph.given("I", imagesShape(batch, in_channels, height, width));
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
    gradientI: tape.writer(dI),
    gradientF: tape.writer(dF),
    gradientB: tape.writer(db),
    ring: paddingRing(graph, I.shape.slice(0, -2), sideOf(rows), sideOf(columns)),
    ...convolved,
    scattered,
    fixed: new Map([...fixed, [convolved.spread.oneHot, convolved.spread.numbers]]),
  };
}

/** The gradients as the convolutions that they are, with the products of all three. */
function asConvolutions({ graph, tape, setting, I, F, dO }: Base) {
  const { height, width, kernel_size, stride, padding, dilation, groups } = setting;
  const over = (tensor: Tensor): Tensor => graph.view(tensor, asBatch(tensor.shape));
  const more = dilation * (kernel_size - 1);
  const spread = spreadOut(tape, dO, [height + more, width + more], stride, more - padding);
  const back = turned(graph, F, groups);
  const slide = { stride: 1, padding: 0, dilation, groups };
  const dI = graph.apply(
    conv2d,
    { input: spread.spread, weight: back },
    { attributes: slide, names: { name: "dI as a convolution", tex: "dI" } },
  );
  const samples = channelsAsSamples(graph, I, setting);
  const filter = outputsAsFilters(graph, dO);
  const across = { stride: dilation, padding, dilation: stride, groups };
  const dF = graph.apply(
    conv2d,
    { input: samples, weight: filter },
    { attributes: across, names: { name: "dF as a convolution", tex: "dF" } },
  );
  const db = graph.apply(
    sum,
    { input: filter },
    { attributes: { dim: [1, 2, 3] }, names: { name: "db as a sum", tex: "db" } },
  );
  const sums = {
    O: summed(graph, over(I), F, attributesOf(setting), "O"),
    dI: summed(graph, over(spread.spread), back, slide, "dI"),
    dF: summed(graph, samples, filter, across, "dF"),
    db: size(dO.shape) > mostAuxiliary ? undefined : runningBias(graph, filter),
  };
  tape.forward();
  return { spread, turned: back, convolved: { dI, dF, db }, sums: defined(sums) };
}

/**
 * The input as the gradient of the filter reads it: each of a group's channels is a sample, whose channels are the
 * samples, so that their products add up.
 */
function channelsAsSamples(graph: Graph, I: Tensor, { batch, height, width, in_channels, groups }: Setting): Tensor {
  const perGroup = in_channels / groups;
  const exchanged = graph.apply(
    transpose,
    { input: graph.view(I, [batch, groups, perGroup, height, width]) },
    { attributes: { dim0: 0, dim1: 2 }, names: { name: "I, its channels as samples", tex: "I^{\\leftrightarrow}" } },
  );
  return graph.view(exchanged, [perGroup, groups * batch, height, width]);
}

/** The upstream gradient as filters: one for each output, with a channel for each sample. */
function outputsAsFilters(graph: Graph, dO: Tensor): Tensor {
  const batch = graph.view(dO, asBatch(dO.shape));
  const [samples] = batch.shape;
  if (samples === 1) return graph.view(dO, [dO.shape[0], 1, ...dO.shape.slice(1)]);
  return graph.apply(
    transpose,
    { input: batch },
    { attributes: { dim0: 0, dim1: 1 }, names: { name: "dO, its samples as channels", tex: "dO^{\\leftrightarrow}" } },
  );
}

const runningBias = (graph: Graph, filter: Tensor): Tensor =>
  graph.apply(
    cumsum,
    { input: graph.view(filter, [filter.shape[0], size(filter.shape) / filter.shape[0]]) },
    { attributes: { dim: 1 }, names: "running sums of db" },
  );

/** The entries that are there. */
const defined = <T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
