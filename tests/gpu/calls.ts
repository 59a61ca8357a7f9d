/** Calls of the registry's ops with random numbers, run on the GPU and held against their formulas. */
import type { Comparison } from "../../src/core/compare";
import type { Tensor } from "../../src/core/graph";
import type { Kernel } from "../../src/core/kernel";
import { isDifferentiable, type AnyOp, type Case } from "../../src/core/op";
import { mapKernels } from "../../src/core/recipe";
import { size } from "../../src/core/shape";
import type { Processor } from "../../src/gpu/processor";
import { verify } from "../../src/gpu/verify";
import { record, type Numbers, type Recorded } from "../../src/ops/call";
import { compute, seeded } from "./rig";

/** The op with every kernel changed. */
export const withKernels = (op: AnyOp, change: (kernel: Kernel) => Kernel): AnyOp => ({
  ...op,
  kernels: {
    forward: mapKernels(op.kernels.forward, change),
    gradient: Object.fromEntries(
      Object.entries(op.kernels.gradient).map(([input, recipe]) => [input, mapKernels(recipe ?? [], change)]),
    ),
  },
});

/** Other WGSL; a kernel without the text stays as it is. */
export const rewriting =
  (text: string, other: string) =>
  (kernel: Kernel): Kernel => ({
    ...kernel,
    shader: { ...kernel.shader, code: kernel.shader.code.replaceAll(text, other) },
  });

/** Runs a recorded call and holds each step against its formulas. */
export async function judge(processor: Processor, { tape, feed }: Recorded): Promise<Map<Tensor, Comparison>> {
  return verify(tape.steps, await compute(processor, tape, feed));
}

/** Normal numbers, rounded to float32. */
export function normal(shape: readonly number[], random: () => number): Numbers {
  const data = Float32Array.from(
    { length: size(shape) },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  return { shape, data };
}

/** Records a case of an op with random numbers, the gradients of every input included. */
export function recordCase(
  op: AnyOp,
  { shapes, attributes, scalars }: Case,
  seed: number,
  spoil = (n: Numbers) => n,
): Recorded {
  const random = seeded(seed);
  const inputs = Object.fromEntries(
    Object.keys(shapes).map((name) => [name, numbersFor(op, name, shapes, random, spoil)]),
  );
  const call = { op, inputs, attrs: { ...attributes, ...scalars } };
  const { outputs } = record(call);
  const open = op.outputs.filter(isDifferentiable);
  if (open.length === 0) return record(call);
  const upstream = Object.fromEntries(open.map(({ name }) => [name, spoil(normal(outputs[name].shape, random))]));
  return record({ ...call, upstream });
}

/** Numbers for one input: spoilt ones where it is real, whole ones below what the op states where it takes indices. */
function numbersFor(
  op: AnyOp,
  input: string,
  shapes: Case["shapes"],
  random: () => number,
  spoil: (numbers: Numbers) => Numbers,
): Numbers {
  const shape = shapes[input];
  const spec = op.inputs.find(({ name }) => name === input);
  if (spec?.type !== "index" && !spec?.symbols) {
    const made = spoil(normal(shape, random));
    return spec?.nonnegative ? { shape, data: Array.from(made.data, Math.abs) } : made;
  }
  const below = spec.symbols ?? spec.below?.(shapes) ?? 2;
  return { shape, data: Array.from({ length: size(shape) }, () => Math.floor(random() * below)) };
}

/** Puts other numbers in the place of every third. */
const withEveryThird =
  (others: readonly number[]) =>
  ({ shape, data }: Numbers): Numbers => ({
    shape,
    data: Array.from(data, (value, i) => (i % 3 === 0 ? others[(i / 3) % others.length] : value)),
  });

/** NaN, infinities and zeros. */
export const withSpecials = withEveryThird([Number.NaN, Infinity, 0, -Infinity, -0]);

/** Numbers so small that a GPU may take them for 0, beside the largest that do not overflow at once. */
export const withExtremes = withEveryThird([2 ** -140, -(2 ** -126), 2 ** 60, -(2 ** 60)]);
