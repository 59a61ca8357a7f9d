/** One sentence on a cell of station 1: from which step it came, or why it is not finite. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import { pixelRemark } from "./map-picture";
import { carries } from "./knobs";
import type { Model } from "./model";
import { recited } from "./rates";
import { cellsAt } from "./stage";
import { settledValue } from "./numbers";
import { overflow } from "./words";
import { weightsAt } from "./strip";

/** A sentence for a cell of the picture or the tables; undefined where there is nothing to say. */
export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  if (m.view.kind === "map" && tensor === m.view.map.outcome) return pixelRemark(m, m.view.map, at, results);
  if (!Number.isFinite(results.value(tensor, at))) return overflow(m, results);
  const { path, after, gradients, losses, lossesAfter } = m.run;
  const each = path.shape[1] ?? 1;
  const t = Math.floor(at / each);
  switch (tensor) {
    case path:
      return t === 0 ? "Where it starts." : landed(m, t, at % each, results);
    case after:
      return landed(m, t + 1, at % each, results);
    case gradients:
      return m.noise ? "The slope where the ball stands, as this batch sees it." : "The slope where the ball stands.";
    case losses:
    case lossesAfter:
      return "How high the ball stands.";
    case m.noise?.added:
      return "What the batch of this step adds to the gradient: a random draw, times the noise that is set.";
    case m.rates.path:
      return rateRemark(at, tensor.shape[1]);
    default:
      return undefined;
  }
}

/** How a w came out of the one before it. */
function landed(m: Model, t: number, part: number, results: Results): string {
  const cell = weightsAt(m, t - 1)[part];
  const before = results.value(cell.tensor, cell.at);
  const slopeCell = cellsAt(m.run.gradients, t - 1)[part];
  const slope = results.value(slopeCell.tensor, slopeCell.at);
  const rate = format(settledValue(results, m.rate));
  const from = `Step ${t}, from ${format(before)}`;
  const way =
    m.setting.optimizer === "sgd"
      ? `${from}: ${format(before)} − ${rate} · ${slope < 0 ? `(${format(slope)})` : format(slope)}.`
      : `${from}, where the slope is ${format(slope)}.`;
  const here = weightsAt(m, t)[part];
  return isRemainder(m, before, results.value(here.tensor, here.at)) ? `${way} ${remainder}` : way;
}

/**
 * Whether a step takes w away but for the rounding of its terms. Of plain SGD's steps those that end at 0 itself are
 * exact; where a buffer goes with them, even that 0 is a rounded one.
 */
const isRemainder = ({ setting }: Model, before: number, after: number): boolean =>
  before !== 0 && Math.abs(after) <= Math.abs(before) * 2 ** -20 && (after !== 0 || carries(setting.optimizer));

const remainder = "Its terms cancel: what is left is the rounding of float32.";

function rateRemark(at: number, columns: number): string {
  const rate = recited[at % columns];
  const which = rate === undefined ? "5 % beyond the largest stable rate" : `η = ${rate}`;
  return `Plain SGD at ${which}, after ${Math.floor(at / columns)} steps.`;
}
