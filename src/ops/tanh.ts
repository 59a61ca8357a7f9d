import { tanh as rule } from "../core/activation";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/tanh.wgsl?raw";
import { defineUnary } from "./unary";

/** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) */
export const tanh = defineUnary({
  name: "tanh",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.tanh.html",
  rule,
  shader: { file: "tanh.wgsl", code: code + math },
  reads: ["input"],
});
