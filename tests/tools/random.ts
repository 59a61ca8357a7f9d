/** Seeded numbers for tests: the same on every run and every machine. */
import { isDifferentiable, type AnyOp, type Case } from "../../src/core/op";
import { uniform } from "../../src/core/random";
import { size, type Shape } from "../../src/core/shape";
import { record, type Numbers, type Recorded } from "../../src/ops/call";

/** Numbers of size ¼ to 2 of either sign, exact in float32: away from the kink at 0. */
export const numbers = (shape: Shape, random: () => number): Numbers => ({
  shape,
  data: Array.from({ length: size(shape) }, () => Math.fround((0.25 + 1.75 * random()) * (random() < 0.5 ? -1 : 1))),
});

/** A case of an op with random inputs, and random upstream gradients where its outputs take any. */
export function randomCall(op: AnyOp, { shapes, attributes = {} }: Case, seed = 1): Recorded {
  const random = uniform(seed);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, numbers(shape, random)]));
  const made = op.shape(shapes, op.attributes(attributes));
  const upstream = Object.fromEntries(
    op.outputs.filter(isDifferentiable).map(({ name }) => [name, numbers(made[name], random)]),
  );
  return record({ op, attrs: attributes, inputs, ...(Object.keys(upstream).length > 0 && { upstream }) });
}
