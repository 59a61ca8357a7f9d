import { threshold as rule } from "../core/decision";
import code from "../../shaders/threshold.wgsl?raw";
import { defineUnary } from "./unary";

/** x where x > threshold, else value: with both the same, the larger of x and a constant floor. */
export const threshold = defineUnary({
  name: "threshold",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html",
  scalars: [
    { name: "threshold", symbol: "t", tex: "t", initial: 0 },
    { name: "value", symbol: "v", tex: "v", initial: 0 },
  ],
  rule: (x, { threshold: t, value }) => rule(x, t, value),
  shader: { file: "threshold.wgsl", code },
  reads: ["input"],
  cases: [
    { shapes: { input: [37] }, scalars: { threshold: 0.25, value: 0.25 } },
    { shapes: { input: [3, 3] }, scalars: { threshold: -1, value: 2 } },
  ],
});
