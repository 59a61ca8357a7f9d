/** The gradients of station 7 window by window: what each leaves behind, the windows along the first axis, sample by sample. */
import type { Graph, Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import { cumsum } from "../../ops/cumsum";
import { mul } from "../../ops/mul";
import { transpose } from "../../ops/transpose";
import { unfold } from "../../ops/unfold";
import { mostAuxiliary, writerOf } from "./convolutions";
import { asBatch } from "./images";
import { attributesOf, type Setting } from "./setting";

/** Gradients as each window leaves them, windows first: what they show while windows send back one by one. */
export interface Scattered {
  readonly dI?: Tensor;
  readonly dF?: Tensor;
  readonly db?: Tensor;
}

/** What all gradients are made from. */
export interface Base {
  readonly graph: Graph;
  readonly tape: Tape;
  readonly setting: Setting;
  readonly I: Tensor;
  readonly F: Tensor;
  readonly b: Tensor;
  readonly dO: Tensor;
}

/** How many windows there are on one sample, and on all. */
interface Windows {
  readonly each: number;
  readonly all: number;
}

/**
 * The gradients window by window, where there are not too many numbers. That of the input by the verified kernel: the
 * convolution runs once per window, stacked, and copy p receives dO from window p alone.
 */
export function scatter(base: Base): {
  readonly scattered: Scattered;
  readonly fixed: ReadonlyMap<Tensor, Float32Array>;
} {
  const { graph, tape, I, F, dO } = base;
  const [samples, , high, wide] = asBatch(dO.shape);
  const windows = { each: high * wide, all: samples * high * wide };
  const most = windows.all * Math.max(size(I.shape), size(F.shape), size(dO.shape), windows.all);
  if (most > mostAuxiliary) return { scattered: {}, fixed: new Map() };
  const alone = graph.given("one window at a time", [windows.all, samples, 1, windows.each]);
  const scattered = {
    dI: sentToInput(base, alone, windows),
    dF: sentToFilter(base, windows),
    db: sentToBias(base, windows),
  };
  tape.forward();
  return { scattered, fixed: new Map([[alone, unitMatrix(windows.all)]]) };
}

function unitMatrix(n: number): Float32Array {
  const data = new Float32Array(n * n);
  for (let row = 0; row < n; row++) data[row * n + row] = 1;
  return data;
}

/** The sums so far, down the first axis. */
const soFar = (graph: Graph, input: Tensor, names: string): Tensor =>
  graph.apply(cumsum, { input }, { attributes: { dim: 0 }, names });

function sentToInput({ graph, tape, setting, I, F, dO }: Base, alone: Tensor, { each, all }: Windows): Tensor {
  const [samples, outputs, high, wide] = asBatch(dO.shape);
  const image = asBatch(I.shape).slice(1);
  const parts = graph.apply(
    mul,
    { a: graph.view(dO, [1, samples, outputs, each]), b: alone },
    { names: "dO, one window at a time" },
  );
  const copies = graph.apply(
    mul,
    { a: graph.view(I, [1, samples, ...image]), b: graph.filled("ones", [all, 1, 1, 1, 1], 1) },
    { names: "I, once per window" },
  );
  const stacked = graph.apply(
    conv2d,
    { input: graph.view(copies, [all * samples, ...image]), weight: F },
    { attributes: attributesOf(setting), names: "O, once per window" },
  );
  tape.forward();
  const upstream = graph.view(parts, [all * samples, outputs, high, wide]);
  const sent = tape.gradient(writerOf(graph, stacked), "input", { output: upstream }, "sent back by each window");
  return soFar(graph, graph.view(sent, [all, ...I.shape]), "dI, window by window");
}

/** With windows before channels: [samples, x, windows] becomes [all windows, x]. */
function windowsFirst(graph: Graph, input: Tensor, { all }: Windows, names: string): Tensor {
  const first = graph.apply(transpose, { input }, { attributes: { dim0: 1, dim1: 2 }, names });
  return graph.view(first, [all, input.shape[1]]);
}

function sentToFilter({ graph, setting, I, F, dO }: Base, windows: Windows): Tensor {
  const { groups, kernel_size, stride, padding, dilation } = setting;
  const [samples, outputs] = asBatch(dO.shape);
  const taps = size(F.shape) / outputs;
  const patches = graph.apply(
    unfold,
    { input: graph.view(I, asBatch(I.shape)) },
    { attributes: { kernel_size, stride, padding, dilation }, names: "windows of I" },
  );
  const products = graph.apply(
    mul,
    {
      a: graph.view(patches, [samples, groups, 1, taps, windows.each]),
      b: graph.view(dO, [samples, groups, outputs / groups, 1, windows.each]),
    },
    { names: "products of dF, by filter" },
  );
  const flat = graph.view(products, [samples, outputs * taps, windows.each]);
  const parts = windowsFirst(graph, flat, windows, "products of dF, by window");
  return graph.view(soFar(graph, parts, "dF, window by window"), [windows.all, ...F.shape]);
}

function sentToBias({ graph, dO }: Base, windows: Windows): Tensor {
  const [samples, outputs] = asBatch(dO.shape);
  const flat = graph.view(dO, [samples, outputs, windows.each]);
  return soFar(graph, windowsFirst(graph, flat, windows, "dO by window"), "db, window by window");
}
