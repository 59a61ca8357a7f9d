import { defineSumOver } from "./sum_over";

/** The mean over some axes, or over all. */
export const mean = defineSumOver({
  name: "mean",
  source: "https://docs.pytorch.org/docs/stable/generated/torch.mean.html",
  divides: true,
});
