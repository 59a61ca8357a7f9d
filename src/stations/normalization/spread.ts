/** What dividing by the spread leaves, in words: usually mean 0 and variance 1, and why not where it is otherwise. */
import { format } from "../../core/numeral";
import type { Caption, Now } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Model } from "./model";

/** The variance that a group is divided by, a feature or a sample. */
const varianceOf = ({ batch, running }: Model, group: number, results: Results): number =>
  results.value(batch.length > 0 ? batch[0].variance : running.at(-1)!.variance, group);

/** What is odd about a group's variance; undefined where it is a number above 0. */
export function oddSpread(m: Model, group: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  const variance = varianceOf(m, group, results);
  if (Number.isNaN(variance)) return "$\\sigma^2$ is NaN here, and makes NaN of everything that is divided by it.";
  if (variance === Infinity)
    return "$\\sigma^2$ is larger than a float32 can be and counts as $\\infty$. Divided by $\\sqrt\\infty$, every number is 0.";
  if (variance === 0 && m.method !== "inference")
    return "Its cells are all equal: nothing is left of them without the mean, and $\\varepsilon$ alone keeps the divisor off 0.";
  return undefined;
}

/** What becomes of a group's cells. */
export function leftOf(m: Model, group: number, { results }: Now): Pick<Caption, "main" | "quiet"> {
  const divided = "divided by $\\sqrt{\\sigma^2 + \\varepsilon}$";
  const odd = oddSpread(m, group, results);
  if (odd !== undefined) return { main: `${divided}.`, quiet: odd };
  const variance = varianceOf(m, group, results);
  const share = results.ready ? variance / (variance + results.value(m.eps, 0)) : 1;
  return {
    main: `${divided}, its cells have mean 0 and variance ${format(Number(share.toPrecision(3)))}.`,
    quiet:
      Number(share.toPrecision(3)) === 1
        ? "A small $\\varepsilon$ keeps the divisor off 0 where all cells are equal."
        : "$\\varepsilon$ is not small beside $\\sigma^2$, so that less than 1 is left.",
  };
}
