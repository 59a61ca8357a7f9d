/** Tensors and the ops applied to them. Nothing is computed here, and no formula is built before someone asks for one cell. */
import type { Formula } from "./formula";
import { cell } from "./formula";
import {
  isDifferentiable,
  operand,
  type AnyOp,
  type Attributes,
  type Given,
  type Operand,
  type TensorType,
} from "./op";
import { checkShape, shapeText, ShapeError, size, unravel, type Shape } from "./shape";
import type { Site } from "./kernel";

/** A name for an array of numbers, never the numbers. */
export interface Tensor {
  readonly id: number;
  readonly name: string;
  /** The name as TeX. */
  readonly tex: string;
  readonly shape: Shape;
  readonly type: TensorType;
  /** A scalar lives in the uniform blocks of the steps that read it and has no buffer. */
  readonly role: "tensor" | "scalar";
  /** The tensor whose numbers this one shows under another shape. */
  readonly of?: Tensor;
  /** Every cell holds this from the start and for good. */
  readonly fill?: number;
  /** The cells hold these from the start and for good. */
  readonly constant?: Constant;
}

/** Numbers that belong to a graph as its ops do. */
export interface Constant {
  /** In row-major order; a GPU holds them rounded to float32. */
  readonly data: ArrayLike<number>;
  /** How far each may lie from the number that it stands for: what computing it has cost. None unless told. */
  readonly doubts?: ArrayLike<number>;
}

/** The tensor that holds the numbers. */
export const storage = (tensor: Tensor): Tensor => tensor.of ?? tensor;

/** Whether a tensor's numbers belong to the graph: nothing writes them, and nobody gives them. */
export const isConstant = (tensor: Tensor): boolean => {
  const { fill, constant } = storage(tensor);
  return fill !== undefined || constant !== undefined;
};

/** The number in one cell of a constant tensor; undefined for any other. */
export function constantAt(tensor: Tensor, at: number): number | undefined {
  const { fill, constant } = storage(tensor);
  return fill ?? constant?.data[at];
}

/** An op applied to tensors. */
export interface Node {
  readonly id: number;
  readonly op: AnyOp;
  readonly attributes: Attributes;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly scalars: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** How a tensor is called: one name serves both, or the plain one and the TeX one. */
export type Name = string | { readonly name: string; readonly tex: string };
const named = (name: Name): { name: string; tex: string } => (typeof name === "string" ? { name, tex: name } : name);

const mapValues = <T, U>(record: Readonly<Record<string, T>>, make: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));

/** What a call of an op is given besides tensors. */
export interface Call {
  readonly attributes?: Given;
  readonly scalars?: Readonly<Record<string, Tensor>>;
  /** Names of the outputs; an op with one output takes a single name. */
  readonly names?: Name | Readonly<Record<string, Name>>;
}

export class Graph {
  readonly #tensors: Tensor[] = [];
  readonly #nodes: Node[] = [];

  get tensors(): readonly Tensor[] {
    return this.#tensors;
  }
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** A tensor whose numbers come from outside. Throws ShapeError. */
  given(name: Name, shape: Shape, type: TensorType = "real"): Tensor {
    return this.#add(name, { shape, type, role: "tensor" });
  }

  /** A tensor that holds `fill` in every cell. */
  filled(name: Name, shape: Shape, fill: number): Tensor {
    return this.#add(name, { shape, type: "real", role: "tensor", fill });
  }

  /** A tensor that holds these numbers. Throws ShapeError where there are too few or too many. */
  constant(name: Name, shape: Shape, data: ArrayLike<number>, doubts?: ArrayLike<number>): Tensor {
    if (data.length !== size(shape))
      throw new ShapeError(
        `constant: ${data.length} numbers for ${shapeText(shape)}; ${size(shape)} of them would fit`,
      );
    return this.#add(name, { shape, type: "real", role: "tensor", constant: { data, ...(doubts && { doubts }) } });
  }

  /** A single number that a slider moves: one write into the uniform blocks that read it. */
  scalar(name: Name): Tensor {
    return this.#add(name, { shape: [], type: "real", role: "scalar" });
  }

  /** The same numbers under another shape of equal size; nothing is copied. Throws ShapeError. */
  view(tensor: Tensor, shape: Shape, name: Name = tensor): Tensor {
    if (size(shape) !== size(tensor.shape)) {
      throw new ShapeError(
        `view: ${tensor.name} is ${shapeText(tensor.shape)}, ${shapeText(shape)} does not hold as many cells`,
      );
    }
    return this.#add(name, { shape, type: tensor.type, role: "tensor", of: storage(tensor) });
  }

  /** A tensor that a step writes. */
  result(name: Name, shape: Shape, type: TensorType = "real"): Tensor {
    return this.#add(name, { shape, type, role: "tensor" });
  }

  /** Applies an op and returns its outputs by name. Throws ShapeError, AttributeError. */
  applyAll(op: AnyOp, inputs: Readonly<Record<string, Tensor>>, call: Call = {}): Readonly<Record<string, Tensor>> {
    checkInputs(op, inputs);
    const attributes = op.attributes(call.attributes ?? {});
    const shapes = op.shape(
      mapValues(inputs, (tensor) => tensor.shape),
      attributes,
    );
    const outputs = Object.fromEntries(
      op.outputs
        .filter((spec) => spec.name in shapes)
        .map((spec) => {
          const name = outputName(op, spec.name, call.names);
          return [spec.name, this.result(name, shapes[spec.name], spec.type ?? "real")];
        }),
    );
    const scalars = Object.fromEntries(
      op.scalars
        .filter((spec) => !spec.optional || call.scalars?.[spec.name])
        .map((spec) => [spec.name, call.scalars?.[spec.name] ?? this.#scalarOf(op, spec.name)]),
    );
    this.#nodes.push({ id: this.#nodes.length, op, attributes, inputs, scalars, outputs });
    return outputs;
  }

  /** Applies an op and returns its first output. */
  apply(op: AnyOp, inputs: Readonly<Record<string, Tensor>>, call: Call = {}): Tensor {
    return this.applyAll(op, inputs, call)[op.outputs[0].name];
  }

  #scalarOf(op: AnyOp, name: string): Tensor {
    const spec = op.scalars.find((s) => s.name === name);
    return this.scalar(spec ? { name: spec.symbol, tex: spec.tex } : name);
  }

  #add(name: Name, rest: Omit<Tensor, "id" | "name" | "tex">): Tensor {
    const tensor = { id: this.#tensors.length, ...named(pickName(name)), ...rest };
    checkShape(tensor.name, tensor.shape);
    this.#tensors.push(tensor);
    return tensor;
  }
}

const pickName = (name: Name): Name => (typeof name === "string" ? name : { name: name.name, tex: name.tex });

function outputName(op: AnyOp, output: string, names: Call["names"]): Name {
  if (names === undefined) return op.outputs.length === 1 ? op.name : output;
  if (typeof names === "string" || ("name" in names && "tex" in names)) return names as Name;
  return names[output] ?? output;
}

/** Refuses inputs that are missing, unknown or of the wrong type. Throws ShapeError. */
export function checkInputs(op: Pick<AnyOp, "name" | "inputs">, inputs: Readonly<Record<string, Tensor>>): void {
  const known = op.inputs.map((spec) => spec.name);
  const reads = known.length > 0 ? `it reads ${known.join(", ")}` : "it reads none";
  for (const name of Object.keys(inputs)) {
    if (!known.includes(name)) throw new ShapeError(`${op.name}: ${name} is no input of it; ${reads}`);
  }
  for (const spec of op.inputs) {
    const tensor = inputs[spec.name];
    if (!tensor && !spec.optional) throw new ShapeError(`${op.name}: the input ${spec.name} is missing; ${reads}`);
    if (tensor && tensor.type !== (spec.type ?? "real")) {
      throw new ShapeError(
        `${op.name}: ${spec.name} holds ${tensor.type} numbers, ${spec.type ?? "real"} ones would fit`,
      );
    }
  }
}

// ── a node's formulas ───────────────────────────────────────────────────────

/** The tensors that the cells of a node's formulas point into: the inputs that are there, then the scalars. */
export const operandsOf = (node: Node): readonly Tensor[] => [
  ...node.op.inputs.flatMap((spec) => node.inputs[spec.name] ?? []),
  ...node.op.scalars.flatMap((spec) => node.scalars[spec.name] ?? []),
];

/** The formula of one cell, built anew at each call: by output name and row-major position. */
export function formulaOf(node: Node, output: string, at: number): Formula {
  return formulasOf(node, output)(at);
}

/** The same for many cells: the operands are prepared once. */
export function formulasOf(node: Node, output: string): (at: number) => Formula {
  const { op, attributes } = node;
  const operands: Record<string, Operand> = {};
  let input = 0;
  for (const spec of op.inputs) {
    const tensor = node.inputs[spec.name];
    if (tensor) operands[spec.name] = operand(input++, tensor.shape);
  }
  const present = op.scalars.filter((spec) => spec.name in node.scalars);
  const scalars = Object.fromEntries(present.map((spec) => [spec.name, cell(input++, 0)]));
  const { shape } = node.outputs[output];
  return (at) => op.formula(output, unravel(shape, at), operands, attributes, scalars);
}

/** The inputs of a node through which a gradient may pass. */
export const differentiableInputs = (node: Node): readonly string[] =>
  node.op.inputs.filter((spec) => isDifferentiable(spec) && node.inputs[spec.name]).map((spec) => spec.name);

/** Shapes and structure as kernels read them. */
export const siteOf = (node: Node): Site => ({
  inputs: mapValues(node.inputs, (tensor) => tensor.shape),
  outputs: mapValues(node.outputs, (tensor) => tensor.shape),
  attributes: node.attributes,
});
