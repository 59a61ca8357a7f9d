/**
 * The goldens of `tests/goldens` (PyTorch in float64), in node and in the browser alike, and their run on any backend.
 *
 * Bounds are derived, never typed: a result may differ from PyTorch's by twice the bound that the formula gives for the
 * backend's arithmetic, once for the backend and once for PyTorch, which rounds as well (float32 backends use up one
 * share only, since float64 rounding vanishes beside theirs). Scalars such as a slope reach a float32 backend rounded:
 * what that moves, found by evaluating the reference on both, is added.
 */
import { compare, type Comparison } from "../../src/core/compare";
import type { Tensor } from "../../src/core/graph";
import type { AnyOp } from "../../src/core/op";
import { float64, type Precision } from "../../src/core/reading";
import { expect, reader, type Expected, type Values } from "../../src/core/reference";
import { record, type Recorded } from "../../src/ops/call";

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
    .filter((each) => ops.includes(each.op) && ("outputs" in each || "error" in each))
    .map((each) => ({ ...each, kind: "outputs" in each ? "values" : "refused" }) as unknown as GoldenCase);
}

/** Dense Jacobians of these ops. */
export const jacobianCases = (ops: readonly string[]): readonly JacobianCase[] =>
  all.filter((each) => ops.includes(each.op) && "jacobian" in each) as unknown as readonly JacobianCase[];

/** The recitation's small network, five steps of gradient descent each. */
export const networkCases = (): readonly NetworkCase[] =>
  all.filter((each) => each.op === "recitation_network") as unknown as readonly NetworkCase[];

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
export const recordGolden = (golden: GoldenCase, op: string | AnyOp = golden.op): Recorded =>
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
  op: string | AnyOp = golden.op,
): Promise<readonly GoldenResult[]> {
  const recorded = recordGolden(golden, op);
  const actual = await backend(recorded);
  return goldenTargets(golden, recorded).map(({ what, tensor, data }) => {
    const expected = expectedOf(golden, recorded, tensor, data, precision);
    return { what, tensor, comparison: compare(actual.get(tensor) ?? [], expected, precision) };
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

/** The golden's numbers with the bound that the backend must meet. */
function expectedOf(
  golden: ValueCase,
  recorded: Recorded,
  tensor: Tensor,
  data: readonly number[],
  precision: Precision,
): Expected {
  const derived = referenceOf(recorded, recorded.feed, tensor, precision);
  const shifts = precision === float64 ? undefined : shiftsOf(golden, recorded, derived, precision);
  const bounds = derived.bounds.map((bound, i) => 2 * bound + (shifts?.[i] ?? 0));
  return { tensor, values: Float64Array.from(data), bounds, peaks: derived.peaks };
}

/** How far each cell moves because the scalars were rounded to float32; undefined where there are none. */
function shiftsOf(
  golden: ValueCase,
  recorded: Recorded,
  derived: Expected,
  precision: Precision,
): Float64Array | undefined {
  if (recorded.tape.graph.nodes[0].op.scalars.length === 0) return undefined;
  const exact = referenceOf(recorded, exactFeed(golden, recorded), derived.tensor, precision);
  const shifts = derived.values.map((value, i) => Math.abs(value - exact.values[i]));
  return shifts.map((shift) => (Number.isFinite(shift) ? shift : 0));
}

/** The numbers of a golden's call without the rounding to float32. */
export function exactFeed(golden: ValueCase, recorded: Recorded): Values {
  const { scalars } = recorded.tape.graph.nodes[0];
  const exact = new Map<Tensor, ArrayLike<number>>(recorded.feed);
  for (const [name, tensor] of Object.entries(scalars)) {
    const value = golden.attrs[name];
    if (typeof value === "number") exact.set(tensor, [value]);
  }
  return exact;
}

/** What the reference expects of one tensor. All that a call's steps read is fed, so no other step need run first. */
function referenceOf(recorded: Recorded, feed: Values, tensor: Tensor, precision: Precision): Expected {
  const step = recorded.tape.steps.find((each) => each.writes.includes(tensor));
  const expected = step && expect(step, reader(feed), precision).find((each) => each.tensor === tensor);
  if (!expected) throw new Error(`no step writes ${tensor.name}`);
  return expected;
}
