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

/** Numbers for one input of an op: whole ones below what it states where it takes indices. */
function numbersFor(op: AnyOp, name: string, shapes: Case["shapes"], random: () => number): Numbers {
  const spec = op.inputs.find((each) => each.name === name);
  const below = spec?.symbols ?? spec?.below?.(shapes);
  if (below === undefined) {
    const made = numbers(shapes[name], random);
    return spec?.nonnegative ? { ...made, data: Array.from(made.data, Math.abs) } : made;
  }
  return { shape: shapes[name], data: Array.from({ length: size(shapes[name]) }, () => Math.floor(random() * below)) };
}

/** A case of an op with random inputs, and random upstream gradients where its outputs take any. */
export function randomCall(op: AnyOp, { shapes, attributes = {}, scalars }: Case, seed = 1): Recorded {
  const random = uniform(seed);
  const inputs = Object.fromEntries(Object.keys(shapes).map((name) => [name, numbersFor(op, name, shapes, random)]));
  const made = op.shape(shapes, op.attributes(attributes));
  const upstream = Object.fromEntries(
    op.outputs.filter(isDifferentiable).map(({ name }) => [name, numbers(made[name], random)]),
  );
  return record({
    op,
    attrs: { ...attributes, ...scalars },
    inputs,
    ...(Object.keys(upstream).length > 0 && { upstream }),
  });
}
