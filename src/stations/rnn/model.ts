/**
 * What station 12 computes: a recurrent network over many steps, the gradients of its first few drawn ones, and how much
 * of its last state depends on every earlier one.
 */
import { Graph, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { unrolled } from "../../ops/compositions/recurrent";
import { identity } from "../../ops/identity";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { tanh } from "../../ops/tanh";
import { clipped, type Clip } from "./clip";
import { distances, type Distances } from "./distances";
import { drawnLstm, type DrawnLstm } from "./lstm";
import { lstmDistances, lstmWeights, type LstmDistances, type LstmWeights } from "./memory";
import { gradientName, numbered } from "./names";

/** Cells of an input. */
export const width = 2;

export type Activation = "tanh" | "linear";
/** What the picture shows: the network over a few steps, the LSTM over as many, or the curves over all distances. */
export type Show = "network" | "lstm" | "distance";

/** What the structure knobs say. */
export interface Structure {
  readonly show: Show;
  readonly activation: Activation;
  /** Of a state. */
  readonly cells: number;
  /** Drawn steps, and steps over which the distance is measured. */
  readonly steps: number;
  readonly distance: number;
}

export interface Given {
  readonly x: Tensor;
  readonly h0: Tensor;
  readonly w_ih: Tensor;
  readonly b: Tensor;
  /** An orthogonal matrix, and the radius that makes w_hh of it. */
  readonly orthogonal: Tensor;
  readonly radius: Tensor;
  /** What arrives at the last drawn state. */
  readonly upstream: Tensor;
  readonly lstm: LstmWeights;
  /** The distances, and the ends of the axes over which they are drawn. */
  readonly across: Tensor;
  readonly limits: Tensor;
}

export interface Model extends Structure {
  readonly tape: Tape;
  readonly given: Given;
  readonly w_hh: Tensor;
  /** The inputs of the drawn steps. */
  readonly drawn: Tensor;
  /** h₀, h₁, … of the drawn steps, and the gradient of each. */
  readonly states: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  /** Per drawn step: the part of the gradient of w_hh that it adds. */
  readonly parts: readonly Tensor[];
  readonly total: Tensor;
  readonly clip: Clip;
  readonly distances: Distances;
  readonly memory: LstmDistances;
  /** Only where it is shown. */
  readonly lstm?: DrawnLstm;
  readonly writer: (tensor: Tensor) => Step;
}

function givens(graph: Graph, { distance, steps, cells }: Structure): Given {
  return {
    x: graph.given("x", [Math.max(distance, steps), width]),
    h0: graph.given(numbered("h", 0), [cells]),
    w_ih: graph.given({ name: "W_ih", tex: "W_{ih}" }, [cells, width]),
    b: graph.given("b", [cells]),
    orthogonal: graph.given("Q", [cells, cells]),
    radius: graph.given({ name: "ρ", tex: "\\rho" }, [1]),
    upstream: graph.given(gradientName(numbered("h", steps)), [cells]),
    lstm: lstmWeights(graph, cells, width),
    across: graph.given("n", [distance + 1]),
    limits: graph.given("ends of the axes", [4]),
  };
}

export function model(structure: Structure): Model {
  const { activation, steps, show } = structure;
  const graph = new Graph();
  const tape = new Tape(graph);
  const given = givens(graph, structure);
  const { x, h0, w_ih, b, orthogonal, radius, upstream } = given;
  const w_hh = graph.apply(mul, { a: orthogonal, b: radius }, { names: { name: "W_hh", tex: "W_{hh}" } });
  const network = unrolled(graph, "recurrence", { x, h0, w_ih, w_hh, b }, activation === "tanh" ? tanh : identity);
  const drawn = graph.apply(
    narrow,
    { input: x },
    { attributes: { dim: 0, start: 0, length: steps }, names: { name: "x, drawn", tex: "x" } },
  );
  tape.forward();
  const states = [h0, ...network.states.slice(0, steps)];
  const gradient = tape.backward(
    new Map([[states[steps], upstream]]),
    { of: [network.weight, h0], name: gradientName },
    add,
  );
  tape.forward();
  const total = gradient.get(network.weight)!;
  return {
    ...structure,
    tape,
    given,
    w_hh,
    drawn,
    states,
    gradients: states.map((state) => gradient.get(state) ?? upstream),
    parts: partsOf(tape, network.weight, steps),
    total,
    clip: clipped(tape, total),
    distances: distances(tape, network, w_hh, radius),
    memory: lstmDistances(tape, x, given.lstm),
    ...(show === "lstm" && { lstm: drawnLstm(tape, drawn, given.lstm) }),
    writer: (tensor) => tape.writer(tensor),
  };
}

/** The gradient steps that each bring one part of the weight's gradient, in the order of time. */
function partsOf(tape: Tape, weight: Tensor, steps: number): readonly Tensor[] {
  const parts = tape.steps.filter(
    ({ node, gradient }) => gradient !== undefined && node.inputs[gradient.input] === weight,
  );
  return parts
    .slice(0, steps)
    .map(({ writes }) => writes[0])
    .toReversed();
}
