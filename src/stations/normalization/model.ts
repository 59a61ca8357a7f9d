/** What station 3 computes: statistics, the normalized batch, running averages, one cell moved, and the Jacobian. */
import { Graph, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { identity } from "../../ops/identity";
import { mean } from "../../ops/mean";
import { mul } from "../../ops/mul";
import { sub } from "../../ops/sub";
import { rowsOfJacobian, type Unrolled } from "./jacobian";
import { normalize, sharedAxis, type Method, type Running } from "./normalize";

/** What is turned that changes shapes or steps. */
export interface Structure {
  readonly method: Method;
  readonly samples: number;
  readonly features: number;
  /** Batches that the running averages have seen. */
  readonly batches: number;
}

/** A batch with the statistics that its cells share, and what is left when they are taken out. */
export interface Batch {
  readonly x: Tensor;
  /** One mean per feature, or per sample. */
  readonly mean: Tensor;
  readonly centred: Tensor;
  /** The biased variance, by which the batch is normalized. */
  readonly variance: Tensor;
}

/** A tape on which statistics of batches are taken. */
export interface Measured extends Structure {
  readonly tape: Tape;
  /** The batches' statistics; none where running averages take their place. */
  readonly batch: readonly Batch[];
  writer(tensor: Tensor): Step;
}

export interface Model extends Measured {
  /** The batches that are shown; the first is the one that is looked at closely. Inference has one. */
  readonly x: readonly Tensor[];
  /** The batches that the running averages are made of: in training the shown ones, in inference others before them. */
  readonly seen: readonly Tensor[];
  /** The running averages: the start, then after each batch. */
  readonly running: readonly Running[];
  /** The normalized batch with nothing else; one for each batch in training. */
  readonly normal: readonly Tensor[];
  /** Scaled by γ and shifted by β. */
  readonly y: Tensor;
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly eps: Tensor;
  readonly momentum: Tensor;
  readonly dy: Tensor;
  readonly gradient: ReadonlyMap<Tensor, Tensor>;
  readonly moved: Moved;
  readonly unrolled: Unrolled;
}
/** The same batch with one cell moved, and what becomes of the outputs. */
export interface Moved {
  /** The sample and the feature that the sliders ask for, which may lie beyond the batch; the same, as a step says it. */
  readonly askedFor: Tensor;
  readonly asked: Tensor;
  readonly by: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly difference: Tensor;
}

/** Samples of a batch that trains the running averages which inference then uses. */
const trainingSamples = 8;

export function model(structure: Structure): Model {
  const { method, samples, features } = structure;
  const graph = new Graph();
  const tape = new Tape(graph);
  const shape = [samples, features];
  const gamma = graph.given({ name: "γ", tex: "\\gamma" }, [features]);
  const beta = graph.given({ name: "β", tex: "\\beta" }, [features]);
  const eps = graph.scalar({ name: "ε", tex: "\\varepsilon" });
  const momentum = graph.scalar("momentum");
  const x = graph.given("x", shape);
  const start = startOf(graph, features);
  const { seen, running, others } = training(graph, structure, { x, start, eps, momentum });
  const used = { method, running: method === "inference" ? running.at(-1)! : start, eps, momentum };
  const call = (input: Tensor, name: string, tex = name): Tensor =>
    normalize(graph, { ...used, input, weight: gamma, bias: beta }, { output: { name, tex } }).output;
  const shownBatches = [x, ...others.map((other) => other.x)];
  const batch = method === "inference" ? [] : shownBatches.map((each, t) => statistics(graph, method, each, t));
  const first = normalize(graph, { ...used, input: x }, { output: { name: "x̂", tex: "\\hat x" } }).output;
  const y = call(x, "y");
  const moved = move(graph, x, y, (input) => call(input, "y′", "y'"));
  tape.forward();
  const dy = graph.given({ name: "dy", tex: "dy" }, shape);
  const gradient = tape.backward(
    y,
    { of: [x, gamma, beta], upstream: dy, name: ({ name, tex }) => ({ name: `d${name}`, tex: `d${tex}` }) },
    add,
  );
  const unrolled = rowsOfJacobian(tape, { ...used, input: x, weight: gamma });
  return {
    ...structure,
    tape,
    x: shownBatches,
    batch,
    seen,
    running,
    normal: [first, ...others.map((other) => other.normal)],
    y,
    gamma,
    beta,
    eps,
    momentum,
    dy,
    gradient,
    moved,
    unrolled,
    writer: (tensor) => tape.writer(tensor),
  };
}

const numbered = (name: string, tex: string, t: number): { name: string; tex: string } =>
  t === 0 ? { name, tex } : { name: `${name}, batch ${t + 1}`, tex: `${tex}^{(${t + 1})}` };

/** What PyTorch starts from: means of 0 and variances of 1. */
const startOf = (graph: Graph, features: number): Running => ({
  mean: graph.given({ name: "running mean", tex: "\\bar\\mu" }, [features]),
  variance: graph.given({ name: "running variance", tex: "\\bar\\sigma^2" }, [features]),
});

interface Trained {
  readonly seen: readonly Tensor[];
  readonly running: readonly Running[];
  /** The shown batches after the first, with what normalizing left of them. */
  readonly others: readonly { readonly x: Tensor; readonly normal: Tensor }[];
}

/** Batch by batch in training mode: each leaves running averages for the next. */
function training(
  graph: Graph,
  { method, samples, features, batches }: Structure,
  { x, start, eps, momentum }: { x: Tensor; start: Running; eps: Tensor; momentum: Tensor },
): Trained {
  const running: Running[] = [start];
  if (method === "layer") return { seen: [], running, others: [] };
  const shown = method === "training";
  const fresh = (t: number): Tensor =>
    shown
      ? graph.given(numbered("x", "x", t), [samples, features])
      : graph.given({ name: `training batch ${t + 1}`, tex: `t^{(${t + 1})}` }, [trainingSamples, features]);
  const seen = Array.from({ length: batches }, (_, t) => (shown && t === 0 ? x : fresh(t)));
  const normal = seen.map((input, t) => {
    const after = normalize(
      graph,
      { method: "training", input, running: running[t], eps, momentum },
      {
        output: shown ? numbered("x̂", "\\hat x", t) : { name: `normalized ${t + 1}`, tex: `\\hat t^{(${t + 1})}` },
        mean: { name: `running mean ${t + 1}`, tex: `\\bar\\mu_{${t + 1}}` },
        variance: { name: `running variance ${t + 1}`, tex: `\\bar\\sigma^2_{${t + 1}}` },
      },
    );
    running.push(after.running!);
    return after.output;
  });
  return { seen, running, others: shown ? seen.slice(1).map((each, t) => ({ x: each, normal: normal[t + 1] })) : [] };
}

/** The tape, as far as a single sample gets in training: its statistics, which leave nothing to divide by. */
export function measured(structure: Structure): Measured {
  const graph = new Graph();
  const tape = new Tape(graph);
  const x = graph.given("x", [structure.samples, structure.features]);
  const batch = [statistics(graph, structure.method, x, 0)];
  tape.forward();
  return { ...structure, tape, batch, writer: (tensor) => tape.writer(tensor) };
}

/** The statistics of a batch, step by step, as one would take them by hand. */
function statistics(graph: Graph, method: Method, x: Tensor, t: number): Batch {
  const call = { attributes: { dim: sharedAxis(method), keepdim: true } };
  const taken = graph.apply(mean, { input: x }, { ...call, names: numbered("μ", "\\mu", t) });
  const centred = graph.apply(sub, { a: x, b: taken }, { names: numbered("x − μ", "(x - \\mu)", t) });
  const squares = graph.apply(mul, { a: centred, b: centred }, { names: numbered("(x − μ)²", "(x - \\mu)^2", t) });
  const variance = graph.apply(mean, { input: squares }, { ...call, names: numbered("σ²", "\\sigma^2", t) });
  return { x, mean: taken, centred, variance };
}

function move(graph: Graph, x: Tensor, y: Tensor, call: (input: Tensor) => Tensor): Moved {
  const by = graph.given({ name: "moved by", tex: "\\delta" }, x.shape);
  const moved = graph.apply(add, { a: x, b: by }, { names: { name: "x′", tex: "x'" } });
  const after = call(moved);
  const difference = graph.apply(sub, { a: after, b: y }, { names: { name: "y′ − y", tex: "y' - y" } });
  const askedFor = graph.given("sample and feature, given", [2]);
  const asked = graph.apply(identity, { input: askedFor }, { names: "sample and feature" });
  return { askedFor, asked, by, x: moved, y: after, difference };
}

/** How many cells share a statistic. */
export const sharing = ({ method, samples, features }: Structure): number => (method === "layer" ? features : samples);
