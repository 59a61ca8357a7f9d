import { cosine } from "../core/transcendental";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/cos.wgsl?raw";
import { defineUnary } from "./unary";

/** The cosine; NaN where x is not finite. */
export const cos = defineUnary({
  name: "cos",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.cos.html",
  rule: cosine,
  shader: { file: "cos.wgsl", code: code + math },
  reads: ["input"],
});
