/** Which tensor stands on each place while a step runs: values on the way forward, what is read and written on the way back. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import type { Shown } from "../../story/picture";
import type { Model } from "./model";
import type { Way } from "./terms";

export type Face = "input" | "filter" | "bias" | "output";

/** The tensor on a place while a step runs or rests; undefined where nothing there takes part. */
export function faceTensor(m: Model, way: Way, face: Face, running: Step | undefined): Tensor | undefined {
  const [toI, toF, toB] = [m.gradientI, m.gradientF, m.gradientB].map((step) => step === running);
  switch (face) {
    case "input":
      return toI || toB ? m.dI : m.I;
    case "filter":
      if (toI && way === "convolution") return m.turned;
      return toF || toB ? m.dF : m.F;
    case "bias":
      if (toI || toF) return undefined;
      return toB ? m.db : m.b;
    case "output":
      if (toI && way === "convolution") return m.spread.spread;
      return toI || toF || toB ? m.dO : m.O;
  }
}

export const onFace =
  (m: Model, way: Way, face: Face, tensor: Tensor): Shown =>
  ({ act }) =>
    faceTensor(m, way, face, act?.step) === tensor;
