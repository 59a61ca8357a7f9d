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
  /** The gradient that arrives at the start, where there is one start: ones unless given. */
  readonly upstream?: Tensor;
  /** How gradients are named: `∂L/∂w` unless told otherwise. */
  readonly name?: (tensor: Tensor) => Name;
}

export class Tape {
  readonly graph: Graph;
  readonly #steps: Step[] = [];
  readonly #writers = new Map<Tensor, Step>();
  #recorded = 0;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The step that writes a tensor, a view by what holds its numbers. Throws where none does. */
  writer(tensor: Tensor): Step {
    const step = this.#writers.get(storage(tensor));
    if (!step) throw new Error(`writer: no step writes ${tensor.name}; a tensor that is computed would fit`);
    return step;
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
   * The backward pass from one tensor, or from several with the gradient that arrives at each: gradient steps in reverse
   * order, and a gather step where a tensor was read more than once. A view passes its gradient on to the tensor that
   * holds its numbers. Returns the gradient of every tensor on the way. `add` is the op that gathers. Throws ShapeError.
   */
  backward(from: Tensor | ReadonlyMap<Tensor, Tensor>, ask: Backward, add: AnyOp): ReadonlyMap<Tensor, Tensor> {
    const nameOf = ask.name ?? gradientName(isSeveral(from) ? loss : from);
    const starts = isSeveral(from) ? from : this.#single(from, ask.upstream, nameOf);
    const parts = this.#arrivals(starts);
    const nodes = this.#between(ask.of, [...starts.keys()]);
    const gradient = new Map<Tensor, Tensor>();
    const wanted = new Set([...ask.of.map(storage), ...nodes.flatMap((node) => Object.values(node.outputs))]);
    const readers = countReaders(nodes);
    for (const node of nodes.toReversed()) {
      const arriving = this.#arriving(node, parts, gradient, nameOf, add);
      if (!arriving) continue;
      for (const input of differentiableInputs(node)) {
        const tensor = node.inputs[input];
        const held = storage(tensor);
        if (!wanted.has(held)) continue;
        const several = (readers.get(held) ?? 0) > 1;
        const part = this.gradient(node, input, arriving, several ? partName(nameOf(tensor), node) : nameOf(tensor));
        parts.set(held, [...(parts.get(held) ?? []), this.#asStored(tensor, part)]);
      }
    }
    for (const tensor of ask.of) this.#gather(tensor, parts, gradient, nameOf, add);
    return gradient;
  }

  /** One start with the gradient that arrives there. */
  #single(from: Tensor, upstream: Tensor | undefined, nameOf: (t: Tensor) => Name): ReadonlyMap<Tensor, Tensor> {
    return new Map([[from, upstream ?? this.graph.filled(nameOf(from), from.shape, 1)]]);
  }

  /** What arrives from outside, by the tensor that holds the numbers: two starts may be views of one. */
  #arrivals(starts: ReadonlyMap<Tensor, Tensor>): Map<Tensor, Tensor[]> {
    const parts = new Map<Tensor, Tensor[]>();
    for (const [from, upstream] of starts) {
      checkUpstream(from, upstream);
      const held = storage(from);
      parts.set(held, [...(parts.get(held) ?? []), this.#asStored(from, upstream)]);
    }
    return parts;
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
      .filter((spec) => isDifferentiable(spec) && spec.name in node.outputs)
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

  /** The nodes on a path from the wanted tensors to a start of the pass, in order. */
  #between(of: readonly Tensor[], from: readonly Tensor[]): readonly Node[] {
    const reached = new Set<Tensor>(of.map(storage));
    const candidates = this.graph.nodes.filter((node) => {
      const reads = differentiableInputs(node).some((input) => reached.has(storage(node.inputs[input])));
      if (reads) for (const spec of node.op.outputs) if (isDifferentiable(spec)) reached.add(node.outputs[spec.name]);
      return reads;
    });
    const needed = new Set<Tensor>(from.map(storage));
    return candidates
      .toReversed()
      .filter((node) => {
        const feeds = Object.values(node.outputs).some((tensor) => needed.has(tensor));
        if (feeds) for (const tensor of Object.values(node.inputs)) needed.add(storage(tensor));
        return feeds;
      })
      .toReversed();
  }

  #push(recorded: Omit<Step, "index">): void {
    const step = { index: this.#steps.length, ...recorded };
    this.#steps.push(step);
    for (const tensor of step.writes) this.#writers.set(tensor, step);
  }
}

const isSeveral = (from: Tensor | ReadonlyMap<Tensor, Tensor>): from is ReadonlyMap<Tensor, Tensor> =>
  from instanceof Map;

/** What several starts have in common: the number that their upstream gradients are gradients of. */
const loss = { name: "L", tex: "L" };

const gradientName =
  (of: { readonly name: string; readonly tex: string }) =>
  (t: Tensor): Name => ({ name: `∂${of.name}/∂${t.name}`, tex: `\\partial ${of.tex}/\\partial ${t.tex}` });

function checkUpstream(from: Tensor, upstream: Tensor): void {
  if (sameShape(upstream.shape, from.shape)) return;
  throw new ShapeError(
    `backward: the upstream gradient is ${shapeText(upstream.shape)}, ${from.name} is ${shapeText(from.shape)}; equal shapes would fit`,
  );
}

const readsOf = (node: Node): Tensor[] => [...Object.values(node.inputs), ...Object.values(node.scalars)];

/** How often the nodes read each tensor where a gradient may pass, by the tensor that holds the numbers. */
function countReaders(nodes: readonly Node[]): ReadonlyMap<Tensor, number> {
  const counts = new Map<Tensor, number>();
  for (const node of nodes) {
    for (const input of differentiableInputs(node)) {
      const held = storage(node.inputs[input]);
      counts.set(held, (counts.get(held) ?? 0) + 1);
    }
  }
  return counts;
}

const partName = (name: Name, node: Node): Name =>
  typeof name === "string"
    ? `${name} by ${node.op.name}`
    : { name: `${name.name} by ${node.op.name}`, tex: `${name.tex}\\text{ by ${node.op.name}}` };
