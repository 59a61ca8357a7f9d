import { elu as rule } from "../core/activation";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/elu.wgsl?raw";
import { defineUnary } from "./unary";

/** x where x > 0, else alpha · (eˣ − 1). */
export const elu = defineUnary({
  name: "elu",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.elu.html",
  scalars: [{ name: "alpha", symbol: "α", tex: "\\alpha", initial: 1 }],
  rule: (x, { alpha }) => rule(x, alpha),
  shader: { file: "elu.wgsl", code: code + math },
  reads: ["input"],
  cases: [
    { shapes: { input: [37] }, scalars: { alpha: 0.3 } },
    { shapes: { input: [3, 3] }, scalars: { alpha: -2 } },
  ],
});
