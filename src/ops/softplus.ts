import { softplus as rule } from "../core/activation";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/softplus.wgsl?raw";
import { defineUnary } from "./unary";

/** log(1 + exp(beta · x)) / beta; where beta · x exceeds the threshold, x itself. */
export const softplus = defineUnary({
  name: "softplus",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html",
  scalars: [
    { name: "beta", symbol: "β", tex: "\\beta", initial: 1 },
    { name: "threshold", symbol: "θ", tex: "\\theta", initial: 20 },
  ],
  rule: (x, { beta, threshold }) => rule(x, beta, threshold),
  shader: { file: "softplus.wgsl", code: code + math },
  reads: ["input"],
  cases: [
    { shapes: { input: [37] }, scalars: { beta: 2.5 } },
    { shapes: { input: [37] }, scalars: { beta: 0.5, threshold: 0.25 } },
  ],
});
