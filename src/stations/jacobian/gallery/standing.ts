/** Which tensors stand where: the input and the output take turns with their gradients. */
import type { Tensor } from "../../../core/graph";
import type { Current, Shown as Seen } from "../../../story/picture";
import type { Shown } from "./model";
import { placesOf, type Standing } from "./places";

/** Whether gradients stand in the places of the input and the output: while one of both ways back runs. */
const goesBack =
  (m: Shown, back: boolean): Seen =>
  ({ act }) =>
    (act?.step === m.gradient || act?.step === m.longStep) === back;

/** A tensor and where it is seen. */
export interface Stood {
  readonly tensor: Tensor;
  readonly at: Standing;
  readonly current: Current;
  readonly shown?: Seen;
}

/** Every tensor but the Jacobian, the two that take turns with their gradients told apart. */
export function stood(m: Shown): readonly Stood[] {
  const { inputs, output } = placesOf(m);
  const fixed = [...inputs].map(([tensor, at]): Stood => {
    const shown = tensor === m.x ? { shown: goesBack(m, false) } : {};
    return { tensor, at, current: "data", ...shown };
  });
  return [
    ...fixed,
    { tensor: m.dx, at: inputs.get(m.x)!, current: "gradient", shown: goesBack(m, true) },
    { tensor: m.y, at: output, current: "data", shown: goesBack(m, false) },
    { tensor: m.dy, at: output, current: "gradient", shown: goesBack(m, true) },
  ];
}
