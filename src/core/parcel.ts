/** A tape as plain data, so that it can travel to a worker: ops go by name and are looked up again on the other side. */
import type { Tensor } from "./graph";
import type { AnyOp, Attributes } from "./op";
import type { Step, Tape } from "./tape";

interface PackedNode {
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: Readonly<Record<string, number>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
}
interface PackedStep {
  readonly kind: Step["kind"];
  readonly node: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly gradient?: { readonly input: string; readonly upstream: Readonly<Record<string, number>> };
}
export interface Parcel {
  readonly tensors: readonly (Omit<Tensor, "of"> & { readonly of?: number })[];
  readonly nodes: readonly PackedNode[];
  readonly steps: readonly PackedStep[];
}

const ids = (tensors: Readonly<Record<string, Tensor>>): Record<string, number> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.id]));

export function pack(tape: Tape): Parcel {
  return {
    tensors: tape.graph.tensors.map(({ of, ...tensor }) => (of ? { ...tensor, of: of.id } : tensor)),
    nodes: tape.graph.nodes.map((node) => ({
      op: node.op.name,
      attributes: node.attributes,
      inputs: ids(node.inputs),
      scalars: ids(node.scalars),
      outputs: ids(node.outputs),
    })),
    steps: tape.steps.map(({ kind, node, reads, writes, gradient }) => ({
      kind,
      node: node.id,
      reads: reads.map((tensor) => tensor.id),
      writes: writes.map((tensor) => tensor.id),
      ...(gradient && { gradient: { input: gradient.input, upstream: ids(gradient.upstream) } }),
    })),
  };
}

/** What a parcel holds, on the other side: the same tensors by id, and the same steps. */
export interface Unpacked {
  readonly tensors: readonly Tensor[];
  readonly steps: readonly Step[];
}

/** Throws where the registry lacks an op that the parcel names. */
export function unpack(parcel: Parcel, opNamed: (name: string) => AnyOp): Unpacked {
  const tensors: Tensor[] = [];
  for (const { of, ...tensor } of parcel.tensors)
    tensors.push(of === undefined ? tensor : { ...tensor, of: tensors[of] });
  const known = (from: Readonly<Record<string, number>>): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(from).map(([name, id]) => [name, tensors[id]]));
  const nodes = parcel.nodes.map((node, id) => ({
    id,
    op: opNamed(node.op),
    attributes: node.attributes,
    inputs: known(node.inputs),
    scalars: known(node.scalars),
    outputs: known(node.outputs),
  }));
  const steps = parcel.steps.map(({ kind, node, reads, writes, gradient }, index) => ({
    index,
    kind,
    node: nodes[node],
    reads: reads.map((id) => tensors[id]),
    writes: writes.map((id) => tensors[id]),
    ...(gradient && { gradient: { input: gradient.input, upstream: known(gradient.upstream) } }),
  }));
  return { tensors, steps };
}
