/**
 * The tape: every step of a computation in order, each writing tensors of its own. Because nothing is overwritten, every
 * intermediate tensor exists at once, and time may run either way.
 */
import { differentiableInputs, Graph, storage, type Call, type Name, type Node, type Tensor } from "./graph";
import { isDifferentiable, type AnyOp } from "./op";
import { sameShape, shapeText, ShapeError } from "./shape";

/** One unit of work: the processor runs it, the score plays it. */
export interface Step {
  readonly index: number;
  readonly kind: "forward" | "gradient" | "gather" | "update";
  readonly node: Node;
  readonly reads: readonly Tensor[];
  readonly writes: readonly Tensor[];
  /** For a gradient: the input that it belongs to, and the gradient that arrives at each differentiable output. */
  readonly gradient?: { readonly input: string; readonly upstream: Readonly<Record<string, Tensor>> };
}

/** What a backward pass starts from and what it is asked for. */
export interface Backward {
  /** The gradients that are wanted; only paths towards these are followed. */
  readonly of: readonly Tensor[];
  /** The gradient that arrives at the start: ones unless given. */
  readonly upstream?: Tensor;
  /** How gradients are named: `∂L/∂w` unless told otherwise. */
  readonly name?: (tensor: Tensor) => Name;
}

export class Tape {
  readonly graph: Graph;
  readonly #steps: Step[] = [];
  #recorded = 0;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Records the nodes that were applied since the last call, as forward or update steps, and returns the new steps. */
  forward(kind: "forward" | "update" | "gather" = "forward"): readonly Step[] {
    const from = this.#steps.length;
    for (const node of this.graph.nodes.slice(this.#recorded))
      this.#push({ kind, node, reads: readsOf(node), writes: Object.values(node.outputs) });
    this.#recorded = this.graph.nodes.length;
    return this.#steps.slice(from);
  }

  /** Applies an op as an update step (an optimizer's) and returns its first output. */
  update(op: AnyOp, inputs: Readonly<Record<string, Tensor>>, call: Call = {}): Tensor {
    const output = this.graph.apply(op, inputs, call);
    this.forward("update");
    return output;
  }

  /**
   * Records the gradient of one input of one node for a given upstream, outside any backward pass: how a Jacobian's
   * rows and an op's local slope are made by the very kernels of the backward pass.
   */
  gradient(node: Node, input: string, upstream: Readonly<Record<string, Tensor>>, name: Name): Tensor {
    const tensor = node.inputs[input];
    const writes = this.graph.result(name, tensor.shape);
    this.#push({
      kind: "gradient",
      node,
      reads: [...readsOf(node), ...Object.values(node.outputs), ...Object.values(upstream)],
      writes: [writes],
      gradient: { input, upstream },
    });
    return writes;
  }

  /**
   * The backward pass from one tensor: gradient steps in reverse order, and a gather step where a tensor was read more
   * than once. A view passes its gradient on to the tensor that holds its numbers. Returns the gradient of every tensor on
   * the way. `add` is the op that gathers. Throws ShapeError.
   */
  backward(from: Tensor, ask: Backward, add: AnyOp): ReadonlyMap<Tensor, Tensor> {
    const nameOf =
      ask.name ?? ((t) => ({ name: `∂${from.name}/∂${t.name}`, tex: `\\partial ${from.tex}/\\partial ${t.tex}` }));
    const upstream = ask.upstream ?? this.graph.filled(nameOf(from), from.shape, 1);
    if (!sameShape(upstream.shape, from.shape)) {
      throw new ShapeError(
        `backward: the upstream gradient is ${shapeText(upstream.shape)}, ${from.name} is ${shapeText(from.shape)}; equal shapes would fit`,
      );
    }
    const nodes = this.#between(ask.of, from);
    const parts = new Map<Tensor, Tensor[]>([[storage(from), [this.#asStored(from, upstream)]]]);
    const gradient = new Map<Tensor, Tensor>();
    for (const node of nodes.toReversed()) {
      const arriving = this.#arriving(node, parts, gradient, nameOf, add);
      if (!arriving) continue;
      for (const input of differentiableInputs(node)) {
        const tensor = node.inputs[input];
        if (!this.#wanted(tensor, ask.of, nodes)) continue;
        const several = readers(tensor, nodes) > 1;
        const part = this.gradient(node, input, arriving, several ? partName(nameOf(tensor), node) : nameOf(tensor));
        const held = storage(tensor);
        parts.set(held, [...(parts.get(held) ?? []), this.#asStored(tensor, part)]);
      }
    }
    for (const tensor of ask.of) this.#gather(tensor, parts, gradient, nameOf, add);
    return gradient;
  }

  /** The gradients that arrive at a node's differentiable outputs; zeros for one of several that nothing reads. */
  #arriving(
    node: Node,
    parts: Map<Tensor, Tensor[]>,
    gradient: Map<Tensor, Tensor>,
    nameOf: (t: Tensor) => Name,
    add: AnyOp,
  ): Record<string, Tensor> | undefined {
    const outputs = node.op.outputs
      .filter(isDifferentiable)
      .map((spec) => [spec.name, node.outputs[spec.name]] as const);
    if (outputs.every(([, tensor]) => !parts.has(tensor))) return undefined;
    return Object.fromEntries(
      outputs.map(([name, tensor]) => [
        name,
        this.#gather(tensor, parts, gradient, nameOf, add) ?? this.graph.filled(nameOf(tensor), tensor.shape, 0),
      ]),
    );
  }

  /** A gradient under the shape of the tensor that holds the numbers. */
  #asStored(tensor: Tensor, gradient: Tensor): Tensor {
    return tensor.of ? this.graph.view(gradient, tensor.of.shape) : gradient;
  }

  /** The gradient of a tensor: that of what holds its numbers, under its own shape. */
  #gather(
    tensor: Tensor,
    parts: Map<Tensor, Tensor[]>,
    gradient: Map<Tensor, Tensor>,
    nameOf: (t: Tensor) => Name,
    add: AnyOp,
  ): Tensor | undefined {
    const total = this.#total(storage(tensor), parts, gradient, nameOf, add);
    if (!tensor.of || !total) return total;
    const held = storage(total);
    const own =
      gradient.get(tensor) ?? (sameShape(held.shape, tensor.shape) ? held : this.graph.view(total, tensor.shape));
    gradient.set(tensor, own);
    return own;
  }

  /** The sum of the parts of a tensor's gradient, recorded once. */
  #total(
    tensor: Tensor,
    parts: Map<Tensor, Tensor[]>,
    gradient: Map<Tensor, Tensor>,
    nameOf: (t: Tensor) => Name,
    add: AnyOp,
  ): Tensor | undefined {
    const known = gradient.get(tensor);
    if (known) return known;
    const [first, ...rest] = parts.get(tensor) ?? [];
    if (!first) return undefined;
    let total = first;
    for (const part of rest) {
      this.forward();
      total = this.graph.apply(add, { a: total, b: part }, { names: nameOf(tensor) });
      this.forward("gather");
    }
    gradient.set(tensor, total);
    return total;
  }

  /** The nodes on a path from the wanted tensors to the start of the pass, in order. */
  #between(of: readonly Tensor[], from: Tensor): readonly Node[] {
    const reached = new Set<Tensor>(of.map(storage));
    const candidates = this.graph.nodes.filter((node) => {
      const reads = differentiableInputs(node).some((input) => reached.has(storage(node.inputs[input])));
      if (reads) for (const spec of node.op.outputs) if (isDifferentiable(spec)) reached.add(node.outputs[spec.name]);
      return reads;
    });
    const needed = new Set<Tensor>([storage(from)]);
    return candidates
      .toReversed()
      .filter((node) => {
        const feeds = Object.values(node.outputs).some((tensor) => needed.has(tensor));
        if (feeds) for (const tensor of Object.values(node.inputs)) needed.add(storage(tensor));
        return feeds;
      })
      .toReversed();
  }

  #wanted(tensor: Tensor, of: readonly Tensor[], nodes: readonly Node[]): boolean {
    const held = storage(tensor);
    const asked = of.some((each) => storage(each) === held);
    return asked || nodes.some((node) => Object.values(node.outputs).includes(held));
  }

  #push(step: Omit<Step, "index">): void {
    this.#steps.push({ index: this.#steps.length, ...step });
  }
}

const readsOf = (node: Node): Tensor[] => [...Object.values(node.inputs), ...Object.values(node.scalars)];

const readers = (tensor: Tensor, nodes: readonly Node[]): number =>
  nodes.reduce(
    (n, node) =>
      n + differentiableInputs(node).filter((input) => storage(node.inputs[input]) === storage(tensor)).length,
    0,
  );

const partName = (name: Name, node: Node): Name =>
  typeof name === "string"
    ? `${name} by ${node.op.name}`
    : { name: `${name.name} by ${node.op.name}`, tex: `${name.tex}\\text{ by ${node.op.name}}` };
