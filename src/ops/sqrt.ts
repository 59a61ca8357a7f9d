import { squareRoot } from "../core/transcendental";
import math from "../../shaders/math.wgsl?raw";
import code from "../../shaders/sqrt.wgsl?raw";
import { defineUnary } from "./unary";

/** The square root; NaN below 0. */
export const sqrt = defineUnary({
  name: "sqrt",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html",
  rule: squareRoot,
  nonnegative: true,
  shader: { file: "sqrt.wgsl", code: code + math },
  reads: ["output"],
});
