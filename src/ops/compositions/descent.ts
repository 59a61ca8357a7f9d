/** An optimizer at work: steps of descent on the quadratic ½ wᵀHw + bᵀw, unrolled on the tape. */
import { AttributeError, integer } from "../../core/attributes";
import type { Tensor } from "../../core/graph";
import type { AnyOp, Given } from "../../core/op";
import { shapeText, ShapeError } from "../../core/shape";
import type { Tape } from "../../core/tape";
import { adam } from "../adam";
import { add } from "../add";
import { matmul } from "../matmul";
import { mul } from "../mul";
import { rmsprop } from "../rmsprop";
import { split } from "../scalars";
import { sgd } from "../sgd";
import { defineComposition } from "./composition";
import { stacked } from "./sequence";

const where = "optimizer";

/** The optimizers there are, by kind. */
export const optimizers: readonly AnyOp[] = [sgd, rmsprop, adam];

/** Every step is unrolled on the tape with tensors of its own; beyond this many, preparing them takes seconds. */
const mostSteps = 250;

interface OptimizerAttributes extends Readonly<Record<string, unknown>> {
  readonly kind: string;
  readonly steps: number;
  /** What the optimizer was given besides: it says with what state to begin. */
  readonly rest: Given;
}

function kindOf(name: unknown): AnyOp {
  const kind = optimizers.find((op) => op.name === name);
  if (kind) return kind;
  const known = optimizers.map((op) => op.name).join(", ");
  throw new AttributeError(
    `${where}: kind is ${name === undefined ? "missing" : JSON.stringify(name)}; ${known} would fit`,
  );
}

function read({ kind: name, steps, ...rest }: Given) {
  const kind = kindOf(name);
  const attributes = { kind: kind.name, steps: integer(where, { steps }, "steps", 10), rest };
  if (attributes.steps > mostSteps)
    throw new AttributeError(`${where}: steps is ${attributes.steps}; ${mostSteps} or fewer would fit`);
  if (attributes.steps < 1) throw new AttributeError(`${where}: steps is ${attributes.steps}; 1 or more would fit`);
  return { attributes, scalars: split(kind, rest).scalars };
}

type Inputs = Readonly<Record<"h" | "b" | "w", Tensor>>;

function check({ h, b, w }: Inputs): void {
  const [n] = w.shape;
  if (w.shape.length !== 1) throw new ShapeError(`${where}: w is ${shapeText(w.shape)}; one dimension would fit`);
  if (h.shape.length !== 2 || h.shape.some((extent) => extent !== n))
    throw new ShapeError(`${where}: w is ${n}, h is ${shapeText(h.shape)}; ${n} × ${n} would fit`);
  if (b.shape.length !== 1 || b.shape[0] !== n)
    throw new ShapeError(`${where}: w is ${n}, b is ${shapeText(b.shape)}; ${n} would fit`);
}

/** L = ½ wᵀHw + bᵀw */
function loss({ graph }: Tape, { h, b, w }: Inputs): Tensor {
  const square = graph.apply(
    matmul,
    { a: w, b: graph.apply(matmul, { a: h, b: w }, { names: "Hw" }) },
    { names: "wᵀHw" },
  );
  const bowl = graph.apply(mul, { a: graph.filled("½", [], 0.5), b: square }, { names: "½wᵀHw" });
  return graph.apply(add, { a: bowl, b: graph.apply(matmul, { a: b, b: w }, { names: "bᵀw" }) }, { names: "L" });
}

/** A parameter with the state of its optimizer. */
type State = Readonly<Record<string, Tensor>>;

/** One step: forward, backward, update. Every output of the optimizer stands in for the input of its name. */
function stepped(tape: Tape, kind: AnyOp, inputs: Inputs, state: State, call: Parameters<Tape["update"]>[2]): State {
  const { param } = state;
  const start = loss(tape, { ...inputs, w: param });
  tape.forward();
  const grad = tape.backward(start, { of: [param] }, add).get(param);
  if (!grad) throw new Error(`${where}: no gradient reaches ${param.name}`);
  const next = tape.graph.applyAll(kind, { ...state, grad }, call);
  tape.forward("update");
  return next;
}

/** ½ wᵀHw + bᵀw is descended from w; the path holds w before the first step and after each. */
export const optimizer = defineComposition<"h" | "b" | "w", OptimizerAttributes>({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/optim.html",
  inputs: [
    { name: "h", differentiable: false },
    { name: "b", differentiable: false },
    { name: "w", differentiable: false },
  ],
  outputs: [{ name: "path", differentiable: false }],
  takes: [
    "kind",
    "steps",
    "nesterov",
    "betas",
    ...new Set(optimizers.flatMap((op) => op.scalars.map(({ name }) => name))),
  ],
  read,
  apply(tape, inputs, { kind: name, steps, rest }, scalars) {
    check(inputs);
    const kind = kindOf(name);
    const { structure } = split(kind, rest);
    const zeros = Object.entries(kind.start?.(inputs.w.shape, rest) ?? {}).map(
      ([input, shape]) => [input, tape.graph.filled(input, shape ?? [], 0)] as const,
    );
    let state: State = { ...Object.fromEntries(zeros), param: inputs.w };
    const path = [inputs.w];
    for (let step = 0; step < steps; step++) {
      state = stepped(tape, kind, inputs, state, { attributes: structure, scalars });
      path.push(state["param"]);
    }
    return { path: stacked(tape.graph, path, "path") };
  },
  cases: optimizers.map(({ name }) => ({
    shapes: { h: [2, 2], b: [2], w: [2] },
    attributes: { kind: name, steps: 3 },
  })),
});
