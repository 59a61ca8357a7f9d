/** One sentence on a cell: which windows it won or lost, and what that means for its gradient. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import { cellText, inBatch, sampleHolding, sampleOf, windowName, windowText } from "./batch";
import { comparedText, divisor, nanText, positionsText, reachesOut, tieOf, wonBy } from "./findings";
import { readers, type Model } from "./model";

/** A sentence for a cell of the picture; undefined where there is nothing to say. */
export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  if (Object.values(m.ring).includes(tensor)) return ringRemark(m);
  if (Object.values(m.gradientRing).includes(tensor)) return gradientRingRemark(m);
  if (!results.ready) return undefined;
  switch (tensor) {
    case m.O:
    case m.dO:
      return outputRemark(m, at, results);
    case m.indices:
      return `${capital(windowName(m, at))} found its largest number at I${cellText(m, inBatch(m, at, results.value(tensor, at)))}. The way back needs no more than that.`;
    case m.movedO:
      return inSample(m, sampleOf(m, at), `It was ${format(results.value(m.O, at))} before I moved.`);
    default:
      return inSample(m, sampleHolding(m, at), cellRemark(m, tensor, at, results));
  }
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** In a batch the sample is named before what happens in it. */
const inSample = ({ batch }: Model, sample: number, text: string | undefined): string | undefined =>
  text !== undefined && batch > 1 ? `Sample ${sample}. ${text}` : text;

/** A sentence for a cell of I, or of what has a cell for each of its cells. */
function cellRemark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  switch (tensor) {
    case m.I:
    case m.dI:
      return m.indices ? candidateRemark(m, tensor, at, results) : shareRemark(m, at);
    case m.mask:
      return m.indices
        ? `Won ${times(results.value(m.mask, at))}.`
        : "What it is given where every output sends back a 1.";
    case m.moved:
      return at % m.width === 0 ? "A zero that came in at the left." : `It stood at I${cellText(m, at - 1)}.`;
    default:
      return undefined;
  }
}

function ringRemark({ pool, countsPadding }: Model): string {
  if (pool === "max") return "Padding: nothing here can win.";
  return countsPadding ? "Padding, counted as 0." : "Padding, not counted.";
}

const gradientRingRemark = ({ pool, countsPadding }: Model): string =>
  pool === "average" && countsPadding
    ? "Padding: the share that falls here goes to nobody."
    : "Padding: no gradient comes here.";

const times = (n: number): string => (n === 0 ? "no window" : n === 1 ? "one window" : `${n} windows`);

function outputRemark(m: Model, window: number, results: Results): string {
  const compared = comparedText(m, window, results);
  const name = capital(windowName(m, window));
  if (!m.indices) return `${name}: ${compared}.${paddingText(m, window)}`;
  if (Number.isNaN(results.value(m.O, window)))
    return `${name}: ${nanText(m, window, results)}, so that it is not hidden.`;
  return `${name}: ${compared}, found first at flat ${results.value(m.indices, window)}.`;
}

/** Whether the zeros around I were counted, where a window reaches over its edge. */
function paddingText(m: Model, window: number): string {
  if (!reachesOut(m, window)) return "";
  return m.countsPadding ? " The zeros of the padding are counted." : " The padding is not counted.";
}

function candidateRemark(m: Model, tensor: Tensor, at: number, results: Results): string {
  const windows = readers(m, at);
  if (windows.length === 0) return "No window reads it: its gradient is 0.";
  const won = wonBy(m, at, results);
  if (won.length === 0)
    return tensor === m.dI ? "Lost every window that reads it: its gradient is 0." : lostText(m, windows, results);
  if (won.length > 1) {
    const list = won.map((window) => windowText(m, window)).join(", ");
    return `Won ${won.length} windows: ${list}. Their gradients add up.`;
  }
  return wonText(m, won[0], results);
}

function lostText(m: Model, windows: readonly number[], results: Results): string {
  if (windows.length > 1)
    return `Lost ${windows.length === 2 ? "both" : `all ${windows.length}`} windows that read it.`;
  return `Lost window ${windowText(m, windows[0])}: ${comparedText(m, windows[0], results)}.`;
}

/** "Won window [1, 1]: max(1, 2, 2, 1) = 2, found first at flat 11. Flat 14 gets 0." */
function wonText(m: Model, window: number, results: Results): string {
  const name = `Won window ${windowText(m, window)}`;
  if (Number.isNaN(results.value(m.O, window))) return `${name}: ${nanText(m, window, results)}.`;
  const tie = tieOf(m, window, results);
  const compared = `${name}: ${comparedText(m, window, results)}`;
  if (!tie) return `${compared}.`;
  return `${compared}, found first at flat ${tie.winner}. Flat ${positionsText(tie.others)} ${tie.others.length === 1 ? "gets" : "get"} ${m.kernel > m.stride ? "nothing from this window" : "0"}.`;
}

function shareRemark(m: Model, at: number): string {
  const windows = readers(m, at);
  if (windows.length === 0) return "No window reads it: its gradient is 0.";
  if (windows.length > 1) return `Read by ${windows.length} windows: its shares add up.`;
  return `Read by window ${windowText(m, windows[0])}: its share is 1/${divisor(m, windows[0])}.`;
}
