import code from "../../shaders/identity.wgsl?raw";
import { defineUnary } from "./unary";

/** x: an activation that leaves things as they are. */
export const identity = defineUnary({
  name: "identity",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html",
  rule: (x) => x,
  shader: { file: "identity.wgsl", code },
  reads: [],
});
