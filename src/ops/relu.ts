import { relu as rule } from "../core/rule";
import code from "../../shaders/relu.wgsl?raw";
import { defineUnary } from "./unary";

/** x where x > 0, else 0; NaN stays. Backward nothing passes at 0 and below. */
export const relu = defineUnary({
  name: "relu",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html",
  rule,
  shader: { file: "relu.wgsl", code },
  reads: ["input"],
});
