/** A training unrolled on the tape: the loss ½ Σ λ w², its gradient, and a step of an optimizer, again and again. */
import type { Graph, Name, Tensor } from "../../core/graph";
import { subscript } from "../../core/numeral";
import type { AnyOp, Given } from "../../core/op";
import type { Step, Tape } from "../../core/tape";
import { adam } from "../../ops/adam";
import { add } from "../../ops/add";
import { concat } from "../../ops/concat";
import { matmul } from "../../ops/matmul";
import { mul } from "../../ops/mul";
import { rmsprop } from "../../ops/rmsprop";
import { sgd } from "../../ops/sgd";
import { stacked } from "../../ops/compositions/sequence";
import { carries, type Optimizer } from "./knobs";

/** What is trained, on what, and how. */
export interface Training {
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** w₀: a single number, or n of them. */
  readonly start: Tensor;
  /** ½λ, of the same shape. */
  readonly halfCurvature: Tensor;
  /** The numbers that the optimizer's op takes; those left out keep the initial ones of the op. */
  readonly scalars: Readonly<Record<string, Tensor>>;
  /** What each batch adds to the gradient, in the shape of w: its loss is tilted by that much. */
  readonly tilts?: readonly Tensor[];
}

/** A training that has run. The first axis of each tensor is time. */
export interface Run {
  readonly start: Tensor;
  /** w before the first step and after each. */
  readonly path: Tensor;
  /** The same without the first. */
  readonly after: Tensor;
  /** The loss where w stands, without the tilt of a batch, and the same without the first. */
  readonly losses: Tensor;
  readonly lossesAfter: Tensor;
  readonly firstLoss: Tensor;
  /** The gradient that each step takes. */
  readonly gradients: Tensor;
  /** What the optimizer has not been given: its op's own initial numbers belong here. */
  readonly left: ReadonlyMap<Tensor, number>;
  /** The step of the tape after which the whole path stands: it is what is played. */
  readonly landed: Step;
}

const opOf: Readonly<Record<Optimizer, AnyOp>> = { sgd, momentum: sgd, nesterov: sgd, rmsprop, adam };

const indexed = (letter: string, t: number): Name => ({ name: `${letter}${subscript(t)}`, tex: `${letter}_{${t}}` });
const slopeName: Name = { name: "∂L/∂w", tex: "\\partial L/\\partial w" };

/** Runs a training on the tape. */
export function descend(tape: Tape, training: Training): Run {
  const { graph } = tape;
  const op = opOf[training.optimizer];
  const { scalars, left } = scalarsOf(graph, op, training);
  const weights: Tensor[] = [training.start];
  const losses: Tensor[] = [];
  const gradients: Tensor[] = [];
  let state = stateOf(graph, op, training);
  for (let t = 0; t < training.steps; t++) {
    const param = weights[t];
    const clean = loss(graph, training, param, t);
    const tilt = training.tilts?.[t];
    const batch = tilt ? tilted(graph, clean, tilt, param) : clean;
    tape.forward();
    const grad = tape.backward(batch, { of: [param] }, add).get(param)!;
    const outputs = graph.applyAll(op, { ...state, param, grad }, callOf(training.optimizer, scalars, t + 1));
    tape.forward("update");
    const { param: next, ...rest } = outputs;
    state = rest;
    weights.push(next);
    losses.push(clean);
    gradients.push(grad);
  }
  losses.push(loss(graph, training, weights[training.steps], training.steps));
  return { start: training.start, ...recorded(tape, weights, losses, gradients), left };
}

/** Everything in order of time: the path comes last, so that its step ends the act. */
function recorded(
  tape: Tape,
  weights: readonly Tensor[],
  losses: readonly Tensor[],
  gradients: readonly Tensor[],
): Omit<Run, "left" | "start"> {
  const { graph } = tape;
  const lossesAfter = stacked(graph, losses.slice(1), "L");
  const after = stacked(graph, weights.slice(1), "w");
  const made = {
    gradients: stacked(graph, gradients, slopeName),
    losses: joined(graph, losses[0], lossesAfter, "L"),
    lossesAfter,
    firstLoss: losses[0],
    after,
    path: joined(graph, weights[0], after, "w"),
  };
  const landed = tape.forward().at(-1)!;
  return { ...made, landed };
}

const joined = (graph: Graph, first: Tensor, rest: Tensor, names: string): Tensor =>
  graph.apply(concat, { a: stacked(graph, [first], names), b: rest }, { names });

/** L = Σ (½λw)·w */
function loss(graph: Graph, { halfCurvature }: Training, w: Tensor, t: number): Tensor {
  const scaled = graph.apply(mul, { a: halfCurvature, b: w }, { names: { name: `½λ${w.name}`, tex: `½λ${w.tex}` } });
  return product(graph, scaled, w, indexed("L", t));
}

/** The loss of a batch: the same with a slope added, so that its gradient is off by that much everywhere. */
function tilted(graph: Graph, clean: Tensor, tilt: Tensor, w: Tensor): Tensor {
  const slope = product(graph, tilt, w, { name: `${tilt.name}·${w.name}`, tex: `${tilt.tex}\\,${w.tex}` });
  return graph.apply(add, { a: clean, b: slope }, { names: { name: "L of the batch", tex: "L_{\\text{batch}}" } });
}

const product = (graph: Graph, a: Tensor, b: Tensor, names: Name): Tensor =>
  graph.apply(a.shape.length === 0 ? mul : matmul, { a, b }, { names });

// ── the optimizer ───────────────────────────────────────────────────────────

/** Zeros that an optimizer begins with. */
function stateOf(graph: Graph, op: AnyOp, { optimizer, start }: Training): Readonly<Record<string, Tensor>> {
  const given: Given = carries(optimizer) ? { momentum: 1 } : {};
  const shapes = Object.entries(op.start?.(start.shape, given) ?? {});
  return Object.fromEntries(shapes.map(([name, shape]) => [name, graph.filled(name, shape ?? [], 0)]));
}

/** One scalar for each number of the op, shared by all steps, and the initial values of those that nobody gives. */
function scalarsOf(
  graph: Graph,
  op: AnyOp,
  { scalars }: Training,
): { readonly scalars: Readonly<Record<string, Tensor>>; readonly left: ReadonlyMap<Tensor, number> } {
  const missing = op.scalars.filter(({ name, optional }) => !optional && !scalars[name]);
  const made = missing.map(({ name, symbol, tex, initial = 0 }) => ({
    name,
    initial,
    tensor: graph.scalar({ name: symbol, tex }),
  }));
  return {
    scalars: { ...scalars, ...Object.fromEntries(made.map(({ name, tensor }) => [name, tensor])) },
    left: new Map(made.map(({ tensor, initial }) => [tensor, initial])),
  };
}

const callOf = (optimizer: Optimizer, scalars: Readonly<Record<string, Tensor>>, t: number) => ({
  attributes: optimizer === "nesterov" ? { nesterov: true } : {},
  scalars,
  names: { param: indexed("w", t) },
});
