/** Recurrent networks, unrolled in time: each state is made from one position of x and the state before it. */
import { only } from "../../core/attributes";
import type { Graph, Name, Tensor } from "../../core/graph";
import type { AnyOp } from "../../core/op";
import { sameShape, shapeText, ShapeError, type Shape } from "../../core/shape";
import { add } from "../add";
import { matmul } from "../matmul";
import { mul } from "../mul";
import { narrow } from "../narrow";
import { sigmoid } from "../sigmoid";
import { tanh } from "../tanh";
import { transpose } from "../transpose";
import { defineComposition } from "./composition";
import { positionsOf, stacked } from "./sequence";

type Weights = "x" | "w_ih" | "w_hh" | "b";
type Inputs<States extends string> = Readonly<Record<Weights | States, Tensor>>;

/** Refuses shapes that do not fit together; `gates` of them are computed side by side. Throws ShapeError. */
function check(where: string, inputs: Inputs<string>, states: readonly string[], gates: number): void {
  const { x, w_hh: own } = inputs;
  if (x.shape.length < 2)
    throw new ShapeError(`${where}: x is ${shapeText(x.shape)}; length × width, or with a batch between, would fit`);
  const hidden = own.shape.at(-1) ?? 1;
  const [, ...batch] = x.shape.slice(0, -1);
  const wanted: Readonly<Record<string, Shape>> = {
    w_ih: [gates * hidden, x.shape.at(-1) ?? 1],
    w_hh: [gates * hidden, hidden],
    b: [gates * hidden],
    ...Object.fromEntries(states.map((state) => [state, [...batch, hidden]])),
  };
  for (const [name, shape] of Object.entries(wanted)) {
    if (sameShape(inputs[name].shape, shape)) continue;
    throw new ShapeError(
      `${where}: ${name} is ${shapeText(inputs[name].shape)}, with x of ${shapeText(x.shape)} and ${hidden} hidden; ${shapeText(shape)} would fit`,
    );
  }
}

const turned = (graph: Graph, input: Tensor): Tensor =>
  graph.apply(transpose, { input }, { attributes: { dim0: 0, dim1: 1 }, names: `${input.name}ᵀ` });

/** What x contributes at every position, w_ih xₜ + b: no state is needed for it, so it is one product for all of them. */
function driven(graph: Graph, { x, w_ih: weight, b }: Inputs<string>): readonly Tensor[] {
  const product = graph.apply(matmul, { a: x, b: turned(graph, weight) }, { names: "x w_ihᵀ" });
  const drive = graph.apply(add, { a: product, b }, { names: "drive" });
  return positionsOf(graph, drive, (position) => `drive ${position}`);
}

/** How the drive of a position meets what the state contributes, w_hh h. */
interface Recall {
  /** What every step reads: w_hh itself, or w_hhᵀ where states of a batch stand below one another. */
  readonly weight: Tensor;
  readonly meet: (drive: Tensor, state: Tensor) => Tensor;
}

function recall(graph: Graph, { x, w_hh: own }: Inputs<string>): Recall {
  const isBatch = x.shape.length > 2;
  const weight = isBatch ? turned(graph, own) : own;
  return {
    weight,
    meet(drive, state) {
      const factors = isBatch ? { a: state, b: weight } : { a: weight, b: state };
      const recalled = graph.apply(matmul, factors, { names: "w_hh h" });
      return graph.apply(add, { a: drive, b: recalled }, { names: "z" });
    },
  };
}

/** A letter with the number of its step: h₁. */
const numbered = (letter: string, t: number): Name => ({ name: `${letter}${t}`, tex: `${letter}_{${t}}` });

const none = (where: string) => (given: Readonly<Record<string, unknown>>) => {
  only(where, given, []);
  return { attributes: {}, scalars: {} };
};

/** A recurrent network, unrolled: the states h₁, h₂, …, each with the sum that it is made of, and the weight that all of them read. */
export interface Unrolled {
  readonly states: readonly Tensor[];
  readonly sums: readonly Tensor[];
  readonly weight: Tensor;
}

/** hₜ = f(w_ih xₜ + w_hh hₜ₋₁ + b) for an op f that works cell by cell. Throws ShapeError under the name `where`. */
export function unrolled(graph: Graph, where: string, inputs: Inputs<"h0">, f: AnyOp): Unrolled {
  check(where, inputs, ["h0"], 1);
  const { weight, meet } = recall(graph, inputs);
  let state = inputs.h0;
  const sums: Tensor[] = [];
  const states = driven(graph, inputs).map((drive, position) => {
    const sum = meet(drive, state);
    sums.push(sum);
    return (state = graph.apply(f, { input: sum }, { names: numbered("h", position + 1) }));
  });
  return { states, sums, weight };
}

/** hₜ = tanh(w_ih xₜ + w_hh hₜ₋₁ + b); the output holds every state. x is length × width, or with a batch between. */
export const rnnTanh = defineComposition<Weights | "h0", Record<string, never>>({
  name: "rnn_tanh",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html",
  inputs: [{ name: "x" }, { name: "h0" }, { name: "w_ih" }, { name: "w_hh" }, { name: "b" }],
  outputs: [{ name: "output" }],
  takes: [],
  read: none("rnn_tanh"),
  apply({ graph }, inputs) {
    const { states } = unrolled(graph, "rnn_tanh", inputs, tanh);
    return { output: stacked(graph, states, "output") };
  },
  cases: [
    { shapes: { x: [1, 1], h0: [1], w_ih: [1, 1], w_hh: [1, 1], b: [1] } },
    { shapes: { x: [5, 2], h0: [3], w_ih: [3, 2], w_hh: [3, 3], b: [3] } },
    { shapes: { x: [3, 2, 4], h0: [2, 3], w_ih: [3, 4], w_hh: [3, 3], b: [3] } },
  ],
});

/** One of the four gates that stand side by side along the last axis. */
const gate = (graph: Graph, gates: Tensor, at: number, op: AnyOp, name: Name): Tensor => {
  const length = (gates.shape.at(-1) ?? 4) / 4;
  const own = graph.apply(
    narrow,
    { input: gates },
    { attributes: { dim: -1, start: at * length, length }, names: "z of a gate" },
  );
  return graph.apply(op, { input: own }, { names: name });
};

/** One step of an LSTM. */
interface LstmStep {
  readonly state: Tensor;
  /** The cell state. */
  readonly memory: Tensor;
  /** The forget gate. */
  readonly forget: Tensor;
}

/** Step t: c′ = f·c + i·g and h′ = o·tanh(c′), from the four gates before they are squashed. */
function cell(graph: Graph, gates: Tensor, before: Tensor, t: number): LstmStep {
  const i = gate(graph, gates, 0, sigmoid, numbered("i", t));
  const f = gate(graph, gates, 1, sigmoid, numbered("f", t));
  const g = gate(graph, gates, 2, tanh, numbered("g", t));
  const o = gate(graph, gates, 3, sigmoid, numbered("o", t));
  const kept = graph.apply(mul, { a: f, b: before }, { names: "f c" });
  const written = graph.apply(mul, { a: i, b: g }, { names: "i g" });
  const memory = graph.apply(add, { a: kept, b: written }, { names: numbered("c", t) });
  const shown = graph.apply(tanh, { input: memory }, { names: "tanh c" });
  return { memory, forget: f, state: graph.apply(mul, { a: o, b: shown }, { names: numbered("h", t) }) };
}

/** An LSTM, unrolled: its steps in the order of time. Throws ShapeError. */
export function unrolledLstm(graph: Graph, inputs: Inputs<"h0" | "c0">): readonly LstmStep[] {
  check("lstm", inputs, ["h0", "c0"], 4);
  const { meet } = recall(graph, inputs);
  let [state, memory] = [inputs.h0, inputs.c0];
  return driven(graph, inputs).map((drive, position) => {
    const step = cell(graph, meet(drive, state), memory, position + 1);
    ({ state, memory } = step);
    return step;
  });
}

/** Long short-term memory, gates in the order i f g o; the output holds every state, `cell` the last cell state. */
export const lstm = defineComposition<Weights | "h0" | "c0", Record<string, never>>({
  name: "lstm",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html",
  inputs: [{ name: "x" }, { name: "h0" }, { name: "c0" }, { name: "w_ih" }, { name: "w_hh" }, { name: "b" }],
  outputs: [{ name: "output" }, { name: "cell" }],
  takes: [],
  read: none("lstm"),
  apply({ graph }, inputs) {
    const steps = unrolledLstm(graph, inputs);
    const states = steps.map(({ state }) => state);
    return { output: stacked(graph, states, "output"), cell: steps[steps.length - 1].memory };
  },
  cases: [
    { shapes: { x: [1, 1], h0: [1], c0: [1], w_ih: [4, 1], w_hh: [4, 1], b: [4] } },
    { shapes: { x: [5, 2], h0: [3], c0: [3], w_ih: [12, 2], w_hh: [12, 3], b: [12] } },
    { shapes: { x: [3, 2, 4], h0: [2, 3], c0: [2, 3], w_ih: [12, 4], w_hh: [12, 3], b: [12] } },
  ],
});
