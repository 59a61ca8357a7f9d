import { normalDistribution } from "../core/activation";
import { product } from "../core/rule";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/gelu.wgsl?raw";
import { defineUnary } from "./unary";

/** x · Φ(x), with Φ(x) = ½ (1 + erf(x / √2)). As in PyTorch NaN at −∞. */
export const gelu = defineUnary({
  name: "gelu",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html",
  rule: (x) => product(x, normalDistribution(x)),
  shader: { file: "gelu.wgsl", code: code + math },
  reads: ["input"],
});
