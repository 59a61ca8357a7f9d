import { sigmoid as rule } from "../core/activation";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/sigmoid.wgsl?raw";
import { defineUnary } from "./unary";

/** 1 / (1 + e⁻ˣ) */
export const sigmoid = defineUnary({
  name: "sigmoid",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html",
  rule,
  shader: { file: "sigmoid.wgsl", code: code + math },
  reads: ["input"],
});
