/** Which tensor stands on each of the three faces while a product runs: one cube, and one flat twin, serve all passes. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import type { Shown } from "../../story/picture";
import type { Model } from "./model";

export type Face = "A" | "B" | "C";

/** The forward pass shows values; a gradient what it reads and what it writes; the long way the gradient it must equal. */
export function faceTensor(m: Model, face: Face, running: Step | undefined): Tensor {
  const long = running === m.longStep;
  if (face === "C") return long || running === m.gradientA || running === m.gradientB ? m.dC : m.C;
  if (face === "A") return running === m.gradientA || (long && m.by === "A") ? m.dA : m.A;
  return running === m.gradientB || (long && m.by === "B") ? m.dB : m.B;
}

export const onFace =
  (m: Model, face: Face, tensor: Tensor): Shown =>
  ({ act }) =>
    faceTensor(m, face, act?.step) === tensor;
