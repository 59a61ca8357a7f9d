import { sine } from "../core/transcendental";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/sin.wgsl?raw";
import { defineUnary } from "./unary";

/** The sine; NaN where x is not finite. */
export const sin = defineUnary({
  name: "sin",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.sin.html",
  rule: sine,
  shader: { file: "sin.wgsl", code: code + math },
  reads: ["input"],
});
