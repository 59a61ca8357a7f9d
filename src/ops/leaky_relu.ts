import { leakyRelu as rule } from "../core/rule";
import code from "../../shaders/leaky_relu.wgsl?raw";
import { defineUnary } from "./unary";

/** x where x > 0, else negative_slope · x. */
export const leakyRelu = defineUnary({
  name: "leaky_relu",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html",
  scalars: [{ name: "negative_slope", symbol: "α", tex: "\\alpha", initial: 0.01 }],
  rule: (x, { negative_slope: slope }) => rule(x, slope),
  shader: { file: "leaky_relu.wgsl", code },
  reads: ["input"],
});
