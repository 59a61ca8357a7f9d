/** What station 3 plays: statistics, the normalized batch, scale and shift, running averages, one cell moved, the Jacobian. */
import type { Act } from "../../story/picture";
import type { Phase } from "../../story/score";
import { gathering, passing, told, whereIn, type Where } from "./acts";
import { forwardBlocks, laterBlocks } from "./blocks";
import { filling } from "./filling";
import { sharing, type Measured, type Model, type Structure } from "./model";
import { shifting, spreading, unrolling } from "./moves";
import { leftOf } from "./spread";

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
const group = ({ method }: Structure, g: number): string => `${method === "layer" ? "Sample" : "Feature"} ${g}`;
const groups = ({ method }: Structure): string => (method === "layer" ? "sample" : "feature");
const others = ({ method }: Structure): string =>
  method === "layer" ? "The other samples are not asked." : "Every sample of the batch is asked.";

/** Of a batch the means, then the variances. */
export function statistics(m: Measured, where: Where): readonly Phase[] {
  const [{ x, mean, centred, variance }] = m.batch;
  return [
    {
      name: "mean",
      current: "data",
      acts: [
        gathering(m, x, mean, where, {
          say: (g, now) => ({
            main: `${group(m, g)}: ${shared(m)}, $\\mu$ = ${told(now, mean, g)}.`,
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
            quiet:
              sharing(m) === 1
                ? "A single cell is at no distance from its own mean."
                : `Divided by ${sharing(m)}, the number of cells: the biased variance.`,
          }),
          whole: { main: `Every ${groups(m)} has a variance: the mean of its squared distances.` },
        }),
      ],
    },
  ];
}

const shared = (m: Structure): string =>
  sharing(m) === 1 ? "its only cell is its own mean" : `its ${sharing(m)} cells share one mean`;

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
    say(g, now) {
      const left = leftOf(m, g, now);
      return { ...left, main: `${group(m, g)}: ${left.main}` };
    },
    whole: { main: "Every cell is divided by the $\\sqrt{\\sigma^2 + \\varepsilon}$ that it shares." },
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
