/** The numbers of an exhibit: seeded halves, never 0, so that no kink is hit and nothing is divided by 0. */
import type { Tensor } from "../../../core/graph";
import type { InputSpec } from "../../../core/op";
import { wholeNumbers } from "../../../core/random";
import { size, type Shape } from "../../../core/shape";
import { edited } from "../../../story/edits";
import type { Edits, Feed } from "../../../story/station";
import type { Shown } from "./model";

const most = 2;

/** Whole numbers below what an index input states; halves otherwise, above 0 where those below make no sense. */
function drawn(spec: InputSpec | undefined, shape: Shape, seed: number, shapes: Readonly<Record<string, Shape>>) {
  const below = spec?.below?.(shapes);
  if (below !== undefined) return wholeNumbers(seed, size(shape), 0, below - 1);
  return wholeNumbers(seed, size(shape), spec?.nonnegative ? 0 : -most - 1, most).map((whole) => whole + 0.5);
}

export function galleryFeed(m: Shown, seed: number, edits: Edits): Feed {
  const { exhibit, node, mask, structure, dy } = m;
  const { op, at } = exhibit;
  const numbers = new Map<Tensor, Float32Array>([[mask, structure]]);
  const put = (tensor: Tensor, data: Float32Array): void => {
    numbers.set(...(tensor.type === "real" ? edited(tensor, data, edits) : ([tensor, data] as const)));
  };
  for (const [i, [name, tensor]] of Object.entries(node.inputs).entries()) {
    const spec = op.inputs.find((each) => each.name === name);
    put(tensor, drawn(spec, tensor.shape, seed * 1000 + i + 1, at.shapes));
  }
  put(dy, drawn(undefined, dy.shape, seed * 1000 + 99, at.shapes));
  for (const [name, tensor] of Object.entries(node.scalars)) {
    const spec = op.scalars.find((each) => each.name === name);
    numbers.set(tensor, Float32Array.of(at.scalars?.[name] ?? spec?.initial ?? 1));
  }
  return numbers;
}
