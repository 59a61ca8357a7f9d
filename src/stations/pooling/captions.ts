/** What is said while the same window runs in every sample of a batch. */
import { format } from "../../core/numeral";
import type { Caption } from "../../story/picture";
import type { Results } from "../../story/results";
import { inEverySample, sampleOf, windowText } from "./batch";
import { changed, countedText, divisor, tieOf, tieText } from "./findings";
import type { Model } from "./model";

/** "2, 3 and 1". */
const listed = (texts: readonly string[]): string => `${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]}`;

const name = (m: Model, moment: number): string => `Window ${windowText(m, moment)} of every sample`;

const numbers = (m: Model, moment: number, of: (window: number) => number): string =>
  listed(inEverySample(m, moment).map((window) => format(of(window))));

/** Forward: what goes on from each sample. */
export function forwardOfAll(m: Model, moment: number, results: Results): Caption {
  const outputs = numbers(m, moment, (window) => results.value(m.O, window));
  if (!m.indices) return { main: `${name(m, moment)}: the means are ${outputs}.`, quiet: countedText(m, moment) };
  return { main: `${name(m, moment)}: ${outputs} go on.`, quiet: whereFound(m, moment, results) };
}

/** Where the largest numbers stood, or that a tie was settled. */
function whereFound(m: Model, moment: number, results: Results): string {
  const tied = inEverySample(m, moment).flatMap((window) => tieOf(m, window, results) ?? []);
  if (tied.length === 0) return `Found at flat ${found(m, moment, results)}, each in its own sample.`;
  const [{ window }, ...others] = tied;
  const also = others.length > 0 ? ` Sample ${list(others.map((tie) => sampleOf(m, tie.window)))}: a tie too.` : "";
  return `A tie in sample ${sampleOf(m, window)}: ${tieText(tied[0])}.${also}`;
}

const list = (samples: readonly number[]): string =>
  samples.length > 1 ? listed(samples.map(String)) : `${samples[0]}`;

const found = (m: Model, moment: number, results: Results): string =>
  numbers(m, moment, (window) => results.value(m.indices!, window));

/** Backward: what goes back, and to whom. */
export function backwardOfAll(m: Model, moment: number, results: Results): Caption {
  const gradients = numbers(m, moment, (window) => results.value(m.dO, window));
  if (m.indices)
    return {
      main: `${name(m, moment)}: ${gradients} go back to the winners at flat ${found(m, moment, results)}.`,
      quiet: "Each winner is in its own sample; nothing crosses over.",
    };
  return {
    main: `${name(m, moment)}: ${gradients} are shared out, 1/${divisor(m, moment)} to each cell.`,
    quiet: "Shares stay in their own sample; nothing crosses over.",
  };
}

/** One pixel on: what every output becomes. */
export function movedOfAll(m: Model, moment: number, results: Results): Caption {
  const differ = new Set(changed(m, results));
  const becomes = inEverySample(m, moment).map((window) => {
    const [before, after] = [m.O, m.movedO].map((tensor) => format(results.value(tensor, window)));
    return `${before} ${differ.has(window) ? "becomes" : "stays"} ${after}`;
  });
  return {
    main: `${name(m, moment)}, one pixel on: ${listed(becomes)}.`,
    quiet: "Every sample has moved right by one pixel; zeros come in at the left.",
  };
}

/** That samples run at once; nothing where there is one alone. */
export const togetherText = ({ batch }: Model): string =>
  batch > 1 ? ` All ${batch} samples run at once, and none meets another.` : "";
