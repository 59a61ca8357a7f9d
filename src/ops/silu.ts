import { sigmoid } from "../core/activation";
import { product } from "../core/rule";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/silu.wgsl?raw";
import { defineUnary } from "./unary";

/** x · σ(x). As in PyTorch NaN at −∞. */
export const silu = defineUnary({
  name: "silu",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html",
  rule: (x) => product(x, sigmoid(x)),
  shader: { file: "silu.wgsl", code: code + math },
  reads: ["input"],
});
