import { defineSumOver } from "./sum_over";

/** The sum over some axes, or over all. */
export const sum = defineSumOver({
  name: "sum",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.sum.html",
  divides: false,
});
