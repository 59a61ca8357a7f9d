/** A deep stack of matmul and activation, forward and backward, and what is counted in each layer. */
import { Graph, type Name, type Tensor } from "../../../core/graph";
import { subscript } from "../../../core/numeral";
import { Tape, type Step } from "../../../core/tape";
import { add } from "../../../ops/add";
import { concat } from "../../../ops/concat";
import { histogram } from "../../../ops/histogram";
import { identity } from "../../../ops/identity";
import { leakyRelu } from "../../../ops/leaky_relu";
import { matmul } from "../../../ops/matmul";
import { mean } from "../../../ops/mean";
import { sum } from "../../../ops/sum";
import { functions, Scalars, type ActivationFunction, type FunctionName } from "../functions";

/** Samples at once, and units in a layer. */
export const batch = 32;
export const units = 32;
/** Numbers in a layer. */
export const inLayer = batch * units;
/** Bins of a histogram: an odd count, so that one lies around 0. */
export const bins = 21;

/** What is counted along the way one kind of number takes. */
export interface Course {
  /** Layers × bins, in the order in which the layers come to be. */
  readonly counts: Tensor;
  /** The mean |number| of each layer, in the same order. */
  readonly size: Tensor;
}

export interface Stack {
  readonly tape: Tape;
  readonly name: FunctionName;
  readonly about: ActivationFunction;
  readonly depth: number;
  readonly input: Tensor;
  readonly upstream: Tensor;
  readonly weights: readonly Tensor[];
  /** The standard deviation that the weights are drawn with. */
  readonly deviation: Tensor;
  readonly givenDeviation: Tensor;
  readonly edges: Tensor;
  /** From the first layer to the last. */
  readonly forward: Course;
  /** From the last layer to the first. */
  readonly backward: Course;
  /** Layers × units: the slopes of each unit, added up over the batch. 0 where it is dead for every sample. */
  readonly open: Tensor;
  /** The count at which the colours of the histograms end: a quarter of a layer. */
  readonly fullest: Tensor;
  readonly scalars: Scalars;
  writer(tensor: Tensor): Step;
}

class Builder {
  readonly graph = new Graph();
  readonly tape = new Tape(this.graph);
  readonly scalars = new Scalars(this.graph);
  readonly edges = this.graph.given("edges of the bins", [bins + 1]);
  readonly about: ActivationFunction;
  readonly #minus = this.scalars.fixed("−1", -1);
  readonly #ofFunction: Readonly<Record<string, Tensor>>;

  constructor(about: ActivationFunction) {
    this.about = about;
    this.#ofFunction = this.scalars.of(about);
  }

  activate(input: Tensor, names: Name): Tensor {
    return this.graph.apply(this.about.op, { input }, { scalars: this.#ofFunction, names });
  }

  /** One layer's numbers below the other's: a tree of pairs, so that nothing is copied often. */
  stacked(layers: readonly Tensor[], name: string): Tensor {
    if (layers.length === 1) return this.graph.view(layers[0], [1, inLayer]);
    const half = Math.ceil(layers.length / 2);
    const [a, b] = [layers.slice(0, half), layers.slice(half)].map((part) => this.stacked(part, name));
    return this.graph.apply(concat, { a, b }, { attributes: { dim: 0 }, names: name });
  }

  course(layers: readonly Tensor[], name: string): Course {
    const all = this.stacked(layers, name);
    const counts = this.graph.apply(
      histogram,
      { input: all, bins: this.edges },
      { attributes: { start_dim: 1 }, names: `histogram of ${name}` },
    );
    // A slope of −1 on the negative side makes it |x|.
    const sizes = this.graph.apply(
      leakyRelu,
      { input: all },
      { scalars: { negative_slope: this.#minus }, names: `|${name}|` },
    );
    const size = this.graph.apply(mean, { input: sizes }, { attributes: { dim: 1 }, names: `mean |${name}|` });
    this.tape.forward();
    return { counts, size };
  }

  /** The slopes of each unit, added up over the batch. */
  open(layers: readonly Tensor[]): Tensor {
    const z = this.stacked(layers, "z");
    const a = this.activate(z, "a of all layers");
    this.tape.forward();
    const node = this.graph.nodes.find(({ outputs }) => outputs["output"] === a)!;
    const ones = this.graph.filled("1", a.shape, 1);
    const slopes = this.tape.gradient(node, "input", { output: ones }, "slopes of all layers");
    const input = this.graph.view(slopes, [layers.length, batch, units]);
    const open = this.graph.apply(sum, { input }, { attributes: { dim: 1 }, names: "slopes of each unit" });
    this.tape.forward();
    return open;
  }
}

const indexed = (letter: string, at: number): Name => ({ name: `${letter}${subscript(at)}`, tex: `${letter}_{${at}}` });

export function stack(name: FunctionName, depth: number): Stack {
  const about = functions[name];
  const builder = new Builder(about);
  const { graph, tape, edges, scalars } = builder;
  const input = graph.given("input", [batch, units]);
  const upstream = graph.given("∂L/∂a of the last layer", [batch, units]);
  const givenDeviation = graph.given("deviation, given", [1]);
  const deviation = graph.apply(identity, { input: givenDeviation }, { names: "deviation of the weights" });
  const weights = Array.from({ length: depth }, (_, at) => graph.given(indexed("W", at + 1), [units, units]));
  const z: Tensor[] = [];
  const a: Tensor[] = [];
  for (const [at, weight] of weights.entries()) {
    z.push(graph.apply(matmul, { a: a[at - 1] ?? input, b: weight }, { names: indexed("z", at + 1) }));
    a.push(builder.activate(z[at], indexed("a", at + 1)));
  }
  tape.forward();
  const gradient = tape.backward(new Map([[a[depth - 1], upstream]]), { of: [a[0]] }, add);
  const forward = builder.course(a, "a");
  const backward = builder.course(
    a.map((tensor, at) => (at === depth - 1 ? upstream : gradient.get(tensor)!)).toReversed(),
    "∂L/∂a",
  );
  const open = builder.open(z);
  const quarter = graph.filled("a quarter of a layer", [1], inLayer / 4);
  const fullest = graph.apply(identity, { input: quarter }, { names: "full colour" });
  tape.forward();
  return {
    tape,
    name,
    about,
    depth,
    input,
    upstream,
    weights,
    deviation,
    givenDeviation,
    edges,
    forward,
    backward,
    open,
    fullest,
    scalars,
    writer: (tensor) => tape.writer(tensor),
  };
}
