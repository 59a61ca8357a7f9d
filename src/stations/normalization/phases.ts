/** What station 3 plays: statistics, the normalized batch, scale and shift, running averages, one cell moved, the Jacobian. */
import type { Act } from "../../story/picture";
import type { Phase } from "../../story/score";
import { gathering, passing, told, whereIn, type Where } from "./acts";
import { forwardBlocks, laterBlocks } from "./blocks";
import { filling } from "./filling";
import { sharing, type Model } from "./model";
import { shifting, spreading, unrolling } from "./moves";

export function phases(m: Model): readonly Phase[] {
  const where = whereIn(forwardBlocks(m));
  const later = whereIn(laterBlocks(m));
  const laterOrX: Where = (tensor, at) => (m.x.includes(tensor) ? where(tensor, at) : later(tensor, at));
  return [
    ...(m.method === "inference" ? [] : statistics(m, where)),
    { name: "normalize", current: "data", acts: [normalizing(m, where)] },
    { name: "scale, shift", current: "data", acts: [scaling(m, where)] },
    ...(m.method === "training" && m.batches > 0
      ? [{ name: "running averages", current: "data" as const, acts: m.seen.map((_, t) => filling(m, t, where)) }]
      : []),
    { name: "moved", current: "data", acts: [shifting(m), spreading(m)] },
    { name: "Jacobian", current: "gradient", acts: [unrolling(m, laterOrX)] },
  ];
}

/** "Feature 0" or "Sample 0". */
const group = ({ method }: Model, g: number): string => `${method === "layer" ? "Sample" : "Feature"} ${g}`;
const groups = ({ method }: Model): string => (method === "layer" ? "sample" : "feature");
const others = ({ method }: Model): string =>
  method === "layer" ? "The other samples are not asked." : "Every sample of the batch is asked.";

function statistics(m: Model, where: Where): readonly Phase[] {
  const [{ x, mean, centred, variance }] = m.batch;
  return [
    {
      name: "mean",
      current: "data",
      acts: [
        gathering(m, x, mean, where, {
          say: (g, now) => ({
            main: `${group(m, g)}: its ${sharing(m)} cells share one mean, $\\mu$ = ${told(now, mean, g)}.`,
            quiet: others(m),
          }),
          whole: { main: `Every ${groups(m)} has a mean of its own.`, quiet: others(m) },
        }),
      ],
    },
    {
      name: "variance",
      current: "data",
      acts: [
        passing(m, { from: x, to: centred, shared: [mean] }, where, {
          say: (g) => ({ main: `${group(m, g)}: every cell as its distance from the mean.` }),
          whole: { main: "Every cell as its distance from the mean that it shares." },
        }),
        gathering(m, centred, variance, where, {
          say: (g, now) => ({
            main: `${group(m, g)}: the mean of the squared distances is $\\sigma^2$ = ${told(now, variance, g)}.`,
            quiet: `Divided by ${sharing(m)}, the number of cells: the biased variance.`,
          }),
          whole: { main: `Every ${groups(m)} has a variance: the mean of its squared distances.` },
        }),
      ],
    },
  ];
}

function normalizing(m: Model, where: Where): Act {
  const [normal] = m.normal;
  if (m.method === "inference") {
    const { mean, variance } = m.running.at(-1)!;
    return passing(m, { from: m.x[0], to: normal, shared: [mean, variance] }, where, {
      say: (g) => ({
        main: `Feature ${g}: the running mean is taken out, and the running spread divided by.`,
        quiet: "Both were fixed before this batch came. No sample asks another.",
      }),
      whole: { main: "The frozen running averages normalize. No sample asks another." },
    });
  }
  const [{ variance }] = m.batch;
  return passing(m, { to: normal, shared: [variance] }, where, {
    say: (g) => ({
      main: `${group(m, g)}: divided by $\\sqrt{\\sigma^2 + \\varepsilon}$, its cells have mean 0 and variance 1.`,
      quiet: "A small $\\varepsilon$ keeps the divisor off 0 where all cells are equal.",
    }),
    whole: { main: "Divided by $\\sqrt{\\sigma^2 + \\varepsilon}$: mean 0 and variance 1." },
  });
}

const scaling = (m: Model, where: Where): Act =>
  passing(m, { from: m.normal[0], to: m.y, shared: [], perFeature: [m.gamma, m.beta] }, where, {
    say: (g) => ({
      main: `${group(m, g)}: $y = \\gamma\\,\\hat x + \\beta$.`,
      quiet: "$\\gamma$ and $\\beta$ are learned, one of each per feature, in every method.",
    }),
    whole: { main: "Scaled by $\\gamma$ and shifted by $\\beta$, one of each per feature." },
  });
