/** One sentence on a cell of station 9. */
import type { Tensor } from "../../core/graph";
import type { Results } from "../../story/results";
import { fieldsOf, fieldText } from "./counts";
import type { Model } from "./model";
import { compared, halved, movedBy, seen } from "./sizes";
import { isSame, poolName, shiftOf } from "./words";

/** What a cell is; undefined where there is nothing to say. */
export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  if (!results.ready) return undefined;
  return unfinite(m, tensor, at, results) ?? forwardRemark(m, tensor, at, results) ?? measuredRemark(m, tensor, at);
}

/** A share of nothing is no number. */
function unfinite(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const branch = (["A", "B"] as const).find((each) => tensor === m[each].contrast || tensor === m[each].change);
  const number = results.value(tensor, at);
  if (!branch || Number.isFinite(number)) return undefined;
  if (tensor === m[branch].contrast)
    return results.value(m.contrastIn, at) === 0
      ? "Nothing varies in the image: a share of no contrast is no number."
      : "A pixel or a weight is not finite, so that no contrast can be told.";
  if (isSame(m, branch, at, results)) return "The output is 0 before and after: a share of nothing is no number.";
  return number === Infinity
    ? "All of the output was 0 before: no share of that could be told."
    : "A number that is compared is not finite, so that no share can be told.";
}

function forwardRemark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const fields = fieldsOf(m);
  const [row, column] = [Math.floor(at / halved), at % halved];
  switch (tensor) {
    case m.x:
    case m.xA:
      return at % 2 === 0 && Math.floor(at / seen) % 2 === 0
        ? "A window of the strided convolution is centred here."
        : "No window of the strided convolution is centred here.";
    case m.yA:
      return `Its window of ${fieldText(fields.A)} is centred on pixel [${2 * row}, ${2 * column}].`;
    case m.yB:
      return `The ${poolName(m)} over ${fieldText(fields.map)} cells of f, and so over ${fieldText(fields.B)} pixels.`;
    case m.dxA:
    case m.dxB:
      return results.value(tensor, at) === 0
        ? "No gradient comes here: a small change of this pixel would change nothing, or what it changes cancels."
        : undefined;
    default:
      return tensor === m.A.difference || tensor === m.B.difference
        ? differenceRemark(at, shiftOf(m, results))
        : undefined;
  }
}

function differenceRemark(at: number, shift: number): string {
  const [row, column] = [Math.floor(at / compared.count), compared.first + (at % compared.count)];
  return `Output [${row}, ${column}] after the shift, less what stood at [${row}, ${column - movedBy(shift)}] before.`;
}

function measuredRemark(m: Model, tensor: Tensor, at: number): string | undefined {
  if (tensor === m.A.change || tensor === m.B.change)
    return at % 2 === 0
      ? "An even shift: the output moves along by whole cells."
      : "An odd shift: the grid lies on other pixels.";
  return undefined;
}
