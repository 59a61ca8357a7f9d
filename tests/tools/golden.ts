/**
 * The goldens of `tests/goldens` (PyTorch in float64), in node and in the browser alike, and their run on any backend.
 *
 * Bounds are derived, never typed: a result may differ from PyTorch's by the bound that the formulas give from end to end
 * for the backend's arithmetic, and by the one for float64, in which PyTorch rounds. That scalars such as a slope reach a
 * float32 backend rounded is a part of the first.
 */
import { compare, type Comparison } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import type { AnyOp } from "../../src/core/op";
import { float64, type Precision } from "../../src/core/precision";
import type { Expected } from "../../src/core/expected";
import { reader, type Values } from "../../src/core/reader";
import { runInheriting } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { record, type Recorded } from "../../src/ops/call";
import type { AnyComposition } from "../../src/ops/compositions/composition";

/** A tensor of a golden, its "nan", "inf" and "-inf" read as the numbers they stand for. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type GoldenTensors = Readonly<Record<string, GoldenTensor>>;

interface Named {
  /** The file that holds the case, without its ending. */
  readonly file: string;
  readonly name: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
}
export interface ValueCase extends Named {
  readonly kind: "values";
  readonly inputs: GoldenTensors;
  readonly outputs: GoldenTensors;
  readonly upstream?: GoldenTensors;
  readonly grads?: GoldenTensors;
}
/** PyTorch refuses the call. */
export interface RefusedCase extends Named {
  readonly kind: "refused";
  readonly inputs: GoldenTensors;
  readonly reason: string;
}
export type GoldenCase = ValueCase | RefusedCase;

export interface JacobianCase extends Named {
  readonly wrt: string;
  readonly inputs: GoldenTensors;
  /** Outputs × inputs, both flattened in row-major order. */
  readonly jacobian: GoldenTensor;
}
export interface NetworkStep {
  readonly w: readonly number[];
  readonly z: readonly number[];
  readonly a: readonly number[];
  readonly y_hat: number;
  readonly loss: number;
  readonly grad: readonly number[];
}
export interface NetworkCase extends Named {
  readonly attrs: {
    readonly x: number;
    readonly y: number;
    readonly w: readonly number[];
    readonly lr: number;
    readonly activation: string;
  };
  readonly steps: readonly NetworkStep[];
}

// ── reading the files ───────────────────────────────────────────────────────

type Json = Readonly<Record<string, unknown>>;
const files = import.meta.glob<readonly Json[]>("../goldens/*.json", { eager: true, import: "default" });

const words = new Map<unknown, number>([
  ["nan", Number.NaN],
  ["inf", Infinity],
  ["-inf", -Infinity],
]);

/** The same JSON with the words for what JSON cannot hold as numbers, inside of `data` lists only. */
function revive(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return key === "data" ? value.map((item) => words.get(item) ?? item) : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item, name)]));
}

const all: readonly (Named & Json)[] = Object.entries(files).flatMap(([path, cases]) => {
  const file = path.replace(/^.*\/|\.json$/g, "");
  return cases.map((each) => ({ ...(revive(each) as Named & Json), file }));
});

/** The cases of these ops with values and gradients, and those that PyTorch refuses. */
export function goldenCases(ops: readonly string[]): readonly GoldenCase[] {
  return all
    .filter((each) => ops.includes(each.op))
    .map((each) => ("steps" in each ? stacked(each as unknown as NetworkCase) : each))
    .filter((each) => "outputs" in each || "error" in each)
    .map((each) => ({ ...each, kind: "outputs" in each ? "values" : "refused" }) as unknown as GoldenCase);
}

/** The network's steps as outputs: each quantity with the steps along its first axis. */
function stacked({ steps, ...rest }: NetworkCase): Named {
  const quantity = (name: keyof NetworkStep): GoldenTensor => {
    const rows = steps.map((step) => step[name]);
    const width = rows.flatMap((row) => (typeof row === "number" ? [] : row)).length / rows.length;
    return { shape: width > 0 ? [rows.length, width] : [rows.length], data: rows.flat() };
  };
  const names = ["w", "z", "a", "y_hat", "loss", "grad"] as const;
  const outputs = Object.fromEntries(names.map((name) => [name, quantity(name)]));
  const made: Pick<ValueCase, "inputs" | "outputs"> = { inputs: {}, outputs };
  return { ...rest, ...made };
}

/** Dense Jacobians of these ops. */
export const jacobianCases = (ops: readonly string[]): readonly JacobianCase[] =>
  all.filter((each) => ops.includes(each.op) && "jacobian" in each) as unknown as readonly JacobianCase[];

/** The recitation's small network, five steps of gradient descent each. */
export const networkCases = (): readonly NetworkCase[] =>
  all.filter((each) => each.op === "recitation_network") as unknown as readonly NetworkCase[];

/** Every case there is, of whatever op and kind: its file and its name. */
export const everyCase: readonly Named[] = all;

// ── running them ────────────────────────────────────────────────────────────

/** Computes every tensor of a recorded call: the reference, or a GPU. */
export type Backend = (recorded: Recorded) => Values | Promise<Values>;

/** One tensor of a golden beside what a backend made of it. */
export interface GoldenResult {
  /** "output indices", "gradient a" and the like. */
  readonly what: string;
  readonly tensor: Tensor;
  readonly comparison: Comparison;
}

/** Records a golden's call. Throws what the op throws, which a refused case must. `op` may stand in for the registry's. */
export const recordGolden = (golden: GoldenCase, op: string | AnyOp | AnyComposition = golden.op): Recorded =>
  record({
    op,
    attrs: golden.attrs,
    inputs: golden.inputs,
    ...(golden.kind === "values" && golden.upstream && { upstream: golden.upstream }),
  });

/** Runs a case on a backend of the given arithmetic and compares each output and gradient. */
export async function runGolden(
  golden: ValueCase,
  backend: Backend,
  precision: Precision,
  op: string | AnyOp | AnyComposition = golden.op,
): Promise<readonly GoldenResult[]> {
  const recorded = recordGolden(golden, op);
  const actual = reader(await backend(recorded));
  const expecting = expectedOf(recorded, precision);
  return goldenTargets(golden, recorded).map(({ what, tensor, data }) => {
    const cells = Array.from({ length: size(tensor.shape) }, (_, at) => actual(tensor, at));
    return { what, tensor, comparison: compare(cells, expecting(tensor, data), precision) };
  });
}

/** What is compared: each output and each gradient that the golden has. */
export function goldenTargets(
  golden: ValueCase,
  recorded: Recorded,
): readonly { what: string; tensor: Tensor; data: readonly number[] }[] {
  const listed = (word: string, tensors: GoldenTensors, ours: Readonly<Record<string, Tensor>>) =>
    Object.entries(tensors).map(([name, { data }]) => {
      if (!ours[name]) throw new Error(`${golden.op}: the golden has a ${word} ${name}, the op has none`);
      return { what: `${word} ${name}`, tensor: ours[name], data };
    });
  return [
    ...listed("output", golden.outputs, recorded.outputs),
    ...listed("gradient", golden.grads ?? {}, recorded.grads),
  ];
}

/** A golden's numbers with the bounds that a backend of this arithmetic must meet from end to end. */
export function expectedOf(
  { tape, exact }: Recorded,
  precision: Precision,
): (tensor: Tensor, data: ArrayLike<number>) => Expected {
  const ours = runInheriting(tape, exact, precision);
  const theirs = precision === float64 ? ours : runInheriting(tape, exact, float64);
  return (tensor, data) => {
    const held = storage(tensor);
    const [own, other] = [ours.get(held), theirs.get(held)];
    const values = Float64Array.from(data);
    // What no step writes holds the numbers of the graph itself, to the last bit.
    if (!own || !other) return { tensor, values, bounds: values.map(() => 0), peaks: values.map(Math.abs) };
    return { tensor, values, bounds: own.bounds.map((bound, at) => bound + other.bounds[at]), peaks: own.peaks };
  };
}
